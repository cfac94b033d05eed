import RuleEngine

// Calls at the IRQL that they ask for, by drivers without devices: one for each list of DDIs, and those whose
// arguments count.
extension ScenarioLibrary {
  mutating func addIrqlTraffic() {
    path(.deviceControl, on: .any, weight: 2) { $0.housekeepingInWorkItem() }
    path(.deviceControl, on: .any, weight: 2) { $0.housekeepingInDpc() }
  }

  mutating func addMisplacedCalls() {
    for (ddi, rule) in PathBuilder.passiveCalls {
      fault([rule], .deviceControl) { $0.callMisplaced(ddi, in: .dpc, at: 2) }
    }
    for (ddi, rule) in PathBuilder.dispatchCalls {
      fault([rule], .deviceControl) { $0.callMisplaced(ddi, in: .isr, at: 5) }
    }
    fault(["IrqlDispatch"], .deviceControl) {
      $0.callMisplaced(PathBuilder.raisedCall, in: .workItem, at: 0)
    }
    for (kind, rule) in PathBuilder.waits {
      fault([rule], .deviceControl) { $0.waitInDpc(kind) }
    }
    fault(["IrqlKeSetEvent"], .deviceControl) { $0.setEventToWaitInDpc() }
    fault(["IrqlExAllocatePool"], .deviceControl) { $0.allocatePagedInDpc() }
    for (kind, rule) in PathBuilder.allocations {
      fault([rule], .deviceControl) { $0.freeRaised(kind) }
    }
    fault(["IrqlKeRaiseLower"], .deviceControl) { $0.raiseToLower() }
    fault(["IrqlKeRaiseLower2"], .deviceControl) { $0.lowerToOther() }
    fault(["IrqlReturn"], .deviceControl) { $0.returnRaised() }
  }
}

extension PathBuilder {
  /// What a work item does at PASSIVE_LEVEL, with the rule that a DPC breaks with it.
  fileprivate static let passiveCalls: [(ddi: String, rule: String)] = [
    ("ObGetObjectSecurity", "IrqlApcLte"), ("ExAcquireFastMutex", "IrqlExApcLte1"),
    ("ExAllocateFromPagedLookasideList", "IrqlExApcLte2"),
    ("ExDeleteResourceLite", "IrqlExApcLte3"), ("ExUuidCreate", "IrqlExPassive"),
    ("IoRaiseHardError", "IrqlIoApcLte"), ("IoSetDeviceInterfaceState", "IrqlIoPassive1"),
    ("IoConnectInterrupt", "IrqlIoPassive2"), ("IoCreateSymbolicLink", "IrqlIoPassive3"),
    ("IoDeleteSymbolicLink", "IrqlIoPassive4"), ("IoWMIRegistrationControl", "IrqlIoPassive5"),
    ("ZwCreateFile", "IrqlIoRtlZwPassive"),
    ("RtlAnsiStringToUnicodeString", "IrqlIoRtlZwPassive"),
    ("KeDelayExecutionThread", "IrqlKeApcLte1"), ("KeRegisterNmiCallback", "IrqlKeApcLte2"),
    ("MmLockPagableDataSection", "IrqlMmApcLte"),
    ("ObReferenceObjectByHandle", "IrqlObPassive"),
    ("PsSetLoadImageNotifyRoutine", "IrqlPsPassive"),
    ("RtlDeleteRegistryValue", "IrqlRtlPassive"), ("ZwQueryValueKey", "IrqlZwPassive"),
    ("PAGED_CODE", "PagedCode"),
  ]

  /// What a DPC does at DISPATCH_LEVEL, with the rule that an interrupt service routine breaks with it.
  fileprivate static let dispatchCalls: [(ddi: String, rule: String)] = [
    ("IoGetDeviceToVerify", "IrqlIoDispatch"), ("KeCancelTimer", "IrqlKeDispatchLte"),
    ("MmFreeContiguousMemory", "IrqlMmDispatch"), ("IoWriteErrorLogEntry", "IrqlDispatch"),
  ]

  /// What needs DISPATCH_LEVEL.
  fileprivate static let raisedCall = "KeInsertDeviceQueue"

  /// One of each kind that a rule about freeing tells from others.
  fileprivate static let allocations: [(EventKind, rule: String)] = [
    (.exAllocatePoolWithTag, "IrqlExFree1"), (.exAllocatePoolWithTagPriority, "IrqlExFree2"),
    (.exAllocatePool2, "IrqlExFree3"),
  ]

  fileprivate static let waits: [(EventKind, rule: String)] = [
    (.keWaitForSingleObject, "IrqlKeWaitForMutexObject"),
    (.keWaitForMultipleObjects, "IrqlKeWaitForMultipleObjects"),
  ]

  /// A routine of a driver without devices, called at an IRQL, and what it does; it returns at that IRQL,
  /// unless `returning` says otherwise.
  private mutating func inHelper(
    _ routine: CallbackKind, named name: String = "Housekeeping", at irql: UInt8,
    _ body: (inout Self) -> Void, returning: (inout Self) -> Void = { _ in }
  ) {
    completeAtOnce(.success)
    on(routine == .workItem ? .worker : .interrupt) { lane in
      lane.isHelper = true
      lane.callback(routine, named: name) {
        $0.told(at: irql)
        body(&$0)
      }
      lane.told(at: irql)
      returning(&lane)
      lane.isHelper = false
    }
  }

  mutating func housekeepingInWorkItem() {
    inHelper(.workItem, at: 0) {
      for (name, _) in Self.passiveCalls { $0.ddi(name, at: 0) }
      $0.wait(.keWaitForMultipleObjects, timeout: -1, at: 0)
      $0.wait(.keWaitForSingleObject, timeout: 1_000_000, at: 0)
      $0.setEvent(waits: true, at: 0)
      for (kind, _) in Self.allocations {
        $0.allocate(128, by: kind)
        $0.told(at: 0)
        $0.free()
        $0.told(at: 0)
      }
      $0.level(.keRaiseIrql, to: 2, from: 0)
      $0.level(.keLowerIrql, to: 0, from: 2)
    }
  }

  mutating func housekeepingInDpc() {
    inHelper(.dpc, named: "HousekeepingDpc", at: 2) {
      $0.ddi(Self.raisedCall, at: 2)
      for (name, _) in Self.dispatchCalls { $0.ddi(name, at: 2) }
      $0.wait(.keWaitForSingleObject, timeout: 0, at: 2)
      $0.setEvent(waits: false, at: 2)
      $0.allocateOfType(512, at: 2)
      $0.free()
      $0.told(at: 2)
    }
  }

  fileprivate mutating func callMisplaced(
    _ name: String, in routine: CallbackKind, at irql: UInt8
  ) {
    inHelper(routine, at: irql) {
      $0.ddi(name, at: irql)
      $0.decides()
    }
  }

  fileprivate mutating func waitInDpc(_ kind: EventKind) {
    inHelper(.dpc, at: 2) {
      $0.wait(kind, timeout: -1, at: 2)
      $0.decides()
    }
  }

  fileprivate mutating func setEventToWaitInDpc() {
    inHelper(.dpc, at: 2) {
      $0.setEvent(waits: true, at: 2)
      $0.decides()
    }
  }

  fileprivate mutating func allocatePagedInDpc() {
    inHelper(.dpc, at: 2) {
      $0.allocateOfType(1, at: 2)
      $0.decides()
      // Without its IRQL: that it frees paged memory is another fault.
      $0.free()
    }
  }

  /// Memory is freed above DISPATCH_LEVEL.
  fileprivate mutating func freeRaised(_ kind: EventKind) {
    inHelper(.workItem, at: 0) {
      $0.allocate(128, by: kind)
      $0.told(at: 0)
      $0.level(.keRaiseIrql, to: 5, from: 0)
      $0.free()
      $0.told(at: 5)
      $0.decides()
      $0.level(.keLowerIrql, to: 0, from: 5)
    }
  }

  fileprivate mutating func raiseToLower() {
    inHelper(.dpc, at: 2) {
      $0.level(.keRaiseIrql, to: 1, from: 2)
      $0.decides()
      $0.level(.keRaiseIrql, to: 2, from: 1)
    }
  }

  fileprivate mutating func lowerToOther() {
    inHelper(.workItem, at: 0) {
      $0.level(.keRaiseIrql, to: 2, from: 0)
      $0.level(.keLowerIrql, to: 1, from: 2)
      $0.decides()
      $0.level(.keLowerIrql, to: 0, from: 1)
    }
  }

  fileprivate mutating func returnRaised() {
    inHelper(.workItem, at: 0) {
      $0.level(.keRaiseIrql, to: 2, from: 0)
    } returning: {
      $0.told(at: 2)
      $0.decides()
    }
  }

  /// Memory of a pool type.
  private mutating func allocateOfType(_ type: UInt64, at irql: UInt8) {
    var event = Event(.exAllocatePoolZero)
    event.fields = FieldSet(.ptr, .size, .pooltype, .irql)
    event.number = 64
    event.tag = type
    event.irql = irql
    add(event) { $0.operand = .pool }
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
    event.fields = FieldSet(.object, .wait, .irql)
    if waits { event.flags = .wait }
    event.irql = irql
    add(event) { $0.operand = .event }
  }
}
