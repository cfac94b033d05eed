/// A kind of subject that rules are about, other than requests: a row of ``all``.
///
/// All that differs between kinds is here; ``SubjectMonitors`` steps the machines of every kind, and
/// ``Checker`` judges them, in the same way. Requests, of which there are most, have rows of states of their
/// own: see ``ArmingTable``. A new kind is a vocabulary in `Model/Facts`, a room of the model, a case of
/// ``FactRecord/Subject``, and a row here.
struct SubjectKind: Sendable {
  let subject: FactRecord.Subject
  /// How many facts its vocabulary has.
  let factCount: Int
  /// Whether a rule with this scope is about this kind.
  let isSubject: @Sendable (Rule.Scope) -> Bool
  /// Whether a life of such a subject, by its index, arms a rule of this kind.
  let arms: @Sendable (Rule.Scope, inout DriverModel, Int32) -> Bool
  /// Whether a rule reports once in a life; otherwise once for each operand.
  let reportsOncePerLife: @Sendable (Rule.Scope) -> Bool
  /// The device that selects the subject (`--device`, `--driver`), or -1.
  let device: @Sendable (inout DriverModel, Int32) -> Int32
  /// How its findings are told.
  let telling: Telling

  /// How a finding about such a subject is told. Off the path of an event.
  struct Telling: Sendable {
    /// Where the fact was decided; the event, unless it says otherwise.
    let decided: @Sendable (Checker, FactRecord, Event) -> EventStamp
    /// Fills in what the finding is about. Returns what tells where the fault is, where the deciding event
    /// is not that.
    let head: @Sendable (Checker, FactRecord, Event, StringTable, inout Finding) -> String?
    /// The events that led there, and how many were left out.
    let evidence: @Sendable (Checker, FactRecord, Event, StringTable, Finding) -> ([Evidence], Int)
  }

  /// The kinds, in the order of ``FactRecord/Subject``, requests left out.
  static let all: [SubjectKind] = [.lock, .device]
}
