import Foundation
import FuzzInputs
import RuleEngine
import Rules
import Testing

/// Replays what fuzzing has found, and a small corpus of it, without a fuzzer.
@Suite("Inputs of the fuzzers")
struct FuzzRegressionTests {
  /// One file below Fuzzing.
  struct Input: Sendable, CustomTestStringConvertible {
    let target: String
    let file: URL
    var testDescription: String { "\(target)/\(file.lastPathComponent)" }
  }

  static let inputs: [Input] = ["regressions", "corpus-min"].flatMap { folder in
    ["FuzzReaders", "FuzzBinary", "FuzzChecker", "FuzzLines", "FuzzMapping"].flatMap { target in
      let place = root.appendingPathComponent("Fuzzing/\(folder)/\(target)", isDirectory: true)
      let files = try? FileManager.default.contentsOfDirectory(
        at: place, includingPropertiesForKeys: nil)
      return (files ?? []).sorted { $0.path < $1.path }
        .filter { !$0.lastPathComponent.hasPrefix(".") }
        .map { Input(target: target, file: $0) }
    }
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let templates = Result { try FuzzInput.templates(Catalog.all) }

  @Test("there are inputs to replay") func inputCount() {
    #expect(Self.inputs.count > 50)
  }

  @Test("everything holds that must", arguments: inputs) func replay(_ input: Input) throws {
    let bytes = [UInt8](try Data(contentsOf: input.file))
    let problems =
      switch input.target {
      case "FuzzReaders": FuzzInput.checkReaders(bytes)
      case "FuzzBinary": FuzzInput.checkBinary(bytes)
      case "FuzzLines": FuzzInput.checkLines(bytes)
      case "FuzzMapping": FuzzInput.checkMapping(bytes)
      default: FuzzInput.checkChecker(bytes, try Self.templates.get())
      }
    #expect(problems.isEmpty)
  }
}
