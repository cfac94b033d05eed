import RuleEngine

/// All rules, in the order of their documentation. The only list.
public enum Catalog {
  /// The 42 rules that SDV had.
  public static let sdvRules: [Rule] =
    ForwardingRule.members.map { Rule($0) }
    + ReleaseRule.members.map { Rule($0) }
    + [Rule(Release2Rule()), Rule(RemoveLockRule())]
    + [
      Rule(RemoveLockCheckRule()), Rule(RemoveLockMnRemoveRule()), Rule(RemoveLockMnRemove2Rule()),
    ]
    + BeforeRemovalRule.members.map { Rule($0) }
    + [Rule(MultRemoveLockRule())]
    + MarkForwardedRule.members.map { Rule($0) }
    + [Rule(MarkDevicePowerRule())]
    + NotSupportedRule.members.map { Rule($0) }
    + PowerFailRule.members.map { Rule($0) }
    + [Rule(PowerDownAllocateRule())]
    + [Rule(CompleteRequestStatusCheckRule()), Rule(WmiForwardRule())]

  /// The rules about the remove lock itself, beyond SDV's.
  public static let lockRules: [Rule] =
    LockStateRule.members.map { Rule($0) }
    + [Rule(StuckRule()), Rule(WaitOutsideRemoveDeviceRule())]

  /// Every rule.
  public static let all: [Rule] = sdvRules + lockRules
}
