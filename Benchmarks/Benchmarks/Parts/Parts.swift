import Benchmark
import RuleEngine
import Rules
import TraceSynthesizer

/// The parts of the checker, each on the same trace in memory. Throughput counts traces; times
/// ``Workload/eventCount`` that is events.
let benchmarks: @Sendable () -> Void = {
  guard let work = try? Workload() else { return }
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput], warmupIterations: 2,
    maxDuration: .seconds(5), maxIterations: 200)

  Benchmark("read: JSON Lines") { _ in blackHole(read(work.json)) }
  Benchmark("read: text") { _ in blackHole(read(work.text)) }
  Benchmark("read: binary") { _ in blackHole(read(work.binary)) }

  Benchmark("check: model alone") { _ in blackHole(try check(work, [])) }
  Benchmark("check: all rules") { _ in blackHole(try check(work, Catalog.all)) }
  Benchmark("check: all rules, sdv") { _ in blackHole(try check(work, Catalog.all, .sdv)) }

  Benchmark("write: JSON Lines") { _ in blackHole(work.writeJSON()) }
  Benchmark("write: text") { _ in blackHole(work.writeText()) }
  Benchmark("write: binary") { _ in blackHole(work.writeBinary()) }
}

/// Reads a trace to its end; returns how many events it holds.
private func read(_ bytes: [UInt8]) -> Int {
  var reader = TraceReader([.source(ArrayByteSource(bytes))])
  var batch = EventBatch()
  var count = 0
  while (try? reader.next(into: &batch)) == true { count += batch.events.count }
  return count
}

/// Checks decoded events; returns how many findings there are.
private func check(
  _ work: Workload, _ rules: [Rule], _ reading: Reading = .tracked
) throws -> UInt64 {
  var options = Checker.Options()
  options.reading = reading
  var checker = try Checker(rules: rules, options: options)
  checker.consume(work.events, strings: work.strings)
  checker.finish(strings: work.strings)
  return checker.errorCount + checker.warningCount
}
