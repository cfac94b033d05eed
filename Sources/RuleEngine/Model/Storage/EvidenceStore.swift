/// One event of a context's history, as much of it as a report prints: 48 bytes.
struct EvidenceRecord: Sendable {
  var stamp: EventStamp
  /// For operations on a remove lock the tag; for forwards the target; for spin locks the address or the handle.
  var operand: UInt64
  private var word32: UInt32
  var kind: EventKind
  var word: UInt8
  private(set) var flags: Event.Flags

  /// Whether the event carried a status.
  var hasStatus: Bool { flags.contains(Self.statusGiven) }

  /// The event's status; 0 where it has none.
  var status: UInt32 { kind.isRemoveLockRelease ? 0 : word32 }

  /// Of a release the acquisition that it took away: the acquire's ``EventStamp/sign``. 0 for none.
  var taken: UInt32 { kind.isRemoveLockRelease ? word32 : 0 }

  /// What is kept of an event, of a release with what it took.
  @inline(__always) init(_ event: Event, taking taken: UInt32 = 0) {
    stamp = EventStamp(event)
    switch event.kind {
    case .ioAcquireRemoveLock, .ioReleaseRemoveLock, .ioReleaseRemoveLockAndWait:
      operand = event.tag
    default: operand = event.operand
    }
    word32 = taken == 0 ? event.statusBits : taken
    kind = event.kind
    word = event.word
    flags = event.flags
    if event.has(.status) { flags.insert(Self.statusGiven) }
  }

  /// An event of which no more is known any more, or matters.
  init(stamp: EventStamp, kind: EventKind, operand: UInt64) {
    self.stamp = stamp
    self.operand = operand
    word32 = 0
    self.kind = kind
    word = 0
    flags = []
  }

  /// A bit that no event has: a truth value of its own would cost each record eight bytes.
  private static var statusGiven: Event.Flags { Event.Flags(rawValue: 1 << 15) }
}

/// A context's chain of records in an ``EvidenceStore``.
struct EvidenceList: Sendable, BitwiseCopyable {
  var first: Int32 = -1
  var last: Int32 = -1
  var count: UInt16 = 0
  /// Records that were left out in the middle.
  var omitted: UInt32 = 0
}

/// Chains of records in chunks of a few. A chain that reaches its limit loses its oldest chunk but the
/// first: how something began and how it ended tell most.
struct EvidenceStore: Sendable {
  /// What is known of a chunk; its records have a place of their own, so that a new chunk is one
  /// record to write.
  struct Chunk: Sendable, BitwiseCopyable {
    var count: Int32 = 1
    var next: Int32 = -1
  }

  static var chunkSize: Int { 3 }
  private(set) var chunks = Slab<Chunk>()
  /// The records of chunk i begin at i × `chunkSize`.
  private(set) var records = Store<EvidenceRecord>()
  /// Records that are kept at most for one context.
  let limit: Int
  /// Chunks beyond which no chain grows that has two.
  private let chunkLimit: Int

  init(limit: Int, chunkLimit: Int = .max) {
    // The number of a chain's records has 16 bits.
    self.limit = min(max(limit, 8), 60_000)
    self.chunkLimit = chunkLimit
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    chunks.claim()
    records.claim()
  }

  /// Adds a record at the end of a chain.
  @inline(__always)
  mutating func append(_ record: EvidenceRecord, to list: inout EvidenceList) {
    if list.last >= 0, case let count = Int(chunks[list.last].count), count < Self.chunkSize {
      records[Int(list.last) * Self.chunkSize + count] = record
      chunks[list.last].count += 1
      list.count += 1
    } else {
      grow(record, &list)
    }
  }

  private mutating func grow(_ record: EvidenceRecord, _ list: inout EvidenceList) {
    if chunks.count >= chunkLimit, list.first != list.last { return renew(record, &list) }
    let chunk = chunks.insert(Chunk())
    let place = Int(chunk) * Self.chunkSize
    if place == records.count {
      records.append(repeating: record, count: Self.chunkSize)
    } else {
      records[place] = record
    }
    if list.last >= 0 { chunks[list.last].next = chunk } else { list.first = chunk }
    list.last = chunk
    list.count += 1
    if Int(list.count) > limit { dropSecondChunk(of: &list) }
  }

  /// There are too many chunks: the records of the chain's last one make room.
  private mutating func renew(_ record: EvidenceRecord, _ list: inout EvidenceList) {
    let last = chunks[list.last].count
    list.count -= UInt16(last) - 1
    list.omitted &+= UInt32(last)
    chunks[list.last].count = 1
    records[Int(list.last) * Self.chunkSize] = record
  }

  private mutating func dropSecondChunk(of list: inout EvidenceList) {
    let second = chunks[list.first].next
    guard second >= 0, second != list.last else { return }
    chunks[list.first].next = chunks[second].next
    list.count -= UInt16(chunks[second].count)
    list.omitted &+= UInt32(chunks[second].count)
    chunks.remove(second)
  }

  /// The records of a chain, oldest first.
  func records(of list: EvidenceList) -> [EvidenceRecord] {
    var all: [EvidenceRecord] = []
    var chunk = list.first
    while chunk >= 0 {
      let place = Int(chunk) * Self.chunkSize
      all += (place..<place + Int(chunks[chunk].count)).map { records[$0] }
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
