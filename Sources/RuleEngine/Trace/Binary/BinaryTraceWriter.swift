/// Writes events as a binary trace (docs/binary-format.md): about a tenth of the size of JSON Lines, with
/// checksums, and nothing of an event is lost.
///
/// What is written goes to an array that the caller empties as it likes. ``finish(to:)`` ends the trace;
/// without it a reader takes the trace as cut off.
public struct BinaryTraceWriter {
  private var encoder = BlockEncoder()
  private var index: [BinaryTraceIndex.Entry] = []
  private var isBegun = false
  /// Bytes of the trace so far.
  private var offset: UInt64 = 0
  private var eventCount: UInt64 = 0

  /// Makes a writer of one trace.
  public init() {}

  /// Adds an event whose strings are in `strings`. A malformed one is written without what was said
  /// about it.
  public mutating func append(_ event: Event, strings: StringTable, to out: inout [UInt8]) {
    append(event, nil, strings, to: &out)
  }

  /// Adds the events of a batch with what was said about malformed ones, and what the batch counted
  /// beside events.
  public mutating func append(_ batch: EventBatch, strings: StringTable, to out: inout [UInt8]) {
    var diagnostics = batch.diagnostics[...]
    let linesBefore = encoder.lineCount
    for event in batch.events {
      append(event, event.kind == .malformed ? diagnostics.popFirst() : nil, strings, to: &out)
    }
    encoder.count(batch.counts, linesBefore: linesBefore)
  }

  /// Ends the trace with its index.
  public mutating func finish(to out: inout [UInt8]) {
    let start = out.count
    begin(&out)
    flush(&out)
    let indexOffset = offset + UInt64(out.count - start)
    out.append(
      contentsOf: BinaryTraceIndex(
        entries: index, eventCount: eventCount, lineCount: encoder.lineCount
      ).bytes(offset: indexOffset))
    offset += UInt64(out.count - start)
  }

  private mutating func append(
    _ event: Event, _ diagnostic: TraceDiagnostic?, _ strings: StringTable,
    to out: inout [UInt8]
  ) {
    if event.kind == .malformed {
      encoder.append(
        event,
        diagnostic
          ?? TraceDiagnostic(position: event.position, column: 1, message: "malformed event"))
    } else {
      encoder.append(event, strings: strings)
    }
    if encoder.isFull {
      let start = out.count
      begin(&out)
      flush(&out)
      offset += UInt64(out.count - start)
    }
  }

  private mutating func begin(_ out: inout [UInt8]) {
    if isBegun { return }
    isBegun = true
    out.append(contentsOf: BinaryFormat.fileHeader())
  }

  private mutating func flush(_ out: inout [UInt8]) {
    if encoder.isEmpty { return }
    let headerBytes = index.isEmpty ? UInt64(BinaryFormat.fileHeaderBytes) : 0
    let count = UInt64(encoder.eventCount)
    let start = out.count
    let timestamp = encoder.firstTimestamp
    encoder.finish(firstEvent: eventCount, to: &out)
    let header = out[start...].withUnsafeBytes { BlockHeader($0) }
    index.append(
      BinaryTraceIndex.Entry(
        offset: offset + headerBytes, firstEvent: eventCount,
        firstLine: header?.firstLine ?? 0, firstTimestamp: timestamp))
    eventCount += count
  }
}
