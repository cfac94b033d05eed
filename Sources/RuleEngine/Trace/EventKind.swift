/// What an event says: a DDI call or return, or the entry or exit of one of the driver's routines.
///
/// The names are the DDI's own; ``schema`` lists them with their fields.
public enum EventKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Something that stood here could not be read; the reader reports where and why. It has the
  /// meaning of ``traceLost`` for everything that is live.
  case malformed
  /// An event name that a rule asked for and the format does not know; see ``CustomEvent``.
  case custom

  /// About the trace, or the driver as a whole.
  case traceStart, traceLost, driverUnload
  /// A device object comes, is taken off its stack, goes.
  case addDevice, ioDetachDevice, ioDeleteDevice
  /// Calls on a remove lock. Release-and-wait has its return as an event of its own: what happens
  /// between them is what it waits for.
  case ioInitializeRemoveLock, ioAcquireRemoveLock, ioReleaseRemoveLock
  /// Release-and-wait, and its return.
  case ioReleaseRemoveLockAndWait, ioReleaseRemoveLockAndWaitReturn
  /// One of the driver's routines is entered or left: dispatch, completion, or another callback.
  case dispatchEnter, dispatchExit, completionEnter, completionExit, callbackEnter, callbackExit
  /// An IRP is handed to a driver below, and that call returns.
  case ioCallDriver, poCallDriver, ioCallDriverReturn, poCallDriverReturn
  /// The driver completes an IRP, or marks it pending.
  case ioCompleteRequest, ioMarkIrpPending
  /// The stack location of the driver below is made ready.
  case ioSkipCurrentIrpStackLocation, ioCopyCurrentIrpStackLocationToNext
  /// A completion routine is set.
  case ioSetCompletionRoutine, ioSetCompletionRoutineEx
  /// The driver makes an IRP of its own.
  case ioAllocateIrp, ioBuildDeviceIoControlRequest
  /// The driver makes an IRP of its own, or frees one.
  case ioBuildSynchronousFsdRequest, ioBuildAsynchronousFsdRequest, ioFreeIrp
  /// An entry is put in a list.
  case insertHeadList, insertTailList, exInterlockedInsertHeadList, exInterlockedInsertTailList
  /// An entry is put in a list or a cancel-safe queue.
  case exInterlockedPushEntryList, ioCsqInsertIrp, ioCsqInsertIrpEx
  /// An entry is taken from a list.
  case removeHeadList, removeEntryList, exInterlockedRemoveHeadList
  /// An IRP is taken from a cancel-safe queue.
  case ioCsqRemoveIrp, ioCsqRemoveNextIrp
  /// A wait that has returned, or an event object that is set.
  case keWaitForSingleObject, keSetEvent
  /// Calls about power, and what WmiSystemControl says of a WMI request.
  case poRequestPowerIrp, poStartNextPowerIrp, poSetPowerState, wmiSystemControl
  /// Pool memory is asked for.
  case exAllocatePoolWithTag, exAllocatePool, exAllocatePool2, exAllocatePool3
  /// Pool memory is asked for.
  case exAllocatePoolZero, exAllocatePoolUninitialized, exAllocatePoolWithQuotaTag

  /// The name of the event as a trace spells it, for example `IoAcquireRemoveLock`.
  public var name: String { Self.names[Int(rawValue)] }

  private static let names: [String] = {
    var names = [String](repeating: "", count: allCases.count)
    for row in schema { names[Int(row.kind.rawValue)] = row.name }
    names[Int(EventKind.malformed.rawValue)] = "(malformed event)"
    names[Int(EventKind.custom.rawValue)] = "(custom event)"
    return names
  }()
}

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

  private static let deviceSchema: [EventSchema] = [
    EventSchema(.traceStart, "TraceStart", optional: FieldSet(.version, .note)),
    EventSchema(.traceLost, "TraceLost", optional: FieldSet(.count)),
    EventSchema(.driverUnload, "DriverUnload", FieldSet(.drv)),
    EventSchema(
      .addDevice, "AddDevice", FieldSet(.dev, .role), optional: FieldSet(.lower, .bus)),
    EventSchema(.ioDetachDevice, "IoDetachDevice", FieldSet(.dev), optional: FieldSet(.target)),
    EventSchema(.ioDeleteDevice, "IoDeleteDevice", FieldSet(.dev)),
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
      optional: FieldSet(.target)),
    EventSchema(.poCallDriver, "PoCallDriver", FieldSet(.irp), optional: FieldSet(.target)),
    EventSchema(
      .ioCallDriverReturn, "IoCallDriverReturn", or: ["IofCallDriverReturn"],
      FieldSet(.irp, .status)),
    EventSchema(.poCallDriverReturn, "PoCallDriverReturn", FieldSet(.irp, .status)),
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
      optional: FieldSet(.routine)),
    EventSchema(.ioAllocateIrp, "IoAllocateIrp", FieldSet(.irp)),
    EventSchema(.ioBuildDeviceIoControlRequest, "IoBuildDeviceIoControlRequest", FieldSet(.irp)),
    EventSchema(.ioBuildSynchronousFsdRequest, "IoBuildSynchronousFsdRequest", FieldSet(.irp)),
    EventSchema(.ioBuildAsynchronousFsdRequest, "IoBuildAsynchronousFsdRequest", FieldSet(.irp)),
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
  ]

  private static let otherSchema: [EventSchema] = [
    EventSchema(
      .keWaitForSingleObject, "KeWaitForSingleObject", FieldSet(.status),
      optional: FieldSet(.object)),
    EventSchema(.keSetEvent, "KeSetEvent", optional: FieldSet(.object)),
    EventSchema(
      .poRequestPowerIrp, "PoRequestPowerIrp", FieldSet(.dev, .status),
      optional: FieldSet(.mn, .state)),
    EventSchema(
      .poStartNextPowerIrp, "PoStartNextPowerIrp", optional: FieldSet(.irp, .state)),
    EventSchema(.poSetPowerState, "PoSetPowerState", optional: FieldSet(.irp, .state)),
    EventSchema(
      .wmiSystemControl, "WmiSystemControl", FieldSet(.irp, .disposition),
      optional: FieldSet(.status)),
    pool(.exAllocatePoolWithTag, "ExAllocatePoolWithTag"),
    pool(.exAllocatePool, "ExAllocatePool"),
    pool(.exAllocatePool2, "ExAllocatePool2"),
    pool(.exAllocatePool3, "ExAllocatePool3"),
    pool(.exAllocatePoolZero, "ExAllocatePoolZero"),
    pool(.exAllocatePoolUninitialized, "ExAllocatePoolUninitialized"),
    pool(.exAllocatePoolWithQuotaTag, "ExAllocatePoolWithQuotaTag"),
  ]

  private static func pool(_ kind: EventKind, _ name: String) -> EventSchema {
    EventSchema(kind, name, FieldSet(.ptr), optional: FieldSet(.size, .pooltag))
  }
}
