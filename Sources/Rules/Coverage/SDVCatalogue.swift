/// What becomes of a rule of Static Driver Verifier here.
///
/// The catalogue is that of "WDM rules" in the Windows driver documentation (the rule sets of Static
/// Driver Verifier for WDM drivers): 168 rules in nine sets.
public struct SDVRule: Sendable, Hashable {
  /// Its name, in Microsoft's spelling.
  public var name: String
  /// The rule set that lists it.
  public var set: String
  /// What keeps it from being checked, where it is not checked here.
  public var obstacle: Obstacle?

  /// Why a rule is not checked.
  public enum Obstacle: Sendable, Hashable {
    /// A trace cannot show it, or correct drivers break it.
    case notOnATrace(String)
    /// Another rule checks it as well.
    case partOf(String)
    /// It could be checked, with events that are not in the format.
    case open(String)
  }

  init(_ name: String, _ obstacle: Obstacle? = nil) {
    self.name = name
    set = ""
    self.obstacle = obstacle
  }
}

/// The rules of Static Driver Verifier for WDM drivers.
public enum SDVCatalogue {
  /// All rules, by rule set.
  public static let rules: [SDVRule] = sets.flatMap { set in
    set.rules.map { rule in
      var rule = rule
      rule.set = set.name
      return rule
    }
  }

  private static let sets: [(name: String, rules: [SDVRule])] = [
    ("DdiUsage", ddiUsage),
    ("IrpPending", irpPending),
    ("IrpProcessing", irpProcessing),
    ("IrpTracking", irpTracking),
    ("Irql", irql),
    ("LocalIrpProcessing", localIrpProcessing),
    ("Locking", locking),
    ("Miscellaneous", miscellaneous),
    ("Warning", warning),
  ]

  private static let ddiUsage: [SDVRule] = [
    SDVRule(
      "DebugBreakUsage",
      .notOnATrace(
        "a breakpoint that is compiled in is a property of the source; a free build can "
          + "be searched for it")),
    SDVRule(
      "DoubleFetch",
      .notOnATrace(
        "a read of memory is no call; CodeQL finds reads of user memory that happen twice")),
    SDVRule(
      "ObsoleteDDIs",
      .notOnATrace(
        "the import table names what a driver calls; no run is needed")),
    SDVRule(
      "SafeStrings",
      .notOnATrace(
        "the linker shows which string routines a driver uses")),
  ]

  private static let irpPending: [SDVRule] = [
    SDVRule("MarkDevicePower"),
    SDVRule("MarkIrpPending"),
    SDVRule("MarkIrpPending2"),
    SDVRule("MarkPower"),
    SDVRule("MarkPowerDown"),
    SDVRule("MarkQueryRelations"),
    SDVRule("MarkStartDevice"),
    SDVRule("MarkingInterlockedQueuedIrps"),
    SDVRule("MarkingQueuedIrps"),
    SDVRule("PendedCompletedRequest"),
    SDVRule("PendedCompletedRequest2"),
    SDVRule("PendedCompletedRequest3"),
    SDVRule("PendedCompletedRequestEx"),
    SDVRule(
      "StartDeviceWait",
      .notOnATrace(
        "every driver that starts its device synchronously waits, as the documentation of "
          + "IRP_MN_START_DEVICE tells it to")),
    SDVRule(
      "StartDeviceWait2",
      .notOnATrace(
        "every driver that starts its device synchronously waits, as the documentation of "
          + "IRP_MN_START_DEVICE tells it to")),
    SDVRule(
      "StartDeviceWait3",
      .notOnATrace(
        "every driver that starts its device synchronously waits, as the documentation of "
          + "IRP_MN_START_DEVICE tells it to")),
    SDVRule(
      "StartDeviceWait4",
      .notOnATrace(
        "every driver that starts its device synchronously waits, as the documentation of "
          + "IRP_MN_START_DEVICE tells it to")),
  ]

  private static let irpProcessing: [SDVRule] = [
    SDVRule("CompleteRequest"),
    SDVRule("CompleteRequestStatusCheck"),
    SDVRule("CompletionRoutineRegistered"),
    SDVRule("DoubleCompletion"),
    SDVRule("IoReuseIrp"),
    SDVRule("IoReuseIrp2"),
    SDVRule("IoSetCompletionExCompleteIrp"),
    SDVRule("IoSetCompletionRoutineExCheck"),
    SDVRule(
      "IoSetCompletionRoutineExCheckDeviceObject",
      .open(
        "needs the device argument of IoSetCompletionRoutineEx")),
    SDVRule(
      "IoSetCompletionRoutineNonPnpDriver",
      .notOnATrace(
        "a driver without AddDevice is seen in its source; the compiler sees the call as "
          + "well")),
    SDVRule(
      "IrpCancelField",
      .notOnATrace(
        "a read of Irp->Cancel is no call; CompletedWithCancelRoutine finds the routine "
          + "that is left set")),
    SDVRule("IrpProcessingComplete"),
    SDVRule("LowerDriverReturn"),
    SDVRule("PnpIrpCompletion"),
    SDVRule("PnpRemove"),
    SDVRule("PnpSurpriseRemove"),
    SDVRule("PowerDownAllocate"),
    SDVRule("PowerDownFail"),
    SDVRule(
      "PowerIrpDDIs",
      .open(
        "needs each of some 230 calls to be logged, of which the header logs those above "
          + "their IRQL")),
    SDVRule("PowerUpFail"),
    SDVRule("SignalEventInCompletion"),
    SDVRule(
      "SignalEventInCompletion2",
      .notOnATrace(
        "a variant of SDV's analysis (where the event lies), not of what a driver does; "
          + "SignalEventInCompletion is the rule")),
    SDVRule(
      "SignalEventInCompletion3",
      .notOnATrace(
        "a variant of SDV's analysis (where the event lies), not of what a driver does; "
          + "SignalEventInCompletion is the rule")),
    SDVRule("StartIoCancel"),
    SDVRule("StartIoRecursion"),
    SDVRule("WmiComplete"),
    SDVRule("WmiForward"),
  ]

  private static let irpTracking: [SDVRule] = [
    SDVRule("MultRemoveLock"),
    SDVRule("NsRemoveLockMnRemove"),
    SDVRule("NsRemoveLockMnSurpriseRemove"),
    SDVRule("NsRemoveLockQueryMnRemove"),
    SDVRule("RemoveLock"),
    SDVRule("RemoveLockCheck"),
    SDVRule("RemoveLockForward"),
    SDVRule("RemoveLockForward2"),
    SDVRule("RemoveLockForwardDeviceControl"),
    SDVRule("RemoveLockForwardDeviceControl2"),
    SDVRule("RemoveLockForwardDeviceControlInternal"),
    SDVRule("RemoveLockForwardDeviceControlInternal2"),
    SDVRule("RemoveLockForwardRead"),
    SDVRule("RemoveLockForwardRead2"),
    SDVRule("RemoveLockForwardWrite"),
    SDVRule("RemoveLockForwardWrite2"),
    SDVRule("RemoveLockMnRemove"),
    SDVRule("RemoveLockMnRemove2"),
    SDVRule("RemoveLockMnSurpriseRemove"),
    SDVRule("RemoveLockQueryMnRemove"),
    SDVRule("RemoveLockRelease2"),
    SDVRule("RemoveLockReleaseCleanup"),
    SDVRule("RemoveLockReleaseClose"),
    SDVRule("RemoveLockReleaseCreate"),
    SDVRule("RemoveLockReleaseDeviceControl"),
    SDVRule("RemoveLockReleaseInternalDeviceControl"),
    SDVRule("RemoveLockReleasePnp"),
    SDVRule("RemoveLockReleasePower"),
    SDVRule("RemoveLockReleaseRead"),
    SDVRule("RemoveLockReleaseShutdown"),
    SDVRule("RemoveLockReleaseSystemControl"),
    SDVRule("RemoveLockReleaseWrite"),
  ]

  private static let irql: [SDVRule] = [
    SDVRule("ForwardedAtBadIrql"),
    SDVRule("ForwardedAtBadIrqlAllocate"),
    SDVRule("ForwardedAtBadIrqlFsdAsync"),
    SDVRule("ForwardedAtBadIrqlFsdSync"),
    SDVRule("IrqlApcLte"),
    SDVRule("IrqlDispatch"),
    SDVRule("IrqlExAllocatePool"),
    SDVRule("IrqlExApcLte1"),
    SDVRule("IrqlExApcLte2"),
    SDVRule("IrqlExApcLte3"),
    SDVRule(
      "IrqlExApcLteInline",
      .notOnATrace(
        "the list of its routines is not published")),
    SDVRule("IrqlExFree1"),
    SDVRule("IrqlExFree2"),
    SDVRule("IrqlExFree3"),
    SDVRule("IrqlExPassive"),
    SDVRule("IrqlIoApcLte"),
    SDVRule("IrqlIoDispatch"),
    SDVRule("IrqlIoPassive1"),
    SDVRule("IrqlIoPassive2"),
    SDVRule("IrqlIoPassive3"),
    SDVRule("IrqlIoPassive4"),
    SDVRule("IrqlIoPassive5"),
    SDVRule("IrqlIoRtlZwPassive"),
    SDVRule("IrqlKeApcLte1"),
    SDVRule("IrqlKeApcLte2"),
    SDVRule("IrqlKeDispatchLte"),
    SDVRule("IrqlKeRaiseLower"),
    SDVRule("IrqlKeRaiseLower2"),
    SDVRule("IrqlKeReleaseSpinLock"),
    SDVRule("IrqlKeSetEvent"),
    SDVRule("IrqlKeWaitForMultipleObjects"),
    SDVRule("IrqlKeWaitForMutexObject"),
    SDVRule("IrqlMmApcLte"),
    SDVRule("IrqlMmDispatch"),
    SDVRule(
      "IrqlNtifsApcPassive",
      .notOnATrace(
        "the list of its routines is not published")),
    SDVRule("IrqlObPassive"),
    SDVRule("IrqlPsPassive"),
    SDVRule("IrqlReturn"),
    SDVRule("IrqlRtlPassive"),
    SDVRule("IrqlZwPassive"),
  ]

  private static let localIrpProcessing: [SDVRule] = [
    SDVRule("IoAllocateComplete"),
    SDVRule("IoAllocateForward"),
    SDVRule("IoAllocateFree"),
    SDVRule("IoAllocateIrpSignalEventInCompletion"),
    SDVRule(
      "IoAllocateIrpSignalEventInCompletion2",
      .notOnATrace(
        "a variant of SDV's analysis (where the event lies), not of what a driver does; "
          + "IoAllocateIrpSignalEventInCompletion is the rule")),
    SDVRule(
      "IoAllocateIrpSignalEventInCompletion3",
      .notOnATrace(
        "a variant of SDV's analysis (where the event lies), not of what a driver does; "
          + "IoAllocateIrpSignalEventInCompletion is the rule")),
    SDVRule(
      "IoAllocateIrpSignalEventInCompletionTimeout",
      .notOnATrace(
        "most correct drivers wait for ever for a driver of their own stack; a wait "
          + "without a time-out is no fault")),
    SDVRule("IoBuildDeviceControlNoFree"),
    SDVRule("IoBuildDeviceControlWait"),
    SDVRule(
      "IoBuildDeviceControlWaitTimeout",
      .notOnATrace(
        "most correct drivers wait for ever for a driver of their own stack; a wait "
          + "without a time-out is no fault")),
    SDVRule("IoBuildDeviceIoControlSetEvent"),
    SDVRule("IoBuildFsdComplete"),
    SDVRule("IoBuildFsdForward"),
    SDVRule("IoBuildFsdFree"),
    SDVRule("IoBuildFsdIrpSignalEventInCompletion"),
    SDVRule(
      "IoBuildFsdIrpSignalEventInCompletion2",
      .notOnATrace(
        "a variant of SDV's analysis (where the event lies), not of what a driver does; "
          + "IoBuildFsdIrpSignalEventInCompletion is the rule")),
    SDVRule(
      "IoBuildFsdIrpSignalEventInCompletion3",
      .notOnATrace(
        "a variant of SDV's analysis (where the event lies), not of what a driver does; "
          + "IoBuildFsdIrpSignalEventInCompletion is the rule")),
    SDVRule(
      "IoBuildFsdIrpSignalEventInCompletionTimeout",
      .notOnATrace(
        "most correct drivers wait for ever for a driver of their own stack; a wait "
          + "without a time-out is no fault")),
    SDVRule("IoBuildSynchronousFsdRequestNoFree"),
    SDVRule("IoBuildSynchronousFsdRequestWait"),
    SDVRule(
      "IoBuildSynchronousFsdRequestWaitTimeout",
      .notOnATrace(
        "most correct drivers wait for ever for a driver of their own stack; a wait "
          + "without a time-out is no fault")),
    SDVRule("RequestedPowerIrp"),
  ]

  private static let locking: [SDVRule] = [
    SDVRule("CancelSpinLock"),
    SDVRule("CancelSpinlockRelease"),
    SDVRule("CriticalRegions"),
    SDVRule("ExclusiveResourceAccess"),
    SDVRule("GuardedRegions"),
    SDVRule("QueuedSpinLock"),
    SDVRule("QueuedSpinLockRelease"),
    SDVRule("SpinLock"),
    SDVRule("SpinLockDpc", .partOf("SpinLock")),
    SDVRule("SpinLockSafe"),
    SDVRule("SpinlockRelease"),
    SDVRule("WithinCriticalRegion"),
  ]

  private static let miscellaneous: [SDVRule] = [
    SDVRule(
      "AddDevice",
      .open(
        "needs the entry of AddDevice with its PDO, and IoAttachDevice")),
    SDVRule(
      "DanglingDeviceObjectReference",
      .open(
        "needs IoGetAttachedDeviceReference and ObDereferenceObject")),
    SDVRule(
      "PnpSameDeviceObject",
      .open(
        "needs the entry of AddDevice with its PDO, and IoAttachDevice")),
    SDVRule(
      "TargetRelationNeedsRef",
      .open(
        "needs ObReferenceObject and what IoStatus.Information points to")),
    SDVRule(
      "UnSafeAllocatePool",
      .notOnATrace(
        "the routine that is called says it; CodeQL and the compiler warn of it")),
    SDVRule("ZwRegistryCreate"),
    SDVRule("ZwRegistryOpen"),
  ]

  private static let warning: [SDVRule] = [
    SDVRule(
      "CheckDeviceObjectFlags",
      .notOnATrace(
        "the flags of a device object are data, which no call reads or writes")),
    SDVRule("CompletionEventChecking"),
    SDVRule("DeleteDevice"),
    SDVRule("IoReleaseRemoveLockAndWaitOutsideRemoveDevice"),
    SDVRule("PagedCode"),
    SDVRule(
      "PagedCodeAtPowerTrans",
      .open(
        "needs PAGED_CODE to be logged also where its IRQL is right, and whether the "
          + "device may be paged to")),
    SDVRule(
      "ReservedDDIs",
      .notOnATrace(
        "the import table names what a driver calls; no run is needed")),
  ]
}
