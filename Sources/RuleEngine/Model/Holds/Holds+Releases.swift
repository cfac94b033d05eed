// How what a thread holds is given back, and what is given back that nobody holds.
extension Holds {
  /// KeReleaseSpinLock or one of its like is called.
  mutating func spinLockReleased(_ event: Event, at site: HoldSite?, _ facts: inout FactSink) {
    let hold = table.lock(at: event.lock)
    guard hold >= 0 else { return }
    guard let site else { return doubt(hold, &facts) }
    if table[hold].isFree { return tell(.releasedFree, hold, &facts) }
    guard table[hold].thread == site.thread, table[hold].kind == .spinLock else {
      return doubt(hold, &facts)
    }
    if event.kind == .keReleaseSpinLock { tellIRQL(event, hold, site, &facts) }
    end(hold, event, at: site, &facts)
  }

  /// KeReleaseInStackQueuedSpinLock or one of its like is called.
  mutating func queuedSpinLockReleased(
    _ event: Event, at site: HoldSite?, _ facts: inout FactSink
  ) {
    if let site, case let own = table.handle(event.operand, of: site.thread), own >= 0 {
      if !table[own].isFree { return end(own, event, at: site, &facts) }
      // Handles lie on stacks, whose addresses other threads may have had.
      if !table.isHeld(handle: event.operand) { return tell(.releasedFree, own, &facts) }
    }
    let other = table.onlyHolder(ofHandle: event.operand)
    if other >= 0 { doubt(other, &facts) }
  }

  /// IoReleaseCancelSpinLock is called.
  mutating func cancelSpinLockReleased(
    _ event: Event, at site: HoldSite?, _ facts: inout FactSink
  ) {
    let hold = table.cancel
    guard hold >= 0 else { return }
    let isOwn = site.map { $0.thread == table[hold].thread } ?? false
    guard let site, isOwn else {
      if !table[hold].isFree { doubt(hold, &facts) }
      return
    }
    if !table[hold].isFree {
      end(hold, event, at: site, &facts)
    } else if site.frame != 0, table[hold].frame == site.frame {
      tell(.releasedFree, hold, &facts)
    }
  }

  /// IoCancelIrp is called: a cancel routine that is not traced may have taken the cancel spin lock.
  mutating func irpCancelled(on thread: UInt64) {
    let hold = table.cancel
    if hold >= 0, table[hold].isFree, table[hold].thread == thread { table.forget(hold) }
  }

  /// KeReleaseSpinLock sets an IRQL: whether it is one at which the thread may be then.
  private mutating func tellIRQL(
    _ event: Event, _ hold: Int32, _ site: HoldSite, _ facts: inout FactSink
  ) {
    guard event.has(.newirql) else { return }
    let new = event.newIRQL
    if case let other = otherSpinLock(than: hold, site), other >= 0 {
      // The one that was taken first is released last, unless the other is not held any more.
      let isFirst = table[other].taken.position > table[hold].taken.position
      if new < 2, isFirst || table[hold].oldIRQL >= 2 {
        tell(.releasedHoldingAnother, hold, &facts)
      }
    } else if table[hold].firstOldIRQL < 2, new != table[hold].firstOldIRQL {
      tell(.releasedToOtherIRQL, hold, &facts)
    }
    if site.frame != 0, table[hold].frame == site.frame, site.frameIRQL != Hold.unknownIRQL,
      new < site.frameIRQL
    {
      tell(.releasedBelowCaller, hold, &facts)
    }
    tell(.releasedToIRQL, hold, &facts)
  }

  /// The newest of the other spin locks that the thread holds here, or -1. Mutating, as who calls it is, so that the
  /// room is not copied for it.
  private mutating func otherSpinLock(than hold: Int32, _ site: HoldSite) -> Int32 {
    var other = table.newestSpinLock(of: site.thread)
    if other == hold { other = table.olderSpinLock(hold) }
    return other >= 0 && table[other].taken.position >= site.hidden ? other : -1
  }

  // MARK: Regions and resources

  /// A region is left.
  mutating func regionLeft(
    _ kind: HoldKind, _ event: Event, at site: HoldSite, _ facts: inout FactSink
  ) {
    let hold = table.region(kind, of: site.thread)
    if hold >= 0 {
      end(hold, event, at: site, &facts)
    } else if site.isJudged, site.frame > knownSince {
      tellPassing(.releasedFree, kind, event, at: site, &facts)
    }
  }

  /// A resource is given back. `isInRegion` says whether in a region, where that can be judged.
  mutating func resourceReleased(
    _ event: Event, at site: HoldSite, isInRegion: Bool?, _ facts: inout FactSink
  ) {
    let own = table.resource(event.operand, of: site.thread)
    if own >= 0 {
      if let isInRegion {
        tell(isInRegion ? .releasedInRegion : .releasedOutsideRegion, own, &facts)
      }
      return end(own, event, at: site, &facts)
    }
    if let isInRegion {
      tellPassing(
        isInRegion ? .releasedInRegion : .releasedOutsideRegion, .resource, event, at: site, &facts)
    }
    let other = table.oldestResource(event.operand)
    if other >= 0 { return doubt(other, &facts) }
    let free = table.freeResource(event.operand, of: site.thread)
    if free >= 0, site.frame != 0, table[free].frame == site.frame {
      tell(.releasedFree, free, &facts)
    }
  }

  /// A resource is given back on a thread that is not known.
  mutating func resourceReleasedSomewhere(_ event: Event, _ facts: inout FactSink) {
    let other = table.oldestResource(event.operand)
    if other >= 0 { doubt(other, &facts) }
  }
}
