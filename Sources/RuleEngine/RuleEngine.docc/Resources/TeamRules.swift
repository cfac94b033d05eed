import RuleEngine

/// The team's rules. The only list.
public enum TeamRules {
  /// All of them.
  public static let all: [Rule] =
    ForwardAtPassiveRule.members.map { Rule($0) }
    + [
      Rule(FlushForwardedRule()), Rule(NoAllocationWhileRunningRule()),
      Rule(NoDataAfterSessionRule()), Rule(InFlightRule(limit: 2)),
    ]
}
