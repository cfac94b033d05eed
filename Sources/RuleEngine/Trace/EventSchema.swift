/// One row of the format: an event's name, its synonyms, and its fields.
public struct EventSchema: Sendable {
  /// The event.
  public let kind: EventKind
  /// Its name on the line.
  public let name: String
  /// Other names that mean the same event.
  public let synonyms: [String]
  /// Fields without which the event is malformed.
  public let required: FieldSet
  /// Fields that mean something on this event beside the required and the common ones.
  public let optional: FieldSet

  /// Fields that any event may carry.
  public static let common = FieldSet(.ev, .ts, .tid, .cpu, .irql, .drv, .dev, .src, .fn)

  init(
    _ kind: EventKind, _ name: String, or synonyms: [String] = [],
    _ required: FieldSet = [], optional: FieldSet = []
  ) {
    self.kind = kind
    self.name = name
    self.synonyms = synonyms
    self.required = required
    self.optional = optional
  }
}

extension EventKind {
  /// Every event of the format, version 1, in the order of the specification.
  public static let schema: [EventSchema] =
    deviceSchema + lockSchema + routineSchema + irpSchema + queueSchema + otherSchema
    + deferredSchema + waitSchema + spinLockSchema + levelSchema + resourceSchema + keySchema

  private static let deviceSchema: [EventSchema] = [
    EventSchema(.traceStart, "TraceStart", optional: FieldSet(.version, .note)),
    EventSchema(.traceLost, "TraceLost", optional: FieldSet(.count)),
    EventSchema(.driverUnload, "DriverUnload", FieldSet(.drv)),
    EventSchema(
      .addDevice, "AddDevice", FieldSet(.dev, .role), optional: FieldSet(.lower, .bus)),
    EventSchema(.ioDetachDevice, "IoDetachDevice", FieldSet(.dev), optional: FieldSet(.target)),
    EventSchema(.ioDeleteDevice, "IoDeleteDevice", FieldSet(.dev)),
    EventSchema(.ioCreateDevice, "IoCreateDevice", or: ["IoCreateDeviceSecure"], FieldSet(.dev)),
  ]

  private static let lockSchema: [EventSchema] = [
    EventSchema(
      .ioInitializeRemoveLock, "IoInitializeRemoveLock", or: ["IoInitializeRemoveLockEx"],
      FieldSet(.lock), optional: FieldSet(.maxmin, .highwater)),
    EventSchema(
      .ioAcquireRemoveLock, "IoAcquireRemoveLock", or: ["IoAcquireRemoveLockEx"],
      FieldSet(.lock, .tag, .status)),
    EventSchema(
      .ioReleaseRemoveLock, "IoReleaseRemoveLock", or: ["IoReleaseRemoveLockEx"],
      FieldSet(.lock, .tag)),
    EventSchema(
      .ioReleaseRemoveLockAndWait, "IoReleaseRemoveLockAndWait",
      or: ["IoReleaseRemoveLockAndWaitEx"], FieldSet(.lock, .tag)),
    EventSchema(
      .ioReleaseRemoveLockAndWaitReturn, "IoReleaseRemoveLockAndWaitReturn",
      or: ["IoReleaseRemoveLockAndWaitExReturn"], FieldSet(.lock)),
  ]

  private static let routineSchema: [EventSchema] = [
    EventSchema(
      .dispatchEnter, "DispatchEnter", FieldSet(.dev, .irp, .mj),
      optional: FieldSet(.mn, .type, .state, .shutdown, .relation, .ioctl)),
    EventSchema(.dispatchExit, "DispatchExit", FieldSet(.irp, .status)),
    EventSchema(
      .completionEnter, "CompletionEnter", FieldSet(.irp), optional: FieldSet(.status, .pending)),
    EventSchema(.completionExit, "CompletionExit", FieldSet(.irp, .status)),
    EventSchema(.callbackEnter, "CallbackEnter", FieldSet(.kind), optional: FieldSet(.irp)),
    EventSchema(.callbackExit, "CallbackExit", FieldSet(.kind)),
  ]

  private static let irpSchema: [EventSchema] = [
    EventSchema(
      .ioCallDriver, "IoCallDriver", or: ["IofCallDriver"], FieldSet(.irp),
      optional: FieldSet(.target, .mj, .mn)),
    EventSchema(
      .poCallDriver, "PoCallDriver", FieldSet(.irp), optional: FieldSet(.target, .mj, .mn)),
    EventSchema(
      .ioCallDriverReturn, "IoCallDriverReturn", or: ["IofCallDriverReturn"],
      FieldSet(.irp, .status)),
    EventSchema(.poCallDriverReturn, "PoCallDriverReturn", FieldSet(.irp, .status)),
    EventSchema(
      .ioForwardIrpSynchronously, "IoForwardIrpSynchronously", or: ["IoForwardAndCatchIrp"],
      FieldSet(.irp), optional: FieldSet(.target)),
    EventSchema(
      .ioForwardIrpSynchronouslyReturn, "IoForwardIrpSynchronouslyReturn",
      or: ["IoForwardAndCatchIrpReturn"], FieldSet(.irp), optional: FieldSet(.status)),
    EventSchema(
      .ioCompleteRequest, "IoCompleteRequest", or: ["IofCompleteRequest"],
      FieldSet(.irp, .status)),
    EventSchema(.ioMarkIrpPending, "IoMarkIrpPending", FieldSet(.irp)),
    EventSchema(.ioSkipCurrentIrpStackLocation, "IoSkipCurrentIrpStackLocation", FieldSet(.irp)),
    EventSchema(
      .ioCopyCurrentIrpStackLocationToNext, "IoCopyCurrentIrpStackLocationToNext", FieldSet(.irp)),
    EventSchema(
      .ioSetCompletionRoutine, "IoSetCompletionRoutine", FieldSet(.irp),
      optional: FieldSet(.routine)),
    EventSchema(
      .ioSetCompletionRoutineEx, "IoSetCompletionRoutineEx", FieldSet(.irp),
      optional: FieldSet(.routine, .status)),
    EventSchema(
      .ioSetCancelRoutine, "IoSetCancelRoutine", FieldSet(.irp),
      optional: FieldSet(.routine, .previous)),
    EventSchema(.ioCancelIrp, "IoCancelIrp", FieldSet(.irp)),
    EventSchema(.ioAllocateIrp, "IoAllocateIrp", or: ["IoAllocateIrpEx"], FieldSet(.irp)),
    EventSchema(
      .ioBuildDeviceIoControlRequest, "IoBuildDeviceIoControlRequest", FieldSet(.irp),
      optional: FieldSet(.object)),
    EventSchema(
      .ioBuildSynchronousFsdRequest, "IoBuildSynchronousFsdRequest", FieldSet(.irp),
      optional: FieldSet(.object)),
    EventSchema(.ioBuildAsynchronousFsdRequest, "IoBuildAsynchronousFsdRequest", FieldSet(.irp)),
    EventSchema(.ioMakeAssociatedIrp, "IoMakeAssociatedIrp", FieldSet(.irp)),
    EventSchema(.ioReuseIrp, "IoReuseIrp", FieldSet(.irp)),
    EventSchema(.ioInitializeIrp, "IoInitializeIrp", FieldSet(.irp)),
    EventSchema(.ioFreeIrp, "IoFreeIrp", FieldSet(.irp)),
  ]

  private static let queueSchema: [EventSchema] = [
    EventSchema(.insertHeadList, "InsertHeadList", optional: FieldSet(.irp)),
    EventSchema(.insertTailList, "InsertTailList", optional: FieldSet(.irp)),
    EventSchema(
      .exInterlockedInsertHeadList, "ExInterlockedInsertHeadList", optional: FieldSet(.irp)),
    EventSchema(
      .exInterlockedInsertTailList, "ExInterlockedInsertTailList", optional: FieldSet(.irp)),
    EventSchema(
      .exInterlockedPushEntryList, "ExInterlockedPushEntryList", optional: FieldSet(.irp)),
    EventSchema(.ioCsqInsertIrp, "IoCsqInsertIrp", optional: FieldSet(.irp)),
    EventSchema(.ioCsqInsertIrpEx, "IoCsqInsertIrpEx", optional: FieldSet(.irp)),
    EventSchema(.removeHeadList, "RemoveHeadList", optional: FieldSet(.irp)),
    EventSchema(.removeEntryList, "RemoveEntryList", optional: FieldSet(.irp)),
    EventSchema(
      .exInterlockedRemoveHeadList, "ExInterlockedRemoveHeadList", optional: FieldSet(.irp)),
    EventSchema(.ioCsqRemoveIrp, "IoCsqRemoveIrp", optional: FieldSet(.irp)),
    EventSchema(.ioCsqRemoveNextIrp, "IoCsqRemoveNextIrp", optional: FieldSet(.irp)),
    EventSchema(.ioStartPacket, "IoStartPacket", FieldSet(.dev), optional: FieldSet(.irp)),
    EventSchema(.ioStartNextPacket, "IoStartNextPacket", FieldSet(.dev)),
    EventSchema(
      .ioSetStartIoAttributes, "IoSetStartIoAttributes", FieldSet(.dev),
      optional: FieldSet(.deferred, .noncancelable)),
  ]

  private static let otherSchema: [EventSchema] = [
    EventSchema(
      .poRequestPowerIrp, "PoRequestPowerIrp", FieldSet(.dev, .status),
      optional: FieldSet(.mn, .state, .irpout)),
    EventSchema(
      .poStartNextPowerIrp, "PoStartNextPowerIrp", optional: FieldSet(.irp, .state)),
    EventSchema(.poSetPowerState, "PoSetPowerState", optional: FieldSet(.irp, .state)),
    EventSchema(
      .wmiSystemControl, "WmiSystemControl", FieldSet(.irp, .disposition),
      optional: FieldSet(.status)),
    pool(.exAllocatePoolWithTag, "ExAllocatePoolWithTag", .pooltype),
    pool(.exAllocatePool, "ExAllocatePool", .pooltype),
    pool(.exAllocatePool2, "ExAllocatePool2", .poolflags),
    pool(.exAllocatePool3, "ExAllocatePool3", .poolflags),
    pool(.exAllocatePoolZero, "ExAllocatePoolZero", .pooltype),
    pool(.exAllocatePoolUninitialized, "ExAllocatePoolUninitialized", .pooltype),
    pool(.exAllocatePoolWithQuotaTag, "ExAllocatePoolWithQuotaTag", .pooltype),
    pool(
      .exAllocatePoolWithTagPriority, "ExAllocatePoolWithTagPriority",
      or: ["ExAllocatePoolPriorityZero", "ExAllocatePoolPriorityUninitialized"], .pooltype),
    EventSchema(
      .exFreePool, "ExFreePool", or: ["ExFreePoolWithTag", "ExFreePool2"], FieldSet(.ptr),
      optional: FieldSet(.pooltag)),
    EventSchema(.ddi, "Ddi", FieldSet(.name)),
  ]

  private static func pool(
    _ kind: EventKind, _ name: String, or synonyms: [String] = [], _ type: Field
  ) -> EventSchema {
    EventSchema(
      kind, name, or: synonyms, FieldSet(.ptr), optional: FieldSet(.size, .pooltag, type))
  }

  /// What makes another routine of the driver run.
  private static let deferredSchema: [EventSchema] = [
    EventSchema(
      .ioQueueWorkItem, "IoQueueWorkItem", or: ["IoQueueWorkItemEx", "ExQueueWorkItem"],
      optional: FieldSet(.object)),
    EventSchema(
      .keInsertQueueDpc, "KeInsertQueueDpc", or: ["IoRequestDpc"], optional: FieldSet(.object)),
    EventSchema(
      .keSetTimer, "KeSetTimer",
      or: ["KeSetTimerEx", "KeSetCoalescableTimer", "IoStartTimer", "ExSetTimer"],
      optional: FieldSet(.object)),
    EventSchema(.psCreateSystemThread, "PsCreateSystemThread", optional: FieldSet(.object)),
  ]

  private static let waitSchema: [EventSchema] = [
    EventSchema(
      .keWaitForSingleObject, "KeWaitForSingleObject", or: ["KeWaitForMutexObject"],
      FieldSet(.status), optional: FieldSet(.object, .timeout)),
    EventSchema(
      .keWaitForSingleObjectCall, "KeWaitForSingleObjectCall", or: ["KeWaitForMutexObjectCall"],
      optional: FieldSet(.object, .timeout)),
    EventSchema(
      .keWaitForMultipleObjects, "KeWaitForMultipleObjects", FieldSet(.status),
      optional: FieldSet(.timeout)),
    EventSchema(
      .keWaitForMultipleObjectsCall, "KeWaitForMultipleObjectsCall",
      optional: FieldSet(.object, .timeout)),
    EventSchema(.keSetEvent, "KeSetEvent", optional: FieldSet(.object, .wait)),
    EventSchema(
      .keInitializeEvent, "KeInitializeEvent", FieldSet(.object), optional: FieldSet(.signaled)),
    EventSchema(.keClearEvent, "KeClearEvent", or: ["KeResetEvent"], FieldSet(.object)),
  ]

  private static let spinLockSchema: [EventSchema] = [
    EventSchema(
      .keAcquireSpinLock, "KeAcquireSpinLock", or: ["KeAcquireSpinLockRaiseToDpc"],
      FieldSet(.lock), optional: FieldSet(.oldirql)),
    EventSchema(
      .keReleaseSpinLock, "KeReleaseSpinLock", FieldSet(.lock), optional: FieldSet(.newirql)),
    EventSchema(
      .keAcquireSpinLockAtDpcLevel, "KeAcquireSpinLockAtDpcLevel",
      or: ["KefAcquireSpinLockAtDpcLevel"], FieldSet(.lock)),
    EventSchema(
      .keReleaseSpinLockFromDpcLevel, "KeReleaseSpinLockFromDpcLevel",
      or: ["KefReleaseSpinLockFromDpcLevel"], FieldSet(.lock)),
    EventSchema(
      .keTryToAcquireSpinLockAtDpcLevel, "KeTryToAcquireSpinLockAtDpcLevel",
      FieldSet(.lock, .granted)),
    EventSchema(
      .keAcquireInStackQueuedSpinLock, "KeAcquireInStackQueuedSpinLock", FieldSet(.lock, .handle)),
    EventSchema(
      .keAcquireInStackQueuedSpinLockAtDpcLevel, "KeAcquireInStackQueuedSpinLockAtDpcLevel",
      FieldSet(.lock, .handle)),
    EventSchema(
      .keReleaseInStackQueuedSpinLock, "KeReleaseInStackQueuedSpinLock", FieldSet(.handle)),
    EventSchema(
      .keReleaseInStackQueuedSpinLockFromDpcLevel, "KeReleaseInStackQueuedSpinLockFromDpcLevel",
      FieldSet(.handle)),
    EventSchema(
      .ioAcquireCancelSpinLock, "IoAcquireCancelSpinLock", optional: FieldSet(.oldirql)),
    EventSchema(
      .ioReleaseCancelSpinLock, "IoReleaseCancelSpinLock", optional: FieldSet(.newirql)),
  ]

  private static let levelSchema: [EventSchema] = [
    EventSchema(
      .keRaiseIrql, "KeRaiseIrql", or: ["KeRaiseIrqlToDpcLevel"], FieldSet(.newirql),
      optional: FieldSet(.oldirql)),
    EventSchema(.keLowerIrql, "KeLowerIrql", FieldSet(.newirql)),
    EventSchema(.keEnterCriticalRegion, "KeEnterCriticalRegion"),
    EventSchema(.keLeaveCriticalRegion, "KeLeaveCriticalRegion"),
    EventSchema(.keEnterGuardedRegion, "KeEnterGuardedRegion"),
    EventSchema(.keLeaveGuardedRegion, "KeLeaveGuardedRegion"),
  ]

  private static let resourceSchema: [EventSchema] = [
    EventSchema(
      .exAcquireResourceExclusiveLite, "ExAcquireResourceExclusiveLite",
      FieldSet(.object, .granted)),
    EventSchema(
      .exAcquireResourceSharedLite, "ExAcquireResourceSharedLite", FieldSet(.object, .granted)),
    EventSchema(
      .exReleaseResourceLite, "ExReleaseResourceLite", or: ["ExReleaseResourceForThreadLite"],
      FieldSet(.object)),
    EventSchema(
      .exEnterCriticalRegionAndAcquireResourceExclusive,
      "ExEnterCriticalRegionAndAcquireResourceExclusive", FieldSet(.object)),
    EventSchema(
      .exEnterCriticalRegionAndAcquireResourceShared,
      "ExEnterCriticalRegionAndAcquireResourceShared", FieldSet(.object)),
    EventSchema(
      .exReleaseResourceAndLeaveCriticalRegion, "ExReleaseResourceAndLeaveCriticalRegion",
      FieldSet(.object)),
  ]

  /// Registry keys and other handles.
  private static let keySchema: [EventSchema] = [
    EventSchema(.zwCreateKey, "ZwCreateKey", FieldSet(.handle, .status)),
    EventSchema(
      .zwOpenKey, "ZwOpenKey",
      or: [
        "ZwOpenKeyEx", "IoOpenDeviceRegistryKey", "IoOpenDeviceInterfaceRegistryKey",
        "IoOpenDriverRegistryKey",
      ], FieldSet(.handle, .status)),
    EventSchema(.zwClose, "ZwClose", FieldSet(.handle)),
    EventSchema(.zwDeleteKey, "ZwDeleteKey", FieldSet(.handle)),
    EventSchema(.zwEnumerateKey, "ZwEnumerateKey", FieldSet(.handle)),
    EventSchema(.zwEnumerateValueKey, "ZwEnumerateValueKey", FieldSet(.handle)),
    EventSchema(.zwFlushKey, "ZwFlushKey", FieldSet(.handle)),
    EventSchema(.zwQueryKey, "ZwQueryKey", FieldSet(.handle)),
    EventSchema(.zwQueryValueKey, "ZwQueryValueKey", FieldSet(.handle)),
    EventSchema(.zwSetValueKey, "ZwSetValueKey", FieldSet(.handle)),
  ]
}
