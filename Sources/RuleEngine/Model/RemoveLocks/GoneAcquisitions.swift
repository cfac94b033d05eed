/// An acquisition that is gone and still means something for its lock.
struct GoneAcquisition: Sendable {
  var acquisition: Acquisition
  fileprivate var next: Int32
}

/// What is remembered of one lock's acquisitions that are gone.
struct GoneHolders: Sendable, BitwiseCopyable {
  /// Those that were left when the lock was drained: their releases are matched silently.
  fileprivate(set) var forgotten: Int32 = -1
  /// Those that a release took away though another that is left may have been meant.
  fileprivate(set) var candidates: Int32 = -1

  @inline(__always) var isEmpty: Bool { forgotten < 0 && candidates < 0 }
}

/// The acquisitions that are gone and still mean something for their lock. Few; a lock remembers so many of
/// each kind at most.
struct GoneAcquisitions: Sendable {
  private static var limitPerLock: Int { 64 }
  /// And all locks together.
  private static var limit: Int { 1 << 15 }

  private var acquisitions = Slab<GoneAcquisition>()

  /// See ``Store/claim()``.
  mutating func claim() { acquisitions.claim() }

  /// A release took the acquisition away, and it is open whether it meant another that is left.
  mutating func addCandidate(_ gone: Acquisition, to holders: inout GoneHolders) {
    push(gone, &holders.candidates)
  }

  /// No acquisition with this tag is left: which of them was meant does not matter any more.
  mutating func dropCandidates(_ tag: UInt64, from holders: inout GoneHolders) {
    while pop(&holders.candidates, where: { $0.tag == tag }) {}
  }

  /// The lock was drained while the acquisition was left.
  mutating func addForgotten(_ gone: Acquisition, to holders: inout GoneHolders) {
    push(gone, &holders.forgotten)
  }

  /// Takes one that was left at the drain away; false where none has this tag.
  mutating func takeForgotten(_ tag: UInt64, from holders: inout GoneHolders) -> Bool {
    pop(&holders.forgotten, where: { $0.tag == tag })
  }

  /// A new life begins, or the lock goes.
  mutating func dropAll(of holders: inout GoneHolders) {
    while pop(&holders.forgotten, where: { _ in true }) {}
    while pop(&holders.candidates, where: { _ in true }) {}
  }

  /// Those that were taken away though one that is left may have been meant, the last first.
  func candidates(of holders: GoneHolders) -> [Acquisition] { list(from: holders.candidates) }

  private mutating func push(_ gone: Acquisition, _ first: inout Int32) {
    guard acquisitions.count < Self.limit, list(from: first).count < Self.limitPerLock else {
      return
    }
    var kept = gone
    kept.context = -1
    first = acquisitions.insert(GoneAcquisition(acquisition: kept, next: first))
  }

  /// Takes the first that fits out of a list.
  private mutating func pop(_ first: inout Int32, where fits: (Acquisition) -> Bool) -> Bool {
    var before: Int32 = -1
    var place = first
    while place >= 0, !fits(acquisitions[place].acquisition) {
      (before, place) = (place, acquisitions[place].next)
    }
    guard place >= 0 else { return false }
    let next = acquisitions[place].next
    if before >= 0 { acquisitions[before].next = next } else { first = next }
    acquisitions.remove(place)
    return true
  }

  private func list(from first: Int32) -> [Acquisition] {
    var all: [Acquisition] = []
    var place = first
    while place >= 0 {
      all.append(acquisitions[place].acquisition)
      place = acquisitions[place].next
    }
    return all
  }

  /// How many there are, for ``ModelAudit``.
  var count: Int { acquisitions.count }

  /// How many a lock has, for ``ModelAudit``.
  func count(of holders: GoneHolders) -> Int {
    list(from: holders.forgotten).count + list(from: holders.candidates).count
  }
}
