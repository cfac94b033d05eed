/// One event of a finding's evidence.
public struct Evidence: Sendable, Hashable {
  /// Where the event stands.
  public var position: TracePosition
  /// Its kind.
  public var kind: EventKind
  /// Where it stands in the finding's evidence what a release took away; -1 for nothing.
  private var takenPlace: Int32 = -1
  /// Of a release, the place in the finding's evidence of the acquisition that it took away; nil where it took
  /// none that the evidence shows.
  public var taken: Int? {
    get { takenPlace < 0 ? nil : Int(takenPlace) }
    set { takenPlace = Int32(clamping: newValue ?? -1) }
  }
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
  public var customName: String? {
    get { rareName.text }
    set { rareName.text = newValue }
  }
  private var rareName = RareText()

  /// Makes a line of evidence without a name beyond the format.
  init(
    position: TracePosition, kind: EventKind, timestamp: Int64?, thread: UInt64,
    device: UInt64?, irp: UInt64?, source: String, function: String, words: String,
    note: String?
  ) {
    self.position = position
    self.kind = kind
    self.timestamp = timestamp
    self.thread = thread
    self.device = device
    self.irp = irp
    self.source = source
    self.function = function
    self.words = words
    self.note = note
  }
}

/// A text that few have: where there is none it takes one word, and of a million findings each word counts.
private struct RareText: Sendable, Hashable {
  private var texts: [String] = []

  var text: String? {
    get { texts.first }
    set { texts = newValue.map { [$0] } ?? [] }
  }
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
  public var formerFingerprint: String {
    get { rareFingerprint.text ?? "" }
    set { rareFingerprint.text = newValue.isEmpty ? nil : newValue }
  }
  private var rareFingerprint = RareText()
  /// The events that led there, in order, the deciding one last.
  public var evidence: [Evidence]
  /// How many events of the evidence were left out in the middle.
  public var omittedEvidence: Int
  /// Where another request of the kind was released last, `file.c:123` or a function, where the finding is that
  /// the request was not; empty where that is not known.
  public var releasedElsewhere: String {
    get { rareRelease.text ?? "" }
    set { rareRelease.text = newValue.isEmpty ? nil : newValue }
  }
  private var rareRelease = RareText()
  /// The steps of the rule's machine from its start to the report, where ``Checker/Options/keepsPaths``
  /// is set; else empty.
  public var path: [PathStep] = []
  /// How many steps of the path were left out in the middle.
  public var omittedSteps = 0

  /// Makes a finding that is about nothing yet.
  init(
    rule: String, severity: Severity, message: String, position: TracePosition,
    timestamp: Int64?, thread: UInt64, driver: String, source: String, function: String,
    fingerprint: String, evidence: [Evidence], omittedEvidence: Int
  ) {
    self.rule = rule
    self.severity = severity
    self.message = message
    self.position = position
    self.timestamp = timestamp
    self.thread = thread
    self.driver = driver
    self.source = source
    self.function = function
    self.fingerprint = fingerprint
    self.evidence = evidence
    self.omittedEvidence = omittedEvidence
  }
}

/// How often a rule came to each verdict.
public struct VerdictCounts: Sendable, Hashable, BitwiseCopyable {
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
