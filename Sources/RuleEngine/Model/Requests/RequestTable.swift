/// The contexts that there are, found by their keys and in the order in which they opened, with their
/// evidence.
struct RequestTable: Sendable {
  private var contexts = TrackingSlab<IRPContext>()
  private var evidence: EvidenceStore
  private var newestOfIRP = IndexTable()
  private(set) var oldest: Int32 = -1
  private(set) var newest: Int32 = -1
  /// How many are live.
  private(set) var count = 0
  /// Differs from run to run, so that no trace can be made to collide.
  private let seed = UInt64.random(in: .min ... .max)

  init(limits: Limits) {
    evidence = EvidenceStore(limit: limits.evidence, chunkLimit: limits.evidenceChunks)
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    contexts.claim()
    evidence.claim()
  }

  @inline(__always)
  subscript(context: Int32) -> IRPContext {
    get { contexts[context] }
    _modify { yield &contexts[context] }
  }

  /// A reference that notices when the context is gone.
  @inline(__always)
  func reference(_ context: Int32) -> SlabRef { contexts.reference(context) }

  /// The context of a reference, or -1 if it is gone.
  @inline(__always)
  func resolve(_ reference: SlabRef) -> Int32 { contexts.resolve(reference) }

  // MARK: By key

  @inline(__always)
  private func hash(_ irp: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: irp.hashWord(seed: seed))
  }

  /// The live context of the IRP that opened last, or -1.
  @inline(__always)
  func newest(ofIRP irp: UInt64) -> Int32 {
    newestOfIRP.find(hash(irp)) { contexts[$0].irp == irp }
  }

  /// The live context with this key, or -1.
  @inline(__always)
  func live(_ device: UInt64, _ irp: UInt64) -> Int32 {
    var context = newest(ofIRP: irp)
    while context >= 0, contexts[context].devicePointer != device {
      context = contexts[context].sameIRP.next
    }
    return context
  }

  // MARK: Lists

  /// Adds a context to the list of live ones and to its IRP's, newest first. Returns the next older of the
  /// same IRP, or -1.
  @inline(__always)
  mutating func insert(_ new: IRPContext) -> (context: Int32, older: Int32) {
    let context = contexts.insert(new)
    let older = newest(ofIRP: new.irp)
    if older >= 0 {
      contexts[context].sameIRP.next = older
      contexts[older].sameIRP.previous = context
      newestOfIRP.replace(hash(new.irp), older, with: context)
    } else {
      newestOfIRP.insert(hash(new.irp), context)
    }
    contexts[context].live.previous = newest
    if newest >= 0 { contexts[newest].live.next = context } else { oldest = context }
    newest = context
    count += 1
    return (context, older)
  }

  /// Takes a context out of the lists: no event finds it by its key any more.
  mutating func unlink(_ context: Int32) {
    let irp = contexts[context].irp
    let same = contexts[context].sameIRP
    let live = contexts[context].live
    if same.previous >= 0 {
      contexts[same.previous].sameIRP.next = same.next
    } else if same.next >= 0 {
      newestOfIRP.replace(hash(irp), context, with: same.next)
    } else {
      newestOfIRP.remove(hash(irp), context)
    }
    if same.next >= 0 { contexts[same.next].sameIRP.previous = same.previous }
    if live.previous >= 0 {
      contexts[live.previous].live.next = live.next
    } else {
      oldest = live.next
    }
    if live.next >= 0 {
      contexts[live.next].live.previous = live.previous
    } else {
      newest = live.previous
    }
    contexts[context].state.remove(.live)
    count -= 1
  }

  /// Gives the slot of a context free that is in no list.
  mutating func remove(_ context: Int32) {
    evidence.removeAll(&contexts[context].evidence)
    contexts.remove(context)
  }

  /// The live contexts, oldest first.
  var live: [Int32] {
    var all: [Int32] = []
    var context = oldest
    while context >= 0 {
      all.append(context)
      context = contexts[context].live.next
    }
    return all
  }

  /// The contexts, for ``ModelAudit``.
  var slab: Slab<IRPContext> { contexts.slab }

  // MARK: Evidence

  /// Adds the event to the context's evidence.
  @inline(__always)
  mutating func note(_ event: EvidenceRecord, _ context: Int32) {
    evidence.append(event, to: &contexts[context].evidence)
  }

  /// The context's events, oldest first, as many as are kept.
  func evidence(of context: Int32) -> [EvidenceRecord] {
    evidence.records(of: contexts[context].evidence)
  }

  // MARK: Looking ahead

  /// The context that ``newest(ofIRP:)`` probably finds, or -1.
  @inline(__always)
  func guess(_ irp: UInt64) -> Int32 { newestOfIRP.guess(hash(irp)) }

  /// Whether a number is that of a slot.
  @inline(__always)
  func hasSlot(_ context: Int32) -> Bool { context >= 0 && Int(context) < contexts.slab.capacity }

  /// See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ context: Int32) -> UInt64 { contexts.touch(context) }

  /// Loads what the context leads to.
  @inline(__always)
  func touchDetails(_ context: Int32) -> UInt64 {
    evidence.touch(contexts[context].evidence) &+ contexts.touch(contexts[context].live.next)
  }
}
