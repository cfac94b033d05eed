import RuleEngine

/// StartIoCancel: where StartIo may be cancelled, cancel routines are set with the cancel spin lock.
struct StartIoCancelRule: CallRule {
  let id = "StartIoCancel"
  let severity = Severity.warning

  func scope(in reading: Reading) -> CallScope { .callsAtAnyIRQL(.ioSetCancelRoutine) }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    let tracked: [Transition<State, CallFact>] = [
      on(
        .watching, .setsCancelRoutineUnlocked,
        .report(
          "IoSetCancelRoutine without the cancel spin lock, for a device whose StartIo may be cancelled"
        )),
      on(.watching, .setsCancelRoutineLocked, .pass),
      on(.watching, .setsCancelRoutineUnknown, .halt),
    ]
    let sdv: [Transition<State, CallFact>] = [
      on(
        .watching, .setsCancelRoutine,
        .report("IoSetCancelRoutine after IoSetStartIoAttributes with NonCancelable FALSE"))
    ]
    return Machine(
      start: .watching,
      [on(.watching, .setsCancelRoutineNoncancelable, .pass)]
        + (reading == .tracked ? tracked : sdv))
  }

  let documentation = RuleDocumentation(
    summary:
      "For a device with NonCancelable FALSE, IoSetCancelRoutine is called with the cancel spin lock.",
    rationale:
      "With NonCancelable FALSE an IRP may be cancelled after IoStartNextPacket has taken it from the "
      + "device's queue, while StartIo begins with it. Only the cancel spin lock keeps IoCancelIrp away while the "
      + "routine is set: without it the IRP is cancelled and completed beside StartIo, which goes on with memory "
      + "that is another request's.",
    remedy:
      "Call IoSetStartIoAttributes(DeviceObject, …, TRUE) and look at Irp->Cancel where the IRP is taken; or hold "
      + "the cancel spin lock over IoSetCancelRoutine and what is looked at before it. Best is a cancel-safe queue "
      + "(IoCsqInitialize), which needs neither.",
    readings:
      "tracked: a cancel routine is set for the IRP of a request, for a device whose last "
      + "IoSetStartIoAttributes had NonCancelable FALSE, by a thread that does not hold the cancel spin lock; "
      + "undecided where the trace has had no event of that lock of this driver, or events were lost since. With "
      + "the lock it is what the documentation of IoSetStartIoAttributes asks for. A warning, since a driver may "
      + "guard against the race otherwise. sdv: every cancel routine that is set after such a call in one run of "
      + "a thread, with the lock or without; once until the outermost routine has returned.",
    source: Sources.rulePage("StartIoCancel") + "; NonCancelable: "
      + "https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetstartioattributes"
  )

  let examples: [Example] = Self.violations + Self.correct + Self.open
}

extension StartIoCancelRule {
  private static let attributes = "IoSetStartIoAttributes deferred=1 noncancelable="
  /// The driver uses the lock elsewhere.
  private static let lockSeen =
    "IoAcquireCancelSpinLock oldirql=0\nIoReleaseCancelSpinLock newirql=0"

  private static let violations = [
    Example(
      "set before the request is queued, the lock given back too early", tracked: .violation,
      sdv: .notArmed,
      """
      \(attributes)0
      T2: enter READ
      T2: IoAcquireCancelSpinLock oldirql=0
      T2: IoReleaseCancelSpinLock newirql=0
      T2: IoSetCancelRoutine routine=cancel   !tracked
      T2: mark-pending
      T2: IoStartPacket irp=irp
      T2: exit PENDING
      """),
    Example(
      "set in StartIo", tracked: .violation, sdv: .notArmed,
      """
      \(attributes)0
      \(lockSeen)
      enter WRITE
      mark-pending
      T2: callback StartIo irp=irp
      T2: IoSetCancelRoutine routine=cancel   !tracked
      T2: callback-exit StartIo
      exit PENDING
      """),
    Example(
      "the lock is another thread's", tracked: .violation, sdv: .notArmed,
      """
      \(attributes)0
      T3: IoAcquireCancelSpinLock oldirql=0
      T2: enter READ
      T2: IoSetCancelRoutine routine=cancel   !tracked
      T3: IoReleaseCancelSpinLock newirql=0
      """),
    Example(
      "in the routine that sets the attributes", .violation,
      """
      enter READ
      \(attributes)0
      \(lockSeen)
      IoSetCancelRoutine routine=cancel   !
      IoSetCancelRoutine routine=0
      """),
    Example(
      "with the lock, in the routine that sets the attributes", tracked: .passes, sdv: .violation,
      """
      enter READ
      \(attributes)0
      IoAcquireCancelSpinLock oldirql=0
      IoSetCancelRoutine routine=cancel   !sdv
      IoReleaseCancelSpinLock newirql=0
      """),
    Example(
      "the trace shows no lock, in the routine that sets the attributes", tracked: .undecided,
      sdv: .violation,
      """
      enter READ
      \(attributes)0
      IoSetCancelRoutine routine=cancel   !sdv
      IoSetCancelRoutine routine=other
      """),
  ]

  private static let correct = [
    Example(
      "with the lock", tracked: .passes, sdv: .notArmed,
      """
      \(attributes)0
      T2: enter READ
      T2: IoAcquireCancelSpinLock oldirql=0
      T2: IoSetCancelRoutine routine=cancel
      T2: mark-pending
      T2: IoReleaseCancelSpinLock newirql=0
      T2: IoStartPacket irp=irp
      T2: exit PENDING
      """),
    Example(
      "in a cancel routine, which is called with the lock", tracked: .passes, sdv: .notArmed,
      """
      \(attributes)0
      \(lockSeen)
      T2: enter READ
      T3: callback Cancel
      T3: IoSetCancelRoutine irp=irp routine=cancel
      T3: IoReleaseCancelSpinLock newirql=0
      T3: callback-exit Cancel
      """),
    Example(
      "NonCancelable TRUE", tracked: .passes, sdv: .notArmed,
      """
      \(attributes)1
      \(lockSeen)
      T2: enter READ
      T2: IoSetCancelRoutine routine=cancel
      """),
    Example(
      "NonCancelable TRUE, in one routine", .passes,
      """
      enter READ
      \(attributes)1
      IoSetCancelRoutine routine=cancel
      """),
    Example(
      "NonCancelable TRUE in the end", .passes,
      """
      enter READ
      \(attributes)0
      \(attributes)1
      \(lockSeen)
      IoSetCancelRoutine routine=cancel
      """),
    Example(
      "set by two threads, with the lock", .passes,
      """
      T2: enter READ irp=i2
      T2: \(attributes)1
      T2: IoAcquireCancelSpinLock oldirql=0
      T2: IoSetCancelRoutine irp=i2 routine=cancel
      T2: IoReleaseCancelSpinLock newirql=0
      """),
  ]

  private static let open = [
    Example(
      "the trace shows no cancel spin lock", tracked: .undecided, sdv: .notArmed,
      """
      \(attributes)0
      T2: enter READ
      T2: IoSetCancelRoutine routine=cancel
      """),
    Example(
      "events are lost in between", tracked: .undecided, sdv: .notArmed,
      """
      \(attributes)0
      \(lockSeen)
      lost
      T2: enter READ
      T2: IoSetCancelRoutine routine=cancel
      """),
    Example(
      "the cancel routine is taken away", .notArmed,
      """
      enter READ
      \(attributes)0
      \(lockSeen)
      IoSetCancelRoutine routine=0
      """),
    Example(
      "another life of the device", .notArmed,
      """
      \(attributes)0
      \(lockSeen)
      delete fdo
      add fdo FDO
      T2: enter READ
      T2: IoSetCancelRoutine routine=cancel
      """),
  ]
}
