/// A kind of subject that rules are about, other than requests: a row of ``all``.
///
/// All that differs between kinds is here; ``SubjectMonitors`` has the states of every kind, and ``Checker``
/// steps them, in the same way. What a request arms depends on more than traits: see ``ArmingTable``. A new kind is a vocabulary in `Model/Facts`, a room of the model, a case of
/// ``FactRecord/Subject``, and a row here.
struct SubjectKind: Sendable {
  let subject: FactRecord.Subject
  /// How many facts its vocabulary has.
  let factCount: Int
  /// Whether a rule with this scope is about this kind.
  let isSubject: @Sendable (Rule.Scope) -> Bool
  /// What of a subject, by its index, decides which rules it arms: a number below ``traitLimit``.
  let traits: @Sendable (inout DriverModel, Int32) -> Int
  /// Whether a life of a subject with these traits arms a rule of this kind.
  let arms: @Sendable (Rule.Scope, Int) -> Bool
  /// Whether a rule reports once in a life; otherwise once for each operand.
  let reportsOncePerLife: @Sendable (Rule.Scope) -> Bool
  /// What selects the subject (`--device`, `--driver`), of which the event says something.
  let selection: @Sendable (inout DriverModel, Int32, Event) -> Selection
  /// Whether a subject lives for one event: it arms every rule of the kind that a fact of the event is for, and
  /// each rule comes to one verdict at most.
  var isMomentary = false
  /// How its findings are told.
  let telling: Telling

  static var traitLimit: Int { 16 }

  /// A device, and its driver as a string id; 0 for what is not known.
  struct Selection: Sendable {
    var device: UInt64
    var driver: UInt32

    init(device: UInt64, driver: UInt32) {
      self.device = device
      self.driver = driver
    }

    /// A device by its life, or -1.
    init(_ model: inout DriverModel, _ device: Int32) {
      self.device = device >= 0 ? model.devices[device].pointer : 0
      driver = device >= 0 ? model.devices[device].driver : 0
    }
  }

  /// How a finding about such a subject is told. Off the path of an event.
  struct Telling: Sendable {
    /// Where the fact was decided; the event, unless it says otherwise.
    let decided: @Sendable (Checker, FactRecord, Event) -> EventStamp
    /// Fills in what the finding is about. Returns what tells where the fault is, where the deciding event
    /// is not that.
    let head: @Sendable (Checker, FactRecord, Event, StringTable, inout Finding) -> String?
    /// The events that led there, and how many were left out.
    let evidence: @Sendable (Checker, FactRecord, Event, StringTable, Finding) -> ([Evidence], Int)
    /// Whether what ``head`` returns has always told the place.
    var placesAreNew = false
  }

  /// The kinds, in the order of ``FactRecord/Subject``, requests left out.
  static let all: [SubjectKind] = [
    .lock, .device, .ownIRP, .allocation, .keyHandle, .call, .hold, .run,
  ]
}
