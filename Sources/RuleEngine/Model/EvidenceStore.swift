/// One event of a context's history, as much of it as a report prints: 48 bytes.
struct EvidenceRecord: Sendable {
  var stamp: EventStamp
  /// For lock operations the tag; for forwards the target.
  var operand: UInt64
  var status: UInt32
  var kind: EventKind
  var flags: Event.Flags
  var word: UInt8
  var hasStatus: Bool
}

/// A context's chain of records in an ``EvidenceStore``.
struct EvidenceList: Sendable, BitwiseCopyable {
  var first: Int32 = -1
  var last: Int32 = -1
  var count: UInt16 = 0
  /// Records that were left out in the middle.
  var omitted: UInt32 = 0
}

/// Chains of records in chunks of four. A chain that reaches its limit loses its oldest chunk but
/// the first: how something began and how it ended tell most.
struct EvidenceStore: Sendable {
  private struct Chunk: Sendable {
    var records: InlineRecords
    var count: UInt8
    var next: Int32
  }
  private struct InlineRecords: Sendable {
    var r0, r1, r2, r3: EvidenceRecord
    subscript(place: Int) -> EvidenceRecord {
      get {
        switch place {
        case 0: r0
        case 1: r1
        case 2: r2
        default: r3
        }
      }
      set {
        switch place {
        case 0: r0 = newValue
        case 1: r1 = newValue
        case 2: r2 = newValue
        default: r3 = newValue
        }
      }
    }
  }

  private var chunks = Slab<Chunk>()
  /// Records that are kept at most for one context.
  let limit: Int

  init(limit: Int) { self.limit = max(limit, 8) }

  /// Adds a record at the end of a chain.
  @inline(__always)
  mutating func append(_ record: EvidenceRecord, to list: inout EvidenceList) {
    if list.last >= 0, chunks[list.last].count < 4 {
      let place = Int(chunks[list.last].count)
      chunks[list.last].records[place] = record
      chunks[list.last].count += 1
      list.count += 1
    } else {
      grow(record, &list)
    }
  }

  private mutating func grow(_ record: EvidenceRecord, _ list: inout EvidenceList) {
    let records = InlineRecords(r0: record, r1: record, r2: record, r3: record)
    let chunk = chunks.insert(Chunk(records: records, count: 1, next: -1))
    if list.last >= 0 { chunks[list.last].next = chunk } else { list.first = chunk }
    list.last = chunk
    list.count += 1
    if Int(list.count) > limit { dropSecondChunk(of: &list) }
  }

  private mutating func dropSecondChunk(of list: inout EvidenceList) {
    let second = chunks[list.first].next
    guard second >= 0, second != list.last else { return }
    chunks[list.first].next = chunks[second].next
    list.count -= UInt16(chunks[second].count)
    list.omitted += UInt32(chunks[second].count)
    chunks.remove(second)
  }

  /// The records of a chain, oldest first.
  func records(of list: EvidenceList) -> [EvidenceRecord] {
    var all: [EvidenceRecord] = []
    var chunk = list.first
    while chunk >= 0 {
      for place in 0..<Int(chunks[chunk].count) { all.append(chunks[chunk].records[place]) }
      chunk = chunks[chunk].next
    }
    return all
  }

  /// Gives a chain's memory free.
  mutating func removeAll(_ list: inout EvidenceList) {
    var chunk = list.first
    while chunk >= 0 {
      let next = chunks[chunk].next
      chunks.remove(chunk)
      chunk = next
    }
    list = EvidenceList()
  }
}
