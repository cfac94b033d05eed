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
  /// Pool memory is asked for, with a priority; pool memory is given back.
  case exAllocatePoolWithTagPriority, exFreePool
  /// An IRP is forwarded and waited for in one call, and that call returns.
  case ioForwardIrpSynchronously, ioForwardIrpSynchronouslyReturn
  /// An IRP is cancelled, or a cancel routine set for it.
  case ioCancelIrp, ioSetCancelRoutine
  /// Memory becomes an IRP anew, or a part of another IRP.
  case ioReuseIrp, ioInitializeIrp, ioMakeAssociatedIrp
  /// The I/O manager's own queue of a device.
  case ioStartPacket, ioStartNextPacket, ioSetStartIoAttributes
  /// A device object is made.
  case ioCreateDevice
  /// An event object is made or reset.
  case keInitializeEvent, keClearEvent
  /// A wait begins.
  case keWaitForSingleObjectCall, keWaitForMultipleObjectsCall
  /// A wait for several objects has returned.
  case keWaitForMultipleObjects
  /// Something else of the driver is to run: a work item, a DPC, a timer, a thread.
  case ioQueueWorkItem, keInsertQueueDpc, keSetTimer, psCreateSystemThread
  /// A spin lock is taken or given back.
  case keAcquireSpinLock, keReleaseSpinLock
  /// The same by a thread that is at DISPATCH_LEVEL already.
  case keAcquireSpinLockAtDpcLevel, keReleaseSpinLockFromDpcLevel, keTryToAcquireSpinLockAtDpcLevel
  /// An in-stack queued spin lock is taken.
  case keAcquireInStackQueuedSpinLock, keAcquireInStackQueuedSpinLockAtDpcLevel
  /// An in-stack queued spin lock is given back.
  case keReleaseInStackQueuedSpinLock, keReleaseInStackQueuedSpinLockFromDpcLevel
  /// The system's cancel spin lock.
  case ioAcquireCancelSpinLock, ioReleaseCancelSpinLock
  /// The thread's IRQL is changed.
  case keRaiseIrql, keLowerIrql
  /// Regions in which APCs are held off.
  case keEnterCriticalRegion, keLeaveCriticalRegion, keEnterGuardedRegion, keLeaveGuardedRegion
  /// An ERESOURCE is taken or given back.
  case exAcquireResourceExclusiveLite, exAcquireResourceSharedLite, exReleaseResourceLite
  /// The same with a critical region around it.
  case exEnterCriticalRegionAndAcquireResourceExclusive
  /// The same with a critical region around it.
  case exEnterCriticalRegionAndAcquireResourceShared, exReleaseResourceAndLeaveCriticalRegion
  /// A registry key is opened; a handle is closed.
  case zwCreateKey, zwOpenKey, zwClose
  /// Calls with the handle of a registry key.
  case zwDeleteKey, zwEnumerateKey, zwEnumerateValueKey, zwFlushKey, zwQueryKey
  /// Calls with the handle of a registry key.
  case zwQueryValueKey, zwSetValueKey
  /// A call of any other DDI, which `name` tells.
  case ddi

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

extension EventKind {
  /// Whether it is a release of a remove lock, the call that waits included.
  @inline(__always) package var isRemoveLockRelease: Bool {
    self == .ioReleaseRemoveLock || self == .ioReleaseRemoveLockAndWait
  }
}
