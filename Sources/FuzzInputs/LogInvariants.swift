import RuleEngine

/// What holds of a log that is read with a mapping, whatever both are. The mapping ends with the first zero
/// byte; the log stands behind it.
public struct LogInvariants {
  /// What does not hold, in words; empty where all is well.
  public var problems: [String] { log.problems }

  private let log = ProblemLog()

  /// Checks the mapping and, where it can be read, the log.
  public init(_ input: some Collection<UInt8>) {
    let bytes = Array(input)
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    let text = String(decoding: bytes[..<end], as: UTF8.self)
    do {
      read(Array(bytes[end...].dropFirst()), try LogMapping(text))
    } catch {
      let lines = bytes[..<end].count { $0 == 10 } + 1
      log.check((1...lines).contains(error.line) && error.column >= 1, "wrong at \(error)")
      log.check(!error.message.isEmpty && !error.message.hasSuffix("."), "\(error)")
    }
  }

  private mutating func read(_ text: [UInt8], _ mapping: LogMapping) {
    var alone: EventBatch?
    for (jobs, pieces) in [(1, []), (2, [7, 64])] {
      var options = TraceReader.Options()
      options.mapping = mapping
      options.jobs = jobs
      options.chunkBytes = jobs == 1 ? 1 << 18 : 256
      var reader = TraceReader([.source(ArrayByteSource(text, pieces: pieces))], options: options)
      var (all, piece) = (EventBatch(), EventBatch())
      while (try? reader.next(into: &piece)) == true {
        all.events += piece.events
        all.diagnostics += piece.diagnostics
        all.counts += piece.counts
      }
      log.check(
        all.counts.malformed == UInt64(all.events.count { $0.kind == .malformed }),
        "malformed events are miscounted")
      let lines = all.events.map(\.position.line)
      log.check(lines.allSatisfy { $0 <= max(all.counts.lines, 1) }, "an event on no line")
      if let alone {
        log.check(
          alone.events == all.events && alone.counts == all.counts, "it depends on the jobs")
      }
      alone = all
    }
  }
}
