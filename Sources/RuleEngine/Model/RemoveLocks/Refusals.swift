/// An acquire that failed, so that a release that answers to it is known for what it is.
struct Refusal: Sendable {
  var key: PairKey
  /// The context that it belongs to; -1 where it belongs to a frame.
  var context: Int32
  var refused: EvidenceRecord
  fileprivate var next: Int32
}

/// The refused acquires of one context.
struct RefusalList: Sendable, BitwiseCopyable {
  fileprivate var first: Int32 = -1
  fileprivate var count: UInt8 = 0

  @inline(__always) var isEmpty: Bool { first < 0 }
}

/// The acquires that failed: of each context, and by the lock's address and the tag the last, while its
/// context is there and no acquire has succeeded since.
struct Refusals: Sendable {
  /// Refusals of one context, and of frames without one, that are remembered at most; no driver retries that
  /// often.
  private static var limitPerContext: UInt8 { 64 }

  private var refusals = Slab<Refusal>()
  private var byTag = OpenTable<PairKey>()
  /// Those that belong to no context but to the thread's top frame, each with the frame's entry.
  private var ofFrames: [(entered: UInt64, refusal: Int32)] = []
  /// The one that a release has last been found to answer to.
  private(set) var answered: EvidenceRecord?

  /// See ``Store/claim()``.
  mutating func claim() { refusals.claim() }

  @inline(__always)
  private static func key(_ event: Event) -> PairKey {
    PairKey(first: event.lock, second: event.tag)
  }

  /// An acquire of the context fails.
  mutating func add(_ event: Event, _ context: Int32, to list: inout RefusalList) {
    let known = find(event, in: list)
    if known >= 0 {
      byTag.set(Self.key(event), known)
      return
    }
    guard list.count < Self.limitPerContext else { return }
    list.first = insert(event, context, next: list.first)
    list.count += 1
  }

  /// An acquire fails that belongs to no context, in the frame with this entry.
  mutating func add(_ event: Event, inFrame entered: UInt64) {
    guard ofFrames.count < Int(Self.limitPerContext) else { return }
    ofFrames.append((entered, insert(event, -1, next: -1)))
  }

  private mutating func insert(_ event: Event, _ context: Int32, next: Int32) -> Int32 {
    let key = Self.key(event)
    let refusal = refusals.insert(
      Refusal(key: key, context: context, refused: EvidenceRecord(event), next: next))
    byTag.set(key, refusal)
    return refusal
  }

  private func find(_ event: Event, in list: RefusalList) -> Int32 {
    let key = Self.key(event)
    var refusal = list.first
    while refusal >= 0, refusals[refusal].key != key { refusal = refusals[refusal].next }
    return refusal
  }

  /// An acquire succeeds that belongs to the context with this list.
  mutating func acquired(_ event: Event, by list: inout RefusalList) {
    let refusal = find(event, in: list)
    guard refusal >= 0 else { return }
    var before: Int32 = -1
    var place = list.first
    while place != refusal { (before, place) = (place, refusals[place].next) }
    let next = refusals[refusal].next
    if before >= 0 { refusals[before].next = next } else { list.first = next }
    list.count -= 1
    drop(refusal)
  }

  /// An acquire succeeds, whosever it is.
  @inline(__always)
  mutating func acquired(_ event: Event) {
    if byTag.count > 0 { byTag.remove(Self.key(event)) }
  }

  /// Whether the release answers to the last acquire with its lock and tag, which was refused.
  mutating func wasLast(_ event: Event) -> Bool { answers(byTag.find(Self.key(event))) }

  /// Whether the context with this list was refused with the event's lock and tag, and has not acquired it
  /// with that tag since.
  mutating func isRefused(_ event: Event, _ list: RefusalList) -> Bool {
    answers(find(event, in: list))
  }

  /// Whether the frame with this entry was.
  mutating func isRefused(_ event: Event, inFrame entered: UInt64) -> Bool {
    let key = Self.key(event)
    let found = ofFrames.first { $0.entered == entered && refusals[$0.refusal].key == key }
    return answers(found?.refusal ?? -1)
  }

  private mutating func answers(_ refusal: Int32) -> Bool {
    if refusal >= 0 { answered = refusals[refusal].refused }
    return refusal >= 0
  }

  /// The context goes.
  mutating func forget(_ list: inout RefusalList) {
    var refusal = list.first
    while refusal >= 0 {
      let next = refusals[refusal].next
      drop(refusal)
      refusal = next
    }
    list = RefusalList()
  }

  /// Whether a frame without a context was refused.
  @inline(__always) var hasFrames: Bool { !ofFrames.isEmpty }

  /// The frame with this entry goes.
  mutating func forget(frame entered: UInt64) {
    for (_, refusal) in ofFrames.filter({ $0.entered == entered }) { drop(refusal) }
    ofFrames.removeAll { $0.entered == entered }
  }

  private mutating func drop(_ refusal: Int32) {
    let key = refusals[refusal].key
    if byTag.find(key) == refusal { byTag.remove(key) }
    refusals.remove(refusal)
  }

  /// How many there are, and how many a list has, for ``ModelAudit``.
  var count: Int { refusals.count - ofFrames.count }

  func count(of list: RefusalList) -> Int {
    var count = 0
    var refusal = list.first
    while refusal >= 0, count <= refusals.count {
      (count, refusal) = (count + 1, refusals[refusal].next)
    }
    return count
  }
}
