// The runs of threads, for SDV's automata: which events one begins with, and how it ends.
extension DriverModel {
  /// An event, before it is applied, in the `sdv` reading: whether one of SDV's automata over runs looks at it.
  mutating func observeRun(_ event: Event, _ thread: Int) {
    guard event.isOnKnownThread, event.isOfRun else { return }
    let key = threads.key(of: thread)
    var run = runs.find(key)
    if run < 0 {
      let (driver, device) = actor(of: event, currentContext(thread))
      run = runs.begin(
        event, on: key, in: threads.frames(of: thread), driver: driver, device: device, &facts,
        &coverage)
    }
    runs.happened(event, run, &facts)
  }

  /// A routine is entered.
  mutating func runFrameEntered(_ frame: Frame, _ thread: Int) {
    let run = runs.find(threads.key(of: thread))
    if run >= 0 { runs.entered(frame, run) }
  }

  /// A routine returns; its frame is gone.
  mutating func runFrameExits(_ event: Event, _ frame: Frame, _ thread: Int) {
    let run = runs.find(threads.key(of: thread))
    if run >= 0 {
      runs.exited(frame, event, run, isOutermost: threads.depth(thread) == 0, &facts)
    }
  }

  /// A routine is gone without an exit of its own.
  mutating func runFrameVanishes(_ thread: Int) {
    let run = runs.find(threads.key(of: thread))
    if run >= 0 { runs.vanished(run, isOutermost: threads.depth(thread) == 0, &facts) }
  }
}

extension Event {
  /// Whether an automaton over runs looks at it, entries and exits of routines aside.
  fileprivate var isOfRun: Bool {
    switch kind {
    case .keAcquireSpinLock, .keAcquireSpinLockAtDpcLevel, .keTryToAcquireSpinLockAtDpcLevel,
      .keAcquireInStackQueuedSpinLock, .keAcquireInStackQueuedSpinLockAtDpcLevel,
      .ioAcquireCancelSpinLock, .keReleaseSpinLock, .keReleaseSpinLockFromDpcLevel,
      .keReleaseInStackQueuedSpinLock, .keReleaseInStackQueuedSpinLockFromDpcLevel,
      .ioReleaseCancelSpinLock, .keRaiseIrql, .keLowerIrql, .ioCompleteRequest,
      .ioStartNextPacket, .removeHeadList, .removeEntryList, .exInterlockedRemoveHeadList,
      .keEnterCriticalRegion, .keLeaveCriticalRegion, .keEnterGuardedRegion,
      .keLeaveGuardedRegion, .exAcquireResourceExclusiveLite, .exAcquireResourceSharedLite,
      .exReleaseResourceLite, .exEnterCriticalRegionAndAcquireResourceExclusive,
      .exEnterCriticalRegionAndAcquireResourceShared, .exReleaseResourceAndLeaveCriticalRegion:
      true
    default: false
    }
  }
}
