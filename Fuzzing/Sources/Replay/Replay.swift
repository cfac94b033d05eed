import Foundation
import RuleEngine

/// Goes through inputs without a fuzzer, on several threads where the readers have them: for the
/// thread sanitizer, which does not go together with libFuzzer.
///
///     Replay FILE…
@main
struct Replay {
  static func main() throws {
    var failures = 0
    for path in CommandLine.arguments.dropFirst() {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let alone = try read(bytes, jobs: 1)
      for jobs in [2, 4] where try read(bytes, jobs: jobs) != alone {
        print("\(path): other events with \(jobs) jobs")
        failures += 1
      }
    }
    print("\(CommandLine.arguments.count - 1) inputs, \(failures) failures")
    if failures > 0 { exit(1) }
  }

  private static func read(_ bytes: [UInt8], jobs: Int) throws -> EventBatch {
    var options = TraceReader.Options()
    options.jobs = jobs
    options.chunkBytes = 64
    var reader = TraceReader([.source(ArrayByteSource(bytes))], options: options)
    var all = EventBatch()
    var piece = EventBatch()
    while try reader.next(into: &piece) {
      all.events += piece.events
      all.diagnostics += piece.diagnostics
      all.counts += piece.counts
    }
    return all
  }
}
