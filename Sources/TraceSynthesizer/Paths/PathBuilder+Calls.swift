import RuleEngine

// The events, by the names that a driver developer knows them by.
extension PathBuilder {
  /// DispatchEnter.
  mutating func enter() {
    var event = Event(.dispatchEnter)
    event.fields = FieldSet(.dev, .irp, .mj, .drv, .cpu)
    event.major = request.major
    if let minor = request.minor {
      event.minor = minor
      event.fields.insert(.mn)
    }
    if request.powerType != .unknown {
      event.powerType = request.powerType
      event.powerState = request.powerState
      event.fields.insert(.type)
      event.fields.insert(.state)
    }
    if request.relation != .unknown {
      event.word = request.relation.rawValue
      event.fields.insert(.relation)
    }
    if request.controlCode != 0 {
      event.number = UInt64(request.controlCode)
      event.fields.insert(.ioctl)
    }
    add(event, calls: false)
  }

  /// DispatchExit.
  mutating func exit(_ status: NTStatus) { addFrameEnd(.dispatchExit, status) }

  /// The dispatch routine from its entry to its exit.
  mutating func dispatch(returns status: NTStatus, _ body: (inout Self) -> Void) {
    inRoutine(request.routine.name, request.routine.file) {
      $0.enter()
      $0.inFrame(body)
      $0.exit(status)
    }
  }

  mutating func completionEnter(_ status: NTStatus, pending: Bool) {
    var event = Event(.completionEnter)
    event.fields = FieldSet(.irp, .dev, .status, .pending)
    event.statusBits = status.rawValue
    if pending { event.flags = .pending }
    add(event, calls: false)
  }

  mutating func completionExit(_ status: NTStatus) { addFrameEnd(.completionExit, status) }

  private mutating func addFrameEnd(_ kind: EventKind, _ status: NTStatus) {
    var event = Event(kind)
    event.fields = FieldSet(.irp, .dev, .status)
    event.statusBits = status.rawValue
    add(event, calls: false)
  }

  /// A routine that the system calls, from its entry to its exit.
  mutating func callback(
    _ kind: CallbackKind, named name: String, withIrp: Bool = false, irql: UInt8? = nil,
    _ body: (inout Self) -> Void
  ) {
    inRoutine(name) {
      $0.callbackEnter(kind, withIrp: withIrp, irql: irql)
      $0.outsideFrames(body)
      $0.callbackExit(kind)
    }
  }

  mutating func callbackEnter(
    _ kind: CallbackKind, withIrp: Bool = false, irql: UInt8? = nil
  ) {
    var event = Event(.callbackEnter)
    event.fields = FieldSet(.kind, .dev, .drv, .cpu)
    if withIrp { event.fields.insert(.irp) }
    if let irql {
      event.irql = irql
      event.fields.insert(.irql)
    }
    Self.name(kind, &event)
    add(event, calls: false)
  }

  mutating func callbackExit(_ kind: CallbackKind) {
    var event = Event(.callbackExit)
    event.fields = FieldSet(.kind)
    Self.name(kind, &event)
    add(event, calls: false)
  }

  private static func name(_ kind: CallbackKind, _ event: inout Event) {
    event.word = kind.rawValue
    // As the readers do: FNV-1a over the word in lower case.
    event.operand = kind.name.lowercased().utf8.reduce(0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
  }
}

// Calls that name the IRP.
extension PathBuilder {
  /// A call with nothing but the IRP; `named: false`: a queue event that names no IRP.
  mutating func call(_ kind: EventKind, named: Bool = true) {
    var event = Event(kind)
    event.fields = named ? FieldSet(.irp, .dev) : FieldSet(.dev)
    add(event)
  }

  /// A call whose wrapper has the IRP alone: it names no device where the frame on top of the
  /// thread says whose IRP it is.
  private mutating func callOfIrp(_ kind: EventKind) {
    var event = Event(kind)
    event.fields = isInFrameOfIrp ? FieldSet(.irp) : FieldSet(.irp, .dev)
    add(event)
  }

  mutating func skip() { callOfIrp(.ioSkipCurrentIrpStackLocation) }
  mutating func copy() { callOfIrp(.ioCopyCurrentIrpStackLocationToNext) }
  mutating func markPending() { callOfIrp(.ioMarkIrpPending) }
  mutating func freeIrp() { call(.ioFreeIrp) }
  mutating func reuseIrp() { call(.ioReuseIrp) }
  mutating func startNextPowerIrp() { call(.poStartNextPowerIrp) }

  mutating func callBegins() {
    var event = Event(request.major == .power ? .poCallDriver : .ioCallDriver)
    event.fields = isInFrameOfIrp ? FieldSet(.irp, .target) : FieldSet(.irp, .dev, .target)
    if isOwnIrp {
      event.fields.insert(.mj)
      event.major = request.major
    }
    if isOwnIrp || request.major == .pnp {
      event.fields.insert(.irql)
      event.irql = irql
    }
    add(event) { $0.operand = .lower }
  }

  mutating func callReturns(_ status: NTStatus) {
    var event = Event(request.major == .power ? .poCallDriverReturn : .ioCallDriverReturn)
    event.fields = isInFrameOfIrp ? FieldSet(.irp, .status) : FieldSet(.irp, .dev, .status)
    event.statusBits = status.rawValue
    add(event)
  }

  /// IoForwardIrpSynchronously, and its return with the IRP's status.
  mutating func forwardsAndWaits(_ status: NTStatus) {
    var event = Event(.ioForwardIrpSynchronously)
    event.fields = FieldSet(.irp, .dev, .target)
    add(event) { $0.operand = .lower }
    event = Event(.ioForwardIrpSynchronouslyReturn)
    event.fields = FieldSet(.irp, .dev, .status)
    event.statusBits = status.rawValue
    add(event)
  }

  /// DriverUnload of the helper.
  mutating func driverUnload() {
    var event = Event(.driverUnload)
    event.fields = FieldSet(.drv)
    add(event, calls: false)
  }

  /// IoCompleteRequest, and the completion routines of the drivers above.
  mutating func complete(_ status: NTStatus) {
    var event = Event(.ioCompleteRequest)
    event.fields = FieldSet(.irp, .dev, .status)
    event.statusBits = status.rawValue
    add(event)
    let isMarked = lane != 0
    completeUpwards(status, pending: isMarked, from: level - 1)
  }

  /// IoAllocateIrp or one of the IoBuild… routines; `fails`: it returns NULL. An IRP that the I/O
  /// manager frees is
  /// given the event on the stack.
  mutating func allocateIrp(_ kind: EventKind = .ioAllocateIrp, fails: Bool = false) {
    var event = Event(kind)
    event.fields = FieldSet(.irp, .dev)
    let takesEvent = kind == .ioBuildDeviceIoControlRequest || kind == .ioBuildSynchronousFsdRequest
    if takesEvent { event.fields.insert(.object) }
    add(event) {
      if fails { $0.irp = Step.noIrp }
      if takesEvent { $0.operand = .event }
    }
  }

  /// WmiSystemControl returns.
  mutating func wmiSystemControl(_ disposition: WMIDisposition, _ status: NTStatus = .success) {
    var event = Event(.wmiSystemControl)
    event.fields = FieldSet(.irp, .dev, .disposition, .status)
    event.word = disposition.rawValue
    event.statusBits = status.rawValue
    add(event)
  }

  /// PoRequestPowerIrp returns.
  mutating func requestPowerIrp(_ state: PowerState, _ status: NTStatus = .pending) {
    var event = Event(.poRequestPowerIrp)
    event.fields = FieldSet(.dev, .status, .mn, .state, .irpout)
    event.minor = .setPower
    event.powerState = state
    event.statusBits = status.rawValue
    add(event)
  }

  mutating func setPowerState(_ state: PowerState) {
    var event = Event(.poSetPowerState)
    event.fields = FieldSet(.dev, .state)
    event.powerState = state
    add(event)
  }

  /// An allocation from pool; `fails`: it returns NULL.
  mutating func allocate(
    _ size: UInt64, by kind: EventKind = .exAllocatePool2, fails: Bool = false
  ) {
    var event = Event(kind)
    event.fields = FieldSet(.ptr, .size, .dev)
    event.number = size
    add(event) { if !fails { $0.operand = .pool } }
  }

  /// ExFreePool of what ``allocate(_:by:fails:)`` returned.
  mutating func free() {
    var event = Event(.exFreePool)
    event.fields = FieldSet(.ptr, .dev)
    add(event) { $0.operand = .pool }
  }

  /// A call about a registry key: with its handle, and its status where it opens it.
  mutating func key(_ kind: EventKind) {
    var event = Event(kind)
    let opens = kind == .zwCreateKey || kind == .zwOpenKey
    event.fields = opens ? FieldSet(.handle, .status, .dev) : FieldSet(.handle, .dev)
    add(event) { $0.operand = .handle }
  }
}

// The remove lock and the device.
extension PathBuilder {
  /// IoAcquireRemoveLock succeeds. Where the scenario begins with it, it may be refused instead.
  mutating func acquire(_ tag: Step.Tag = .irp, anyway: Bool = false) {
    addAcquire(tag, .success) { $0.effect = anyway ? .acquiresAnyway : .acquires }
  }

  /// IoAcquireRemoveLock answers STATUS_DELETE_PENDING.
  mutating func acquireFails(_ tag: Step.Tag = .irp) { addAcquire(tag, .deletePending) { _ in } }

  private mutating func addAcquire(
    _ tag: Step.Tag, _ status: NTStatus, _ bind: (inout Step) -> Void
  ) {
    var event = Event(.ioAcquireRemoveLock)
    event.fields = FieldSet(.lock, .tag, .status)
    event.statusBits = status.rawValue
    add(event) {
      $0.tag = tag
      bind(&$0)
    }
  }

  mutating func release(_ tag: Step.Tag = .irp) {
    addRelease(.ioReleaseRemoveLock, tag)
    amend { $0.effect = .releases }
  }

  /// IoReleaseRemoveLockAndWait, entered.
  mutating func releaseAndWaitBegins(_ tag: Step.Tag = .irp) {
    addRelease(.ioReleaseRemoveLockAndWait, tag)
    amend {
      $0.effect = .refuses
      $0.gate = .noAcquireAhead
    }
  }

  /// IoReleaseRemoveLockAndWait, returned: nobody holds the lock.
  mutating func releaseAndWaitReturns() {
    var event = Event(.ioReleaseRemoveLockAndWaitReturn)
    event.fields = FieldSet(.lock)
    add(event) {
      $0.effect = .closes
      $0.gate = .drained
    }
  }

  mutating func releaseAndWait(_ tag: Step.Tag = .irp) {
    releaseAndWaitBegins(tag)
    releaseAndWaitReturns()
  }

  private mutating func addRelease(_ kind: EventKind, _ tag: Step.Tag) {
    var event = Event(kind)
    event.fields = FieldSet(.lock, .tag)
    add(event) { $0.tag = tag }
  }

  mutating func initializeLock(minutes: UInt64 = 0, highWatermark: UInt32 = 0) {
    var event = Event(.ioInitializeRemoveLock)
    event.fields = FieldSet(.lock, .dev, .drv, .maxmin, .highwater)
    event.number = minutes
    event.highWatermark = highWatermark
    add(event)
  }

  /// The device joins its stack.
  mutating func addDevice() {
    var event = Event(.addDevice)
    event.fields = FieldSet(.dev, .role, .drv)
    event.word = role.word.rawValue
    if role == .bus {
      event.flags = .bus
      event.fields.insert(.bus)
    }
    if role != .child { event.fields.insert(.lower) }
    let hasLowerDevice = role != .child
    add(event) { if hasLowerDevice { $0.operand = .lower } }
    if defersStartIo { deferStartIo() }
  }

  /// IoSetStartIoAttributes: StartIo is not called while it runs, and what it handles may be cancelled.
  mutating func deferStartIo() {
    var event = Event(.ioSetStartIoAttributes)
    event.fields = FieldSet(.dev, .deferred, .noncancelable)
    event.flags = .deferred
    add(event)
  }

  mutating func detach() {
    var event = Event(.ioDetachDevice)
    event.fields = FieldSet(.dev, .target)
    add(event) { $0.operand = .lower }
  }

  /// IoDeleteDevice, when no request is in the driver any more.
  mutating func deleteDevice() {
    var event = Event(.ioDeleteDevice)
    event.fields = FieldSet(.dev)
    add(event) { $0.gate = .alone }
  }
}

extension Step {
  /// ``Step/irp`` of an allocation that failed.
  static let noIrp = UInt8.max
}
