import CheckerCommand
import CheckerReports
import Foundation
import RuleEngine
import Rules
import Synchronization

/// What a command line came to, run in this process.
struct CommandRun {
  var status: Int32
  var output: String
  var errors: String

  /// Runs a command line; `files` are written to a directory of their own, whose path replaces `@`
  /// at the beginning of arguments.
  init(
    _ arguments: [String], input: String = "", files: [String: String] = [:],
    variables: [String: String] = [:], isTerminal: Bool = false, rules: [Rule] = Catalog.all,
    program: String = "checker-cli"
  ) throws {
    let directory = try TemporaryDirectory()
    for (name, text) in files { try directory.write(text, to: name) }
    self.init(
      arguments, in: directory, input: input, variables: variables, isTerminal: isTerminal,
      rules: rules, program: program)
  }

  /// Runs a command line in a directory that stays; where it `isSearched`, the configuration in it is
  /// found.
  init(
    _ arguments: [String], in directory: TemporaryDirectory, input: String = "",
    variables: [String: String] = [:], isTerminal: Bool = false, isSearched: Bool = false,
    rules: [Rule] = Catalog.all, program: String = "checker-cli"
  ) {
    let output = Collector(isTerminal: isTerminal)
    let errors = Collector(isTerminal: isTerminal)
    let bytes = Array(input.utf8)
    let streams = CommandStreams(
      input: { () throws(TraceReadError) in ArrayByteSource(bytes, pieces: [7, 100]) },
      output: output.stream, errors: errors.stream, variable: { variables[$0] },
      workingDirectory: isSearched ? directory.path : nil)
    let path = directory.path
    status = CheckerCommand.run(
      arguments: arguments.map { argument in
        argument.replacing("@", with: path + "/")
      }, rules: rules, streams: streams, program: program)
    self.output = output.text.replacing(path + "/", with: "@")
    self.errors = errors.text.replacing(path + "/", with: "@")
  }

  private final class Collector {
    private var bytes: [UInt8] = []
    private let isTerminal: Bool
    lazy var stream = CommandOutput(isTerminal: isTerminal) { [weak self] in
      self?.bytes.append(contentsOf: $0)
    }
    init(isTerminal: Bool) { self.isTerminal = isTerminal }
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// The JSON document that was printed.
  func report() throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(output.utf8))
  }
}

/// A directory that is removed with its owner.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "checker-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: URL(fileURLWithPath: path + "/" + name), encoding: .utf8)
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Small traces.
enum Traces {
  static let prologue = """
    @ddi TraceStart version=1
    @ddi AddDevice dev=F0 role=FDO drv=demo
    @ddi IoInitializeRemoveLock lock=F8 dev=F0 drv=demo

    """

  /// A read that is handled as it should be.
  static func cleanRead(irp: String = "A0", driver: String = "demo", device: String = "F0")
    -> String
  {
    read(
      irp: irp, driver: driver, device: device,
      middle: [
        "IoAcquireRemoveLock lock=\(device == "F0" ? "F8" : "E8") tag=\(irp) status=0",
        "IoCallDriver irp=\(irp)", "IoCallDriverReturn irp=\(irp) status=0",
        "IoReleaseRemoveLock lock=\(device == "F0" ? "F8" : "E8") tag=\(irp)",
      ])
  }

  /// A read that is forwarded without the lock.
  static func unlockedRead(
    irp: String = "A0", driver: String = "demo", device: String = "F0", function: String = "Read",
    line: Int = 10
  ) -> String {
    read(
      irp: irp, driver: driver, device: device, function: function, line: line,
      middle: [
        "IoCallDriver irp=\(irp)", "IoCallDriverReturn irp=\(irp) status=0",
        "IoAcquireRemoveLock lock=\(device == "F0" ? "F8" : "E8") tag=\(irp) status=0",
        "IoReleaseRemoveLock lock=\(device == "F0" ? "F8" : "E8") tag=\(irp)",
      ])
  }

  /// A read whose lock is not released.
  static func heldRead(irp: String = "A0") -> String {
    read(
      irp: irp,
      middle: [
        "IoAcquireRemoveLock lock=F8 tag=\(irp) status=0", "IoCompleteRequest irp=\(irp) status=0",
      ])
  }

  private static func read(
    irp: String, driver: String = "demo", device: String = "F0", function: String = "Read",
    line: Int = 10, middle: [String]
  ) -> String {
    let events =
      ["DispatchEnter dev=\(device) irp=\(irp) mj=IRP_MJ_READ"] + middle
      + ["DispatchExit irp=\(irp) status=0"]
    return events.enumerated().map { index, event in
      "@ddi \(event) drv=\(driver) src=demo.c:\(line + index) fn=\(function)\n"
    }.joined()
  }

  static let clean = prologue + cleanRead()
  static let faulty = prologue + unlockedRead()
  /// Breaks three rules with one event.
  static let held = prologue + heldRead()
  /// A finding of severity `warning` alone.
  static let warning =
    prologue + """
      @ddi IoInitializeRemoveLock lock=F9 dev=F0 drv=demo
      @ddi DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_CREATE_MAILSLOT drv=demo
      @ddi IoAcquireRemoveLock lock=F8 tag=A0 status=0
      @ddi IoAcquireRemoveLock lock=F9 tag=A0 status=0
      @ddi IoReleaseRemoveLock lock=F9 tag=A0
      @ddi IoReleaseRemoveLock lock=F8 tag=A0
      @ddi DispatchExit irp=A0 status=0

      """
  static let malformed = clean + "@ddi DispatchEnter dev=F0\n"
}
