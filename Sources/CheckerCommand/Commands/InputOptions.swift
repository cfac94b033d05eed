import RuleEngine

/// The options that say how a trace is read.
enum InputOptions {
  static let inputFormat = OptionDefinition(
    name: "input-format", kind: .choice(InputFormat.allCases.map(\.rawValue)),
    help: "what the input is; auto: found out from its first line", standard: "auto")
  static let map = OptionDefinition(
    name: "map", kind: .file,
    help: "a mapping file that says how the lines of a log become events (docs/mapping.md)")

  static let all = [inputFormat, map]

  /// Sets what the options say.
  static func apply(
    _ invocation: Invocation, to options: inout TraceReader.Options
  ) throws(CommandError) {
    let arguments = invocation.arguments
    options.inputFormat =
      arguments.text(inputFormat).flatMap { InputFormat(rawValue: $0) } ?? .auto
    guard let path = arguments.text(map) else {
      if options.inputFormat == .mapped {
        throw CommandError("--input-format mapped needs a mapping file; add --map FILE")
      }
      return
    }
    guard options.inputFormat == .auto || options.inputFormat == .mapped else {
      throw CommandError(
        "--map and --input-format \(options.inputFormat.rawValue) exclude each other; leave one out"
      )
    }
    let text = try read(path)
    let customEvents = try customEvents(of: invocation.rules)
    do {
      options.mapping = try LogMapping(text, customEvents: customEvents)
    } catch {
      throw CommandError("\(SafeText.escape(path)):\(SafeText.escape(error.description))")
    }
  }

  /// The events beyond the format that rules ask for.
  static func customEvents(of rules: [Rule]) throws(CommandError) -> [CustomEvent] {
    do {
      return try Rule.customEvents(of: rules)
    } catch {
      throw CommandError("\(error)")
    }
  }

  /// A mapping file is small; what is larger is none.
  private static let limit = 1 << 20

  private static func read(_ path: String) throws(CommandError) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    do {
      let file = try FileByteSource(path: path)
      while bytes.count <= limit {
        let count = try buffer.withUnsafeMutableBytes { room throws(TraceReadError) in
          try file.read(into: room)
        }
        if count == 0 { break }
        bytes += buffer.prefix(count)
      }
    } catch {
      throw CommandError("\(error)")
    }
    if bytes.count > limit {
      throw CommandError("\(path.quoted) is too large for a mapping file; is it the log?")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
