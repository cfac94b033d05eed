/// An acquire that failed, so that a release that answers to it is known for what it is.
struct Refusal: Sendable {
  var key: PairKey
  var context: Int32
  fileprivate(set) var next: Int32
}

/// The refused acquires of one context.
struct RefusalList: Sendable, BitwiseCopyable {
  fileprivate(set) var first: Int32 = -1
  fileprivate var count: UInt8 = 0

  @inline(__always) var isEmpty: Bool { first < 0 }
}

/// The acquires that failed: by the lock's address and the tag the last, while its context is there and no
/// acquire has succeeded since.
struct Refusals: Sendable {
  /// Refusals of one context that are remembered at most; no driver retries that often.
  private static var limitPerContext: UInt8 { 64 }

  private var refusals = Slab<Refusal>()
  private var byTag = OpenTable<PairKey>()

  /// See ``Store/claim()``.
  mutating func claim() { refusals.claim() }

  @inline(__always)
  private static func key(_ event: Event) -> PairKey {
    PairKey(first: event.lock, second: event.tag)
  }

  /// An acquire of the context fails.
  mutating func add(_ event: Event, _ context: Int32, to list: inout RefusalList) {
    let key = Self.key(event)
    let known = byTag.find(key)
    if known >= 0, refusals[known].context == context { return }
    guard list.count < Self.limitPerContext else { return }
    let refusal = refusals.insert(Refusal(key: key, context: context, next: list.first))
    byTag.set(key, refusal)
    list.first = refusal
    list.count += 1
  }

  /// An acquire succeeds.
  @inline(__always)
  mutating func acquired(_ event: Event) {
    if byTag.count > 0 { byTag.remove(Self.key(event)) }
  }

  /// Whether the last acquire with the event's lock and tag was refused.
  @inline(__always)
  func wasLast(_ event: Event) -> Bool { byTag.find(Self.key(event)) >= 0 }

  /// The context goes.
  mutating func forget(_ list: inout RefusalList) {
    var refusal = list.first
    while refusal >= 0 {
      let gone = refusals[refusal]
      if byTag.find(gone.key) == refusal { byTag.remove(gone.key) }
      refusals.remove(refusal)
      refusal = gone.next
    }
    list = RefusalList()
  }

  /// Everything, for ``ModelAudit``.
  var contents: Slab<Refusal> { refusals }
}
