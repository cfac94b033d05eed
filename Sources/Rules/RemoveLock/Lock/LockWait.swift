import RuleEngine

/// RemoveLockStateStuck: the removal waits, and somebody never releases.
struct StuckRule: LockRule {
  let id = "RemoveLockStateStuck"
  let severity = Severity.error
  let scope = LockScope.everyLife
  let reportsOncePerLife = false

  enum State: UInt8, MachineState { case idle, waiting }

  let machine = Machine<State, LockFact>(
    start: .idle, dormant: [.idle],
    [
      on(.idle, .waiting, .go(.waiting)),
      on(.waiting, .waitReturned, .passAndGo(.idle)),
      on(
        .waiting, .stuck,
        .report("IoReleaseRemoveLockAndWait never returns: the remove lock is still held")),
    ])

  let documentation = RuleDocumentation(
    summary: "IoReleaseRemoveLockAndWait returns.",
    rationale: "The thread that removes the device waits for every acquisition to be released. One "
      + "that never is hangs the removal, and with it the PnP manager: no further device of the "
      + "machine is started or removed.",
    remedy: "The evidence names each acquisition that is left: its tag, the source line that made "
      + "it and its age. Find the path on which that request's release is missing.",
    readings: LockStateRule.sameInBoth + " Decided where the trace ends, and told at the line of "
      + "the release-and-wait: a trace that is cut off while a removal waits shows it too.",
    source: Sources.usingRemoveLocks)

  let examples = [
    Example(
      "a read is never released", .violation,
      """
      enter READ irp=read
      acquire irp=read
      mark-pending irp=read
      exit PENDING irp=read
      enter PNP/REMOVE_DEVICE
      acquire
      forward
      release-wait            !
      """),
    Example(
      "a completion routine that forgets", .violation,
      """
      enter READ irp=read
      acquire irp=read
      copy irp=read
      set-routine irp=read
      forward irp=read
      completion irp=read
      completion-exit SUCCESS irp=read
      exit SUCCESS irp=read
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait            !
      """),
    Example(
      "the wrong tag", .violation,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait tag=NULL   !
      """),
    Example(
      "it returns", .passes,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      wait-return
      exit SUCCESS
      """),
    Example(
      "it returns when the last request is done", .passes,
      """
      enter READ irp=read
      acquire irp=read
      exit PENDING irp=read
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      T2: callback Dpc
      T2: release irp=read
      T2: callback-exit Dpc
      wait-return
      exit SUCCESS
      """),
    Example(
      "two drains", .passes,
      """
      init second dev=fdo
      enter PNP/REMOVE_DEVICE
      acquire
      acquire lock=second
      release-wait
      wait-return
      release-wait lock=second
      wait-return lock=second
      exit SUCCESS
      """),
    Example(
      "the trace ends in the wait with nothing left", .undecided,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      """),
    Example(
      "events are lost in the wait", .undecided,
      """
      enter READ irp=read
      acquire irp=read
      exit PENDING irp=read
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      lost
      """),
    Example(
      "no drain", .notArmed,
      """
      enter READ
      acquire
      exit SUCCESS
      """),
  ]
}

/// IoReleaseRemoveLockAndWaitOutsideRemoveDevice: SDV's rule of that name.
struct WaitOutsideRemoveDeviceRule: LockRule {
  let id = "IoReleaseRemoveLockAndWaitOutsideRemoveDevice"
  let severity = Severity.error
  let scope = LockScope.everyLife
  let reportsOncePerLife = false

  enum State: UInt8, MachineState { case idle, waited }

  let machine = Machine<State, LockFact>(
    start: .idle, dormant: [.idle],
    [
      on(.idle, .waiting, .go(.waited)),
      on(.waited, .waiting, .passAndGo(.waited)),
      on(
        .waited, .waitedOutsideRemoveDevice,
        .report("IoReleaseRemoveLockAndWait is called outside IRP_MN_REMOVE_DEVICE")),
      on(.waited, .lifeEnded, .pass),
    ])

  let documentation = RuleDocumentation(
    summary: "A PnP driver calls IoReleaseRemoveLockAndWait only in IRP_MN_REMOVE_DEVICE.",
    rationale:
      "After it the lock refuses every acquire for good. A device that is not being removed "
      + "then fails all its I/O, and its real removal hangs.",
    remedy: "In every other request release with IoReleaseRemoveLock.",
    readings: LockStateRule.sameInBoth + " Drivers that are not PnP drivers, as far as the trace "
      + "shows, may drain where they like. A drain that is called in a routine of the removal is the "
      + "removal's even where its tag takes away another request's hold, as happens where the "
      + "removal did not acquire and its IRP lies where an earlier one lay.",
    source: Sources.rulePage("IoReleaseRemoveLockAndWaitOutsideRemoveDevice"))

  let examples = [
    Example(
      "in a stop", .violation,
      """
      enter PNP/STOP_DEVICE
      acquire
      release-wait            !
      wait-return
      exit SUCCESS
      """),
    Example(
      "in a surprise removal", .violation,
      """
      enter PNP/SURPRISE_REMOVAL
      acquire
      forward
      release-wait            !
      exit SUCCESS
      """),
    Example(
      "in a read", .violation,
      """
      enter READ
      acquire
      release-wait            !
      exit SUCCESS
      """),
    Example(
      "in the removal", .passes,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      wait-return
      delete
      exit SUCCESS
      """),
    Example(
      "twice in the removal", .passes,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      acquire
      release-wait
      release-wait
      wait-return
      delete
      exit SUCCESS
      """),
    Example(
      "in the removal, with another request's hold", .passes,
      """
      enter READ irp=read
      acquire irp=read
      exit PENDING irp=read
      enter PNP/REMOVE_DEVICE
      release-wait irp=read
      wait-return
      delete
      exit SUCCESS
      """),
    Example(
      "in a surprise removal, with another request's hold", .violation,
      """
      enter READ irp=read
      acquire irp=read
      exit PENDING irp=read
      enter PNP/SURPRISE_REMOVAL
      release-wait irp=read   !
      wait-return
      exit SUCCESS
      """),
    Example(
      "a driver without PnP, in cleanup", .passes,
      """
      bare
      init
      enter CLEANUP
      acquire
      release-wait
      wait-return
      exit SUCCESS
      delete
      """),
    Example(
      "the trace ends before the life does", .undecided,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      wait-return
      exit SUCCESS
      """),
    Example(
      "no drain", .notArmed,
      """
      enter READ
      acquire
      release
      exit SUCCESS
      delete
      """),
  ]
}
