// What frames and calls have to do with what a thread holds.
extension Holds {
  /// Whether the thread holds a spin lock here.
  func holdsSpinLock(_ site: HoldSite) -> Bool {
    let newest = table.newestSpinLock(of: site.thread)
    return newest >= 0 && table[newest].taken.position >= site.hidden
  }

  /// The spin lock that the thread took last, or -1.
  func newestSpinLock(of thread: UInt64) -> Int32 { table.newestSpinLock(of: thread) }

  /// The one that the thread took before this one, or -1.
  func olderSpinLock(_ hold: Int32) -> Int32 { table.olderSpinLock(hold) }

  /// Whether the thread holds a region here.
  func holdsRegion(_ site: HoldSite) -> Bool {
    for kind in [HoldKind.criticalRegion, .guardedRegion] {
      let region = table.region(kind, of: site.thread)
      if region >= 0, table[region].taken.position >= site.hidden { return true }
    }
    return false
  }

  /// Since when the thread holds spin locks: where it took the first of them; nil where it holds none.
  func heldSince(_ thread: UInt64) -> UInt64? {
    let newest = table.newestSpinLock(of: thread)
    return newest >= 0 ? table[newest].firstTaken : nil
  }

  /// The thread is below DISPATCH_LEVEL: what it held was given back where the tracer does not look.
  mutating func spinLocksGone(of thread: UInt64, _ facts: inout FactSink) {
    while case let hold = table.newestSpinLock(of: thread), hold >= 0 { doubt(hold, &facts) }
  }

  /// So many spin locks are looked through for one that is held by the same routine or driver.
  private static var callLimit: Int { 64 }

  /// IoCompleteRequest or IoStartNextPacket is called: whether with a spin lock that the same routine took, or one
  /// below it of the same driver.
  mutating func called(at site: HoldSite, _ facts: inout FactSink) {
    var hold = table.newestSpinLock(of: site.thread)
    for _ in 0..<Self.callLimit where hold >= 0 {
      let it = table[hold]
      if it.taken.position < site.hidden { return }
      if it.frame != 0, it.frame == site.frame || it.driver != 0 && it.driver == site.driver {
        return tell(.calledHolding, hold, &facts)
      }
      hold = table.olderSpinLock(hold)
    }
  }

  // MARK: Frames

  /// A frame of the thread exits, and `below` is where that leaves it. What was taken in a frame that is judged is
  /// left, a resource aside that was handed on before `handedOn`; of another it passes to the frame below.
  mutating func frameExited(
    _ frame: Frame, below: HoldSite, handedOn: UInt64, _ facts: inout FactSink
  ) {
    // A place for each kind, without an array that each exit would make.
    var left = SIMD8<Int32>(repeating: -1)
    forEach(heldIn: frame, on: below.thread) { room, hold in
      guard frame.isJudged else {
        room.table[hold].frame = below.frame
        return
      }
      let kind = room.table[hold].kind
      if kind == .resource, handedOn > room.table[hold].taken.position {
        room.tell(.doubtful, hold, &facts)
      } else {
        let later = left[Int(kind.rawValue)]
        if later >= 0 { room.tell(.leftBeside, later, &facts) }
        left[Int(kind.rawValue)] = hold
      }
      room.table[hold].frame = 0
    }
    for kind in left.indices where left[kind] >= 0 { tell(.left, left[kind], &facts) }
  }

  /// A frame of the thread is gone without an exit of its own: what was taken in it is not known any more.
  mutating func frameVanished(
    _ frame: Frame, on thread: UInt64, _ facts: inout FactSink
  ) {
    forEach(heldIn: frame, on: thread) { room, hold in
      if room.table[hold].kind.isRegion { room.knownSince = room.now }
      if room.table[hold].kind == .cancelSpinLock { room.cancelSpinLockLost() }
      room.doubt(hold, &facts)
    }
  }

  /// Goes through what is held in a frame, the newest first.
  private mutating func forEach(
    heldIn frame: Frame, on thread: UInt64, _ body: (inout Holds, Int32) -> Void
  ) {
    var hold = table.newestSpinLock(of: thread)
    while hold >= 0, table[hold].taken.position >= frame.entered {
      let older = table.olderSpinLock(hold)
      if table[hold].frame == frame.entered { body(&self, hold) }
      hold = older
    }
    hold = table.newestOther(of: thread)
    while hold >= 0, table[hold].taken.position >= frame.entered {
      let older = table.olderOther(hold)
      if table[hold].frame == frame.entered { body(&self, hold) }
      hold = older
    }
  }
}
