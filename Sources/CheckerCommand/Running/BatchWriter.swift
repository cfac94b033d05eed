import RuleEngine

/// What writes a trace batch by batch.
protocol BatchWriter {
  mutating func append(_ batch: EventBatch, strings: StringTable, to out: inout [UInt8])
  mutating func finish(to out: inout [UInt8])
}

/// One event a line, as JSON or as text.
struct LineWriter: BatchWriter {
  let isText: Bool

  func append(_ batch: EventBatch, strings: StringTable, to out: inout [UInt8]) {
    for event in batch.events {
      if isText {
        TraceWriter.appendText(event, strings: strings, to: &out)
      } else {
        TraceWriter.appendJSON(event, strings: strings, to: &out)
      }
    }
  }

  func finish(to out: inout [UInt8]) {}
}

extension BinaryTraceWriter: BatchWriter {}
