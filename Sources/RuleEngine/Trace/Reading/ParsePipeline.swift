import Dispatch
import Synchronization

/// Parses a trace ahead of its reader on several threads.
///
/// Each thread takes the next piece of the source, under a lock and with its number, parses it by
/// itself, and puts it into the slot of that number. The reader empties the slots in the order of the
/// numbers; while the one it needs is not full, it parses pieces itself. So of `jobs` threads one is the
/// reader's, and none waits for a processor that another has. There are as many slots as pieces may be
/// in memory; a thread that finds none free waits. A large piece takes the room of several.
final class ParsePipeline: Sendable {
  /// What threads take pieces from.
  private struct Intake {
    var source: PieceSource
    var taken = 0
    var isAtEnd = false
  }

  /// A piece on its way from the thread that parsed it to the reader.
  private struct Parsed {
    var batch = EventBatch()
    var strings = StringTable()
    var file = 0
    /// Whether lines count from the piece's first.
    var isRelative = true
    /// How many slots' room it takes.
    var slots = 1
    var outcome = Outcome.piece
  }

  private enum Outcome {
    case piece
    case end
    case failure(TraceReadError)
  }

  private final class Slot: Sendable {
    let parsed = Mutex(Parsed())
    let isFull = DispatchSemaphore(value: 0)
  }

  private let options: TraceReader.Options
  private let intake: Mutex<Intake>
  /// Goes from each holder of `intake` to the next. The lock alone would do, but where threads wait for
  /// it the kernel hands it over on Linux, which the thread sanitizer cannot see.
  private let turn = Atomic(0)
  private let slots: [Slot]
  /// Free slots.
  private let free = DispatchSemaphore(value: 0)
  private let isStopped = Atomic(false)
  /// The number of the piece that the reader takes next.
  private let nextPiece = Atomic(0)

  /// So many bytes of a piece, or events of a block, take the room of one slot.
  private static let bytesPerSlot = 1 << 18
  private static let eventsPerSlot = 1 << 14

  init(_ source: PieceSource, options: TraceReader.Options) {
    self.options = options
    intake = Mutex(Intake(source: source))
    slots = (0..<options.jobs * 2 + 1).map { _ in Slot() }
    let queue = DispatchQueue(label: "trace parser", attributes: .concurrent)
    for _ in slots { free.signal() }
    for _ in 1..<options.jobs { queue.async { self.work() } }
  }

  /// Ends the threads, at the latest after the piece that each is at.
  func stop() {
    isStopped.store(true, ordering: .releasing)
    // One of them may be waiting for the room of several pieces.
    for _ in 0..<options.jobs * slots.count { free.signal() }
  }

  /// Replaces what is in `batch` by the next piece; false where there is no more. Not to be called
  /// again after that, nor after an error. `piece` and `parser` are the caller's own, for the pieces
  /// that it parses itself.
  func next(
    into batch: inout EventBatch, _ merge: inout PieceMerge, _ piece: PaddedBytes,
    _ parser: inout PieceParser
  ) throws(TraceReadError) -> Bool {
    let number = nextPiece.add(1, ordering: .relaxed).oldValue
    let slot = slots[number % slots.count]
    while slot.isFull.wait(timeout: .now()) == .timedOut {
      if help(piece, &parser) { continue }
      slot.isFull.wait()
      break
    }
    // What goes into the slot stays there until the slot is filled again.
    batch.removeAll()
    batch.shrink()
    var slots = 1
    let outcome = slot.parsed.withLock { parsed in
      slots = parsed.slots
      swap(&batch, &parsed.batch)
      if case .piece = parsed.outcome {
        merge.take(
          &batch, strings: parsed.strings, file: parsed.file, isRelative: parsed.isRelative)
      }
      return parsed.outcome
    }
    for _ in 0..<slots { free.signal() }
    switch outcome {
    case .piece: return true
    case .end: return false
    case .failure(let error): throw error
    }
  }

  /// A parser of pieces each by itself.
  static func makeParser(_ options: TraceReader.Options) -> PieceParser {
    PieceParser(options: options.parser, strings: StringTable(limit: .max, byteLimit: .max))
  }

  /// What a thread does.
  private func work() {
    let piece = PaddedBytes()
    var parser = Self.makeParser(options)
    while true {
      free.wait()
      if isStopped.load(ordering: .acquiring) { return }
      let taken = intake.withLock { intake in
        let turn = beginTurn()
        defer { endTurn(turn) }
        let taken = take(&intake, piece)
        for _ in 1..<(taken?.slots ?? 1) { free.wait() }
        return taken
      }
      guard let taken else {
        free.signal()
        return
      }
      fill(taken, piece, &parser)
    }
  }

  /// Parses one piece where there is room for it and no other thread is reading; false where not. A
  /// thread that reads may be waiting for a pipe.
  private func help(_ piece: PaddedBytes, _ parser: inout PieceParser) -> Bool {
    guard free.wait(timeout: .now()) == .success else { return false }
    let attempt = intake.withLockIfAvailable { intake in
      let turn = beginTurn()
      defer { endTurn(turn) }
      return take(&intake, piece)
    }
    guard var taken = attempt ?? nil else {
      free.signal()
      return false
    }
    // The reader alone makes slots free: it must not wait for any.
    let wanted = taken.slots
    taken.slots = 1
    while taken.slots < wanted, free.wait(timeout: .now()) == .success { taken.slots += 1 }
    fill(taken, piece, &parser)
    return true
  }

  /// What a holder of `intake` does before it looks at it.
  private func beginTurn() -> Int { turn.load(ordering: .acquiring) }

  /// What it does last.
  private func endTurn(_ number: Int) { turn.store(number + 1, ordering: .releasing) }

  /// A piece as it was read, with its number and how many slots' room it takes.
  private typealias Taken = (
    number: Int, slots: Int, result: Result<PieceSource.Info?, TraceReadError>
  )

  /// Reads the next piece and gives it its number; nil where there is none left.
  private func take(_ intake: inout Intake, _ piece: PaddedBytes) -> Taken? {
    if intake.isAtEnd { return nil }
    let result = Result { () throws(TraceReadError) in try intake.source.next(into: piece) }
    if case .success(.some) = result {} else { intake.isAtEnd = true }
    intake.taken += 1
    // As many as there are while every other thread holds one and waits.
    let most = slots.count - options.jobs
    var slots = 1 + piece.count / Self.bytesPerSlot
    if case .success(let info?) = result, case .block(let header, _) = info.content {
      slots = max(slots, Int(header.eventCount) / Self.eventsPerSlot)
    }
    return (intake.taken - 1, min(most, slots), result)
  }

  /// Parses a piece into the slot of its number.
  private func fill(_ taken: Taken, _ piece: PaddedBytes, _ parser: inout PieceParser) {
    let slot = slots[taken.number % slots.count]
    slot.parsed.withLock { parsed in
      parse(taken.result, piece, &parser, into: &parsed)
      parsed.slots = taken.slots
    }
    slot.isFull.signal()
  }

  private func parse(
    _ result: Result<PieceSource.Info?, TraceReadError>, _ piece: PaddedBytes,
    _ parser: inout PieceParser, into parsed: inout Parsed
  ) {
    parsed.batch.removeAll()
    parsed.batch.shrink()
    switch result {
    case .success(nil): parsed.outcome = .end
    case .failure(let error): parsed.outcome = .failure(error)
    case .success(.some(let info)):
      parsed.outcome = .piece
      parsed.file = info.file
      parsed.strings.removeAll()
      swap(&parsed.strings, &parser.strings)
      parser.begin(file: info.file)
      parser.parse(piece, info, into: &parsed.batch)
      if case .lines = info.content { parsed.isRelative = true } else { parsed.isRelative = false }
      swap(&parsed.strings, &parser.strings)
    }
  }
}
