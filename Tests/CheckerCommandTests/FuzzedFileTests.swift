@_spi(Audit) import CheckerCommand
import Foundation
import Rules
import Testing

/// Replays what fuzzing has found in configurations, baselines and reports, and a small corpus of it.
@Suite("files of the fuzzers") struct FuzzedFileTests {
  static let inputs: [URL] = ["regressions", "corpus-min"].flatMap { folder in
    let place = root.appendingPathComponent("Fuzzing/\(folder)/FuzzFiles", isDirectory: true)
    let files = try? FileManager.default.contentsOfDirectory(
      at: place, includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }
      .filter { !$0.lastPathComponent.hasPrefix(".") }
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("everything holds that must") func replay() throws {
    for file in Self.inputs {
      let problems = FileInvariants.check([UInt8](try Data(contentsOf: file)), rules: Catalog.all)
      #expect(problems.isEmpty, "\(file.lastPathComponent)")
    }
  }

  /// What is cut off or changed anywhere is read, or told with its place.
  @Test(arguments: [
    [UInt8(0)]
      + Array(#"{"reading": "sdv", "rules": {"*": "on"}, "limits": {"maxFindings": 5}}"#.utf8),
    [UInt8(1)]
      + Array(
        #"{"version": 1, "findings": [{"fingerprint": "0123456789abcdef", "rule": "R"}]}"#.utf8),
    [UInt8(2)]
      + Array(#"{"version": 1, "summary": {"rules": [], "findings": 18446744073709551615}}"#.utf8),
  ])
  func damaged(file: [UInt8]) {
    for place in file.indices.dropFirst() {
      for byte in [0, 0x22, 0x7B, 0x39, 0x2D, 0xC3] as [UInt8] {
        var changed = file
        changed[place] = byte
        #expect(FileInvariants.check(changed, rules: Catalog.all).isEmpty)
        #expect(FileInvariants.check(Array(file[..<place]), rules: Catalog.all).isEmpty)
      }
    }
  }
}
