/// A fault that the synthesizer put into a trace.
public struct SeededFault: Sendable, Hashable {
  /// The rule that it breaks, in the tracked reading.
  public var rule: String
  /// Other rules that it breaks by their definition, or may break as other threads happen to
  /// run. Anything else that a checker reports beside them is a false alarm.
  public var companions: [String]
  /// The line of the deciding event, counted from 1.
  public var line: UInt64
  /// The device object that breaks the rule.
  public var device: UInt64
}

/// Why a ``TraceSynthesizer`` cannot be made.
public enum SynthesizerError: Error, Hashable, CustomStringConvertible {
  /// No scenario breaks a rule of this name.
  case unknownRule(String)

  /// What is wrong, for a person.
  public var description: String {
    switch self {
    case .unknownRule(let rule): "no scenario breaks a rule named '\(rule)'"
    }
  }
}

/// What a synthesized trace is to be like.
public struct SynthesizerOptions: Sendable, Hashable {
  /// How the trace ends.
  public enum Ending: Sendable, Hashable {
    /// Every request is finished; the devices stay.
    case finished
    /// Every device is removed and every driver unloaded.
    case unloaded
    /// In the middle of things, after ``SynthesizerOptions/events`` events or a few more: not while
    /// a removal waits for the holders of a remove lock, which would look as if it did for ever.
    case cut
  }

  /// About how many events. Where they are too few for all devices, some never come.
  public var events = 1000
  /// The same options give the same trace.
  public var seed: UInt64 = 1
  /// How many device objects there are at a time, beside those that are plugged in for a moment.
  public var devices = 16
  /// How many threads send requests. System threads that run work items come to them, and threads
  /// of the drivers.
  public var threads = 4
  /// The rule to break; nil for any, where ``faultRate`` is above 0.
  public var fault: String?
  /// The probability that a scenario is replaced by one like it that breaks the rule. Where a rule
  /// is named, at least one is, if the trace is long enough to hold it.
  public var faultRate = 0.0
  /// How the trace ends.
  public var ending = Ending.finished

  /// A clean trace of a thousand events.
  public init() {}
}
