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
    // A mapping is small: what is larger is the log that was to be mapped.
    let bytes = try WholeFile.read(path, as: "a mapping file", limit: 1 << 20)
    let text = String(decoding: bytes, as: UTF8.self)
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
}
