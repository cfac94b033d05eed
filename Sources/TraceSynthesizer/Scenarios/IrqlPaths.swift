import RuleEngine

// Calls at the IRQL that they ask for, by drivers without devices: one for each list of DDIs, and those whose
// arguments count.
extension ScenarioLibrary {
  mutating func addIrqlTraffic() {
    path(.deviceControl, on: .any, weight: 2) { $0.housekeepingInWorkItem() }
    path(.deviceControl, on: .any, weight: 2) { $0.housekeepingInDpc() }
  }
}

extension PathBuilder {
  /// What a work item does at PASSIVE_LEVEL and no DPC may.
  fileprivate static let passiveCalls = [
    "ObGetObjectSecurity", "ExAcquireFastMutex", "ExAllocateFromPagedLookasideList",
    "ExDeleteResourceLite", "ExUuidCreate", "IoRaiseHardError", "IoSetDeviceInterfaceState",
    "IoConnectInterrupt", "IoCreateSymbolicLink", "IoDeleteSymbolicLink",
    "IoWMIRegistrationControl", "ZwCreateFile", "RtlAnsiStringToUnicodeString",
    "KeDelayExecutionThread", "KeRegisterNmiCallback", "MmLockPagableDataSection",
    "ObReferenceObjectByHandle", "PsSetLoadImageNotifyRoutine", "RtlDeleteRegistryValue",
    "ZwQueryValueKey", "PAGED_CODE",
  ]

  /// What is allowed at DISPATCH_LEVEL, or needs it.
  fileprivate static let dispatchCalls = [
    "KeInsertDeviceQueue", "IoGetDeviceToVerify", "KeCancelTimer", "MmFreeContiguousMemory",
    "IoWriteErrorLogEntry",
  ]

  /// One of each kind that a rule about freeing tells from others.
  fileprivate static let allocations: [EventKind] = [
    .exAllocatePoolWithTag, .exAllocatePoolWithTagPriority, .exAllocatePool2,
  ]

  mutating func housekeepingInWorkItem() {
    completeAtOnce(.success)
    on(.worker) { lane in
      lane.isHelper = true
      lane.callback(.workItem, named: "Housekeeping") {
        $0.told(at: 0)
        for name in Self.passiveCalls { $0.ddi(name, at: 0) }
        $0.wait(.keWaitForMultipleObjects, timeout: -1, at: 0)
        $0.wait(.keWaitForSingleObject, timeout: 1_000_000, at: 0)
        $0.setEvent(waits: true, at: 0)
        for kind in Self.allocations {
          $0.allocate(128, by: kind)
          $0.told(at: 0)
          $0.free()
          $0.told(at: 0)
        }
        $0.level(.keRaiseIrql, to: 2, from: 0)
        $0.level(.keLowerIrql, to: 0, from: 2)
      }
      lane.told(at: 0)
      lane.isHelper = false
    }
  }

  mutating func housekeepingInDpc() {
    completeAtOnce(.success)
    on(.interrupt) { lane in
      lane.isHelper = true
      lane.callback(.dpc, named: "HousekeepingDpc") {
        $0.told(at: 2)
        for name in Self.dispatchCalls { $0.ddi(name, at: 2) }
        $0.wait(.keWaitForSingleObject, timeout: 0, at: 2)
        $0.setEvent(waits: false, at: 2)
        var event = Event(.exAllocatePoolZero)
        event.fields = FieldSet(.ptr, .size, .pooltype, .irql)
        event.number = 64
        event.tag = 512
        event.irql = 2
        $0.add(event) { $0.operand = .pool }
        $0.free()
        $0.told(at: 2)
      }
      lane.told(at: 2)
      lane.isHelper = false
    }
  }

  /// A DDI that has no event of its own.
  fileprivate mutating func ddi(_ name: String, at irql: UInt8) {
    var event = Event(.ddi)
    event.fields = FieldSet(.name, .irql)
    event.irql = irql
    add(event, ddi: name)
  }

  /// The event that was added last tells its IRQL.
  fileprivate mutating func told(at irql: UInt8) {
    amend {
      $0.event.fields.insert(.irql)
      $0.event.irql = irql
    }
  }

  /// KeRaiseIrql, which is logged at its return, or KeLowerIrql.
  private mutating func level(_ kind: EventKind, to new: UInt8, from old: UInt8) {
    var event = Event(kind)
    event.fields = FieldSet(.newirql, .irql)
    event.newIRQL = new
    event.irql = old
    if kind == .keRaiseIrql {
      event.fields.insert(.oldirql)
      event.oldIRQL = old
      event.irql = new
    }
    add(event)
  }

  private mutating func wait(_ kind: EventKind, timeout: Int64, at irql: UInt8) {
    var event = Event(kind)
    event.fields = FieldSet(.status, .timeout, .irql)
    event.statusBits = timeout < 0 ? 0 : NTStatus.timeout.rawValue
    event.number = UInt64(bitPattern: timeout)
    event.irql = irql
    add(event)
  }

  private mutating func setEvent(waits: Bool, at irql: UInt8) {
    var event = Event(.keSetEvent)
    event.fields = FieldSet(.wait, .irql)
    if waits { event.flags = .wait }
    event.irql = irql
    add(event)
  }
}
