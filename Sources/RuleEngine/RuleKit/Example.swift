/// A small trace with the verdicts that a rule comes to on it: a test, and documentation.
public struct Example: Sendable, Hashable {
  /// What happens in it, in a few words.
  public var title: String
  /// The trace in short notation; see ``ShortNotation``. The event that must be reported bears `!`
  /// (in both readings) or `!tracked` or `!sdv`.
  public var trace: String
  /// What the rule comes to under `tracked`.
  public var tracked: Expectation
  /// What the rule comes to under `sdv`.
  public var sdv: Expectation

  /// What a rule comes to on an example.
  public enum Expectation: String, Sendable, Hashable {
    /// At least one violation, at the marked events and nowhere else.
    case violation
    /// Armed, no violation, at least one pass.
    case passes
    /// Armed, no violation, no pass.
    case undecided
    /// Never armed.
    case notArmed

    /// The outcome as people write it.
    public var words: String { self == .notArmed ? "not armed" : rawValue }
  }

  /// Makes an example with the same outcome in both readings.
  public init(_ title: String, _ outcome: Expectation, _ trace: String) {
    self.init(title, tracked: outcome, sdv: outcome, trace)
  }

  /// Makes an example with an outcome for each reading.
  public init(_ title: String, tracked: Expectation, sdv: Expectation, _ trace: String) {
    self.title = title
    self.trace = trace
    self.tracked = tracked
    self.sdv = sdv
  }

  /// What the rule comes to in a reading.
  public func expectation(in reading: Reading) -> Expectation {
    reading == .tracked ? tracked : sdv
  }
}
