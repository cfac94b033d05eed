import RuleEngine

/// All rules, in the order of their documentation. The only list.
public enum Catalog {
  /// SDV's 42 rules about remove locks, and those that belong with them.
  public static let sdvRules: [Rule] = aboutLocks + aboutRequests

  private static let aboutLocks: [Rule] =
    ForwardingRule.members.map { Rule($0) }.filed(under: .forwarding)
    + ReleaseRule.members.map { Rule($0) }.filed(under: .release)
    + [Rule(Release2Rule()), Rule(RemoveLockRule())].filed(under: .release)
    + [
      Rule(RemoveLockCheckRule()), Rule(RemoveLockMnRemoveRule()), Rule(RemoveLockMnRemove2Rule()),
    ].filed(under: .removal)
    + BeforeRemovalRule.members.map { Rule($0) }.filed(under: .removal)
    + [Rule(MultRemoveLockRule())].filed(under: .removeLock)

  private static let aboutRequests: [Rule] =
    MarkForwardedRule.members.map { Rule($0) }.filed(under: .pending)
    + [Rule(MarkDevicePowerRule())].filed(under: .pending)
    + NotSupportedRule.members.map { Rule($0) }.filed(under: .removal)
    + PowerFailRule.members.map { Rule($0) }.filed(under: .power)
    + [Rule(PowerDownAllocateRule())].filed(under: .power)
    + [Rule(CompleteRequestStatusCheckRule())].filed(under: .completion)
    + [Rule(WmiForwardRule())].filed(under: .wmi)

  /// The rules about the remove lock itself, beyond SDV's.
  public static let lockRules: [Rule] =
    (LockStateRule.members.map { Rule($0) }
    + [Rule(StuckRule()), Rule(WaitOutsideRemoveDeviceRule())]).filed(under: .removeLock)

  /// The rules about the handling of IRPs.
  public static let handlingRules: [Rule] =
    HandlingRule.completionMembers.map { Rule($0) }.filed(under: .completion)
    + HandlingRule.pendingMembers.map { Rule($0) }.filed(under: .pending)
    + HandlingRule.stackMembers.map { Rule($0) }.filed(under: .completion)
    + HandlingRule.routineMembers.map { Rule($0) }.filed(under: .completion)
    + HandlingRule.removalMembers.map { Rule($0) }.filed(under: .removal)
    + HandlingRule.powerMembers.map { Rule($0) }.filed(under: .power)
    + HandlingRule.wmiMembers.map { Rule($0) }.filed(under: .wmi)

  /// The rules about IRPs that drivers make themselves.
  public static let ownIRPRules: [Rule] =
    ([Rule(IoAllocateFreeRule()), Rule(IoBuildFsdFreeRule())]
    + OwnIrpNoFreeRule.members.map { Rule($0) }
    + OwnIrpMisuseRule.members.map { Rule($0) }
    + OwnIrpWaitRule.members.map { Rule($0) }
    + OwnIrpSignalRule.members.map { Rule($0) }
    + [Rule(IoReuseIrpRule()), Rule(IoReuseIrp2Rule())]
    + [Rule(IoBuildDeviceIoControlSetEventRule()), Rule(OwnIrpMarkedPendingRule())]
    + OwnIrpIrqlRule.members.map { Rule($0) }).filed(under: .ownIRP)

  /// The rules about pool memory and the handles of registry keys.
  public static let memoryRules: [Rule] =
    ([Rule(DoubleExFreePoolRule()), Rule(PoolLeftAtUnloadRule())]
    + ZwRegistryRule.members.map { Rule($0) }).filed(under: .memory)

  /// The rules about the IRQL of calls.
  public static let irqlRules: [Rule] =
    ([Rule(IrqlKeSetEventRule())]
    + IrqlWaitRule.members.map { Rule($0) }
    + [Rule(IrqlExAllocatePoolRule())]
    + IrqlExFreeRule.members.map { Rule($0) }
    + [Rule(IrqlKeRaiseLowerRule()), Rule(IrqlKeRaiseLower2Rule()), Rule(IrqlReturnRule())]
    + IrqlTableRule.members.map { Rule($0) }).filed(under: .irql)

  /// The rules about what threads hold.
  public static let holdRules: [Rule] =
    (SpinLockRule.members.map { Rule($0).inSDV($0.sdv) }
    + SpinlockReleaseRule.members.map { Rule($0).inSDV(SpinlockReleaseAutomaton()) }
    + [
      Rule(SpinLockSafeRule()).inSDV(SpinLockSafeAutomaton()),
      Rule(IrqlKeReleaseSpinLockRule()).inSDV(IrqlKeReleaseSpinLockAutomaton()),
      Rule(MarkingQueuedIrpsRule()),
    ]).filed(under: .spinLocks)
    + (RegionRule.members.map { Rule($0).inSDV($0.sdv) }
    + [
      Rule(ExclusiveResourceAccessRule()).inSDV(ExclusiveResourceAccessAutomaton()),
      Rule(WithinCriticalRegionRule()).inSDV(WithinCriticalRegionAutomaton()),
    ]).filed(under: .regions)

  /// The rules about single calls, at whatever IRQL.
  public static let callRules: [Rule] =
    [Rule(RequestedPowerIrpRule())].filed(under: .power)
    + [Rule(StartIoRecursionRule()), Rule(StartIoCancelRule())].filed(under: .pending)

  /// Every rule.
  public static let all: [Rule] =
    sdvRules + lockRules + handlingRules + ownIRPRules + memoryRules + irqlRules + holdRules
    + callRules
}
