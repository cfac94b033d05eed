import RuleEngine

/// StartIoRecursion: IoStartNextPacket is not called in StartIo, unless that is deferred.
struct StartIoRecursionRule: CallRule {
  let id = "StartIoRecursion"
  let severity = Severity.warning

  func scope(in reading: Reading) -> CallScope { .callsAtAnyIRQL(.ioStartNextPacket) }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    let rows: [Transition<State, CallFact>] = [
      on(
        .watching, .startsNextInStartIo,
        .report("IoStartNextPacket is called in StartIo, which it calls again")),
      on(.watching, .startsNextDeferred, .pass),
    ]
    let unknown: [Transition<State, CallFact>] = [on(.watching, .startsNextUnknown, .halt)]
    return Machine(start: .watching, rows + (reading == .tracked ? unknown : []))
  }

  let documentation = RuleDocumentation(
    summary: "StartIo calls IoStartNextPacket only for a device with DeferredStartIo.",
    rationale:
      "IoStartNextPacket takes the next IRP from the device's queue and calls StartIo with it. "
      + "From within StartIo that is a recursion as deep as the queue is long: the kernel stack, of which "
      + "there are a few pages, runs over.",
    remedy:
      "Call IoStartNextPacket in the DPC that ends the request; or, once, before the first request, "
      + "IoSetStartIoAttributes(DeviceObject, TRUE, …), so that StartIo is called again when it has returned.",
    readings:
      "tracked: IoStartNextPacket of the device whose StartIo is the routine on top of the thread, "
      + "where the trace shows that device from its AddDevice or IoCreateDevice, and DeferredStartIo was never "
      + "set for it. A warning, since a driver may have made sure that the queue is short. sdv: in StartIo of any "
      + "device, where IoSetStartIoAttributes did not set it since the outermost routine of the thread began; "
      + "once until that has returned.",
    source: Sources.rulePage("StartIoRecursion"), bugChecks: [BugCheck(0x7F)])

  let examples: [Example] = [
    Example(
      "called when StartIo is done at once", .violation,
      """
      enter READ
      mark-pending
      IoStartPacket irp=irp
      callback StartIo irp=irp
      complete SUCCESS
      IoStartNextPacket     !
      callback-exit StartIo
      exit PENDING
      """),
    Example(
      "the entry names the device alone", .violation,
      """
      callback StartIo dev=fdo
      IoStartNextPacket     !
      callback-exit StartIo
      """),
    Example(
      "of a device that was only created", .violation,
      """
      IoCreateDevice dev=second
      T2: callback StartIo dev=second
      T2: IoStartNextPacket dev=second  !
      T2: callback-exit StartIo
      """),
    Example(
      "set for the device before that had the address", .violation,
      """
      IoSetStartIoAttributes deferred=1
      delete fdo
      add fdo FDO
      T2: callback StartIo dev=fdo
      T2: IoStartNextPacket   !
      T2: callback-exit StartIo
      """),
    Example(
      "deferred", tracked: .passes, sdv: .violation,
      """
      IoSetStartIoAttributes deferred=1 noncancelable=1
      T2: callback StartIo dev=fdo
      T2: IoStartNextPacket   !sdv
      T2: callback-exit StartIo
      """),
    Example(
      "deferred in the same routine", .passes,
      """
      callback StartIo dev=fdo
      IoSetStartIoAttributes deferred=1
      IoStartNextPacket
      callback-exit StartIo
      """),
    Example(
      "deferred by the routine that starts the first", .passes,
      """
      enter READ
      IoSetStartIoAttributes deferred=1
      mark-pending
      callback StartIo irp=irp
      IoStartNextPacket
      callback-exit StartIo
      exit PENDING
      """),
    Example(
      "deferred when the device is added, and used at once", .passes,
      """
      callback AddDevice
      IoSetStartIoAttributes deferred=1 noncancelable=1
      callback StartIo dev=fdo
      IoStartNextPacket
      callback-exit StartIo
      callback-exit AddDevice
      """),
    Example(
      "the trace does not show the device's beginning", tracked: .undecided, sdv: .violation,
      """
      enter READ dev=other
      callback StartIo irp=irp
      IoStartNextPacket dev=other  !sdv
      callback-exit StartIo
      exit PENDING dev=other
      """),
    Example(
      "events are lost in between", tracked: .undecided, sdv: .violation,
      """
      lost
      callback StartIo dev=fdo
      IoStartNextPacket       !sdv
      callback-exit StartIo
      """),
    Example(
      "in the DPC", .notArmed,
      """
      enter READ
      mark-pending
      callback StartIo irp=irp
      callback-exit StartIo
      exit PENDING
      T2: callback Dpc irp=irp
      T2: complete SUCCESS
      T2: IoStartNextPacket
      T2: callback-exit Dpc
      """),
    Example(
      "in another device's StartIo", tracked: .notArmed, sdv: .violation,
      """
      add second FDO
      callback StartIo dev=second
      IoStartNextPacket       !sdv
      callback-exit StartIo
      """),
  ]
}
