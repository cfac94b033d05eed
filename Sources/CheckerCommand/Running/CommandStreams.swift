import RuleEngine

/// What a command reads from and writes to, so that tests can run it in their own process.
public struct CommandStreams {
  /// Opens standard input.
  public var input: @Sendable () throws(TraceReadError) -> any TraceByteSource
  /// Standard output.
  public var output: CommandOutput
  /// Standard error.
  public var errors: CommandOutput
  /// The environment.
  public var variable: (String) -> String?
  /// Where the configuration is searched, and above; `.` is the process's own directory, nil means
  /// nowhere.
  public var workingDirectory: String?

  /// Makes streams.
  public init(
    input: @escaping @Sendable () throws(TraceReadError) -> any TraceByteSource,
    output: CommandOutput, errors: CommandOutput,
    variable: @escaping (String) -> String? = { _ in nil }, workingDirectory: String? = nil
  ) {
    self.input = input
    self.output = output
    self.errors = errors
    self.variable = variable
    self.workingDirectory = workingDirectory
  }

  /// Those of the process.
  public static var standard: CommandStreams {
    Platform.haveWritesFail()
    return CommandStreams(
      input: { () throws(TraceReadError) in
        try FileByteSource(path: "-") { Interruption.isRequested }
      },
      output: CommandOutput(descriptor: Platform.standardOutput),
      errors: CommandOutput(descriptor: Platform.standardError),
      variable: { Platform.variable($0) }, workingDirectory: ".")
  }
}

/// A stream that a command writes to.
public final class CommandOutput {
  /// Whether a person reads along.
  public let isTerminal: Bool
  /// How many columns a line should have.
  public let width: Int
  /// Why a write failed: nothing is written any more.
  private(set) var problem: Platform.Problem?
  private let sink: ([UInt8]) throws(Platform.Problem) -> Void

  /// Makes a stream that hands what is written to `sink`.
  public init(isTerminal: Bool = false, width: Int = 100, sink: @escaping ([UInt8]) -> Void) {
    self.isTerminal = isTerminal
    self.width = width
    self.sink = { bytes throws(Platform.Problem) in sink(bytes) }
  }

  init(descriptor: Int32) {
    isTerminal = Platform.isTerminal(descriptor)
    width = isTerminal ? Platform.terminalWidth(descriptor) ?? 100 : 100
    sink = { bytes throws(Platform.Problem) in try Platform.write(descriptor, bytes) }
  }

  /// Writes; after a failed write nothing is written any more.
  public func write(_ bytes: [UInt8]) {
    if problem != nil || bytes.isEmpty { return }
    do {
      try sink(bytes)
    } catch {
      problem = error
    }
  }

  /// Writes text.
  public func write(_ text: String) { write(Array(text.utf8)) }

  /// Writes a line.
  public func line(_ text: String) { write(text + "\n") }
}
