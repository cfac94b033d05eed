import RuleEngine

/// What holds of the lines of a trace, whichever way they are read. Each spelling has a quick way, for the forms
/// that tracers write, and a thorough one; a letter of a JSON string that is written as `\u0041`, or a word in
/// quotes that need none, means the same, and is for the thorough way.
///
/// One checker of lines goes through many inputs, and what it has learnt of their forms changes nothing. The first
/// byte of an input chooses which letters and words are rewritten; the lines stand behind it.
public struct LineInvariants {
  private var parser: TraceParser

  /// A checker that has seen no line.
  public init() {
    var options = TraceParser.Options()
    options.customEvents = ReaderInvariants.customEvents
    parser = TraceParser(options: options)
  }

  /// What does not hold of an input, in words; empty where all is well.
  public mutating func problems(_ input: [UInt8]) -> [String] {
    guard let choice = input.first else { return [] }
    let lines = input.dropFirst().split(separator: 10, omittingEmptySubsequences: false)
      .map(Array.init)
    let others = lines.map { Self.rewritten($0, Int(choice)) }
    if others == lines { return [] }
    if parser.strings.count > 10_000 { parser.strings = StringTable() }
    var plain = read(lines)
    let rewritten = read(others)
    plain.counts.bytes = rewritten.counts.bytes
    if plain.events == rewritten.events, plain.counts == rewritten.counts { return [] }
    let place = zip(plain.events, rewritten.events).first { $0 != $1 }?.0.position.line ?? 0
    let text = others.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    return ["it is read as something else, from line \(place): \(text)"]
  }

  private mutating func read(_ lines: [[UInt8]]) -> EventBatch {
    var batch = EventBatch()
    parser.begin(file: 0)
    parser.parse(Array((lines + [[]]).joined(separator: [10])), into: &batch)
    return batch
  }

  // MARK: Rewriting

  private static func rewritten(_ line: [UInt8], _ choice: Int) -> [UInt8] {
    if line.contains(UInt8(ascii: "\\")) { return line }
    let first = line.drop { $0 <= 0x20 }
    let isObject =
      first.first == UInt8(ascii: "{")
      && first.dropFirst().first { $0 > 0x20 } == UInt8(ascii: "\"")
    return isObject ? escaped(line, choice) : quoted(line, choice)
  }

  /// A line with an object, with a letter of a string written as its number.
  private static func escaped(_ line: [UInt8], _ choice: Int) -> [UInt8] {
    var isInString = false
    var letters: [Int] = []
    for (place, byte) in line.enumerated() {
      if byte == UInt8(ascii: "\"") { isInString.toggle() }
      if isInString, isLetter(byte) { letters.append(place) }
    }
    guard !letters.isEmpty else { return line }
    let place = letters[choice * 7 % letters.count]
    let digits = Array("0123456789abcdef".utf8)
    let number = "\\u00".utf8 + [digits[Int(line[place] >> 4)], digits[Int(line[place] & 15)]]
    return line[..<place] + number + line[(place + 1)...]
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// A line of text with one event, with the value of a field in quotes.
  private static func quoted(_ line: [UInt8], _ choice: Int) -> [UInt8] {
    if line.contains(UInt8(ascii: "\"")) { return line }
    let sentinel = Array("@ddi".utf8)
    let starts = line.indices.filter { line[$0...].starts(with: sentinel) }
    guard starts.count == 1 else { return line }
    let words = line[(starts[0] + sentinel.count)...].split { $0 <= 0x20 }.dropFirst()
    let values = words.compactMap { word -> ArraySlice<UInt8>? in
      guard let equals = word.firstIndex(of: UInt8(ascii: "=")), equals > word.startIndex else {
        return nil
      }
      return equals + 1 < word.endIndex ? word[(equals + 1)...] : nil
    }
    guard !values.isEmpty else { return line }
    let value = values[choice % values.count]
    let quote = [UInt8(ascii: "\"")]
    return line[..<value.startIndex] + quote + value + quote + line[value.endIndex...]
  }
}
