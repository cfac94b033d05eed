/// One event of a finding's evidence.
public struct Evidence: Sendable, Hashable {
  /// Where the event stands.
  public var position: TracePosition
  /// Its kind.
  public var kind: EventKind
  /// `ts`, nanoseconds.
  public var timestamp: Int64?
  /// `tid`.
  public var thread: UInt64
  /// The device and the IRP of the context that it belongs to.
  public var device: UInt64?
  /// The IRP of the context.
  public var irp: UInt64?
  /// `src` and `fn`; empty where the trace names none.
  public var source: String
  /// `fn` of the event; empty where the trace names none.
  public var function: String
  /// The event in a driver developer's words, for example
  /// `IoAcquireRemoveLock → STATUS_SUCCESS, tag = the IRP`.
  public var words: String
  /// What it has to do with the finding; nil for a step on the way.
  public var note: String?
  /// The name of an event beyond the format; nil for any other.
  public var customName: String?
}

/// A violation of a rule, with the events that prove it.
public struct Finding: Sendable, Hashable {
  /// The rule's id.
  public var rule: String
  /// How bad it is.
  public var severity: Severity
  /// What is wrong: lower case, no final full stop.
  public var message: String
  /// The event that decided.
  public var position: TracePosition
  /// `ts`, nanoseconds.
  public var timestamp: Int64?
  /// `tid`.
  public var thread: UInt64
  /// The driver's name; empty where the trace names none.
  public var driver: String
  /// The device object.
  public var device: UInt64?
  /// The IRP of the context.
  public var irp: UInt64?
  /// The remove lock, where one is concerned.
  public var lock: UInt64?
  /// The tag of the acquisition, where one is concerned.
  public var tag: UInt64?
  /// The major function of the request.
  public var major: MajorFunction?
  /// The minor function of the request.
  public var minor: MinorFunction?
  /// `src` and `fn` of the deciding event; empty where it names none.
  public var source: String
  /// `fn` of the event; empty where the trace names none.
  public var function: String
  /// The same for all occurrences of one fault; a hash of rule, message, request, function and source file.
  public var fingerprint: String
  /// The fingerprint that earlier versions gave it; empty where it is the same.
  public var formerFingerprint = ""
  /// The events that led there, in order, the deciding one last.
  public var evidence: [Evidence]
  /// How many events of the evidence were left out in the middle.
  public var omittedEvidence: Int
  /// Where another request of the kind was released last, `file.c:123` or a function, where the finding is that
  /// the request was not; empty where that is not known.
  public var releasedElsewhere = ""
  /// The steps of the rule's machine from its start to the report, where ``Checker/Options/keepsPaths``
  /// is set; else empty.
  public var path: [PathStep] = []
  /// How many steps of the path were left out in the middle.
  public var omittedSteps = 0
}

/// How often a rule came to each verdict.
public struct VerdictCounts: Sendable, Hashable {
  /// The rule was kept.
  public var passed: UInt64 = 0
  /// The rule was broken.
  public var violated: UInt64 = 0
  /// Nobody can tell.
  public var undecided: UInt64 = 0
  /// How often the rule was armed.
  public var armed: UInt64 { passed + violated + undecided }

  /// None.
  public init() {}

  /// The sums of two counts.
  public static func += (a: inout Self, b: Self) {
    a.passed += b.passed
    a.violated += b.violated
    a.undecided += b.undecided
  }
}
