/// Matches expressions with lines, within a budget of steps.
///
/// The matcher tries what the expression prefers first and goes back where that fails, but never to a step
/// at a place of the line where it has been: what failed there once fails again. So it takes at most as
/// many steps as there are of both.
struct LineMatcher: Sendable {
  enum Outcome {
    case none
    /// ``slots`` hold the places of the groups.
    case matched
    /// The budget is used up.
    case tooLong
  }

  /// What is still to be tried: a step at a place; or, with the step `~slot`, a slot's place from before.
  private struct Job {
    var step: Int32
    var place: Int32
  }

  /// Of each group the place of its beginning and that behind its end, -1 where it took no part.
  private(set) var slots: [Int32] = []
  private var jobs: [Job] = []
  /// A bit for each step at each place.
  private var visited: [UInt64] = []

  /// As many bits are kept at most.
  private static let visitLimit = 1 << 26

  /// The first match in the line. `budget` is what may be spent, and less by what was.
  mutating func match(
    _ expression: LineExpression, _ line: UnsafeBufferPointer<UInt8>, budget: inout Int
  ) -> Outcome {
    let bits = expression.program.count * (line.count + 1)
    let words = (bits + 63) / 64
    guard bits <= Self.visitLimit, budget >= words / 8 else { return .tooLong }
    budget -= words / 8
    visited.removeAll(keepingCapacity: true)
    visited.append(contentsOf: repeatElement(0, count: words))
    slots.removeAll(keepingCapacity: true)
    slots.append(contentsOf: repeatElement(-1, count: expression.groups.count * 2))
    let last = expression.isAnchored ? 0 : line.count
    for start in 0...last {
      if !expression.beginnings.isEmpty {
        guard start < line.count, expression.beginnings[Int(line[start])] else { continue }
      }
      let outcome = match(expression, line, at: start, &budget)
      if case .none = outcome { continue }
      return outcome
    }
    return .none
  }

  private mutating func match(
    _ expression: LineExpression, _ line: UnsafeBufferPointer<UInt8>, at start: Int,
    _ budget: inout Int
  ) -> Outcome {
    let width = line.count + 1
    jobs.removeAll(keepingCapacity: true)
    jobs.append(Job(step: 0, place: Int32(start)))
    while let job = jobs.popLast() {
      if job.step < 0 {
        slots[Int(~job.step)] = job.place
        continue
      }
      var step = Int(job.step)
      var place = Int(job.place)
      run: while true {
        budget -= 1
        if budget < 0 { return .tooLong }
        let bit = step * width + place
        if visited[bit >> 6] >> UInt64(bit & 63) & 1 != 0 { break run }
        visited[bit >> 6] |= 1 << UInt64(bit & 63)
        switch expression.program[step] {
        case .byte(let byte):
          guard place < line.count, line[place] == byte else { break run }
          place += 1
        case .any:
          guard place < line.count else { break run }
          place += Self.length(line, place)
        case .set(let number):
          guard place < line.count else { break run }
          let set = expression.sets[Int(number)]
          if line[place] < 0x80 {
            guard set.contains(ascii: line[place]) else { break run }
            place += 1
          } else {
            let length = Self.length(line, place)
            guard set.contains(Self.scalar(line, place, length)) else { break run }
            place += length
          }
        case .split(let first, let second):
          jobs.append(Job(step: second, place: Int32(place)))
          step = Int(first)
          continue run
        case .jump(let next):
          step = Int(next)
          continue run
        case .save(let slot):
          jobs.append(Job(step: ~slot, place: slots[Int(slot)]))
          slots[Int(slot)] = Int32(place)
        case .lineStart: if place != 0 { break run }
        case .lineEnd: if place != line.count { break run }
        case .wordBoundary: if !Self.isBoundary(line, place) { break run }
        case .noWordBoundary: if Self.isBoundary(line, place) { break run }
        case .match: return .matched
        }
        step += 1
      }
    }
    return .none
  }

  /// How many bytes the character at a place takes; 1 for what is none.
  private static func length(_ line: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
    let first = line[place]
    let length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1
    guard place + length <= line.count else { return 1 }
    for index in 1..<max(length, 1) where line[place + index] & 0xC0 != 0x80 { return 1 }
    return length
  }

  private static func scalar(
    _ line: UnsafeBufferPointer<UInt8>, _ place: Int, _ length: Int
  ) -> Unicode.Scalar? {
    guard length > 1 else { return nil }
    var value = UInt32(line[place]) & (0xFF >> UInt32(length + 1))
    for index in 1..<length { value = value << 6 | UInt32(line[place + index] & 0x3F) }
    return Unicode.Scalar(value)
  }

  private static func isBoundary(_ line: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    let before = place > 0 && ScalarSet.isWordByte(line[place - 1])
    let behind = place < line.count && ScalarSet.isWordByte(line[place])
    return before != behind
  }
}
