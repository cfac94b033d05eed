/// What the last event meant: facts and turns of subjects' lives, in order. The rooms of the model fill it,
/// each about its own kind of subject; ``Checker`` reads it.
struct FactSink: Sendable {
  private var records = Store<FactRecord>()

  /// See ``Store/claim()``.
  mutating func claim() { records.claim() }

  /// The next event begins.
  @inline(__always)
  mutating func removeAll() { records.removeAll() }

  @inline(__always) var count: Int { records.count }

  @inline(__always)
  subscript(place: Int) -> FactRecord { records[place] }

  /// Adds a fact about a subject.
  @inline(__always)
  mutating func add(
    _ fact: UInt8, about subject: FactRecord.Subject, _ index: Int32, operand: UInt64 = 0
  ) {
    records.append(
      FactRecord(subject: subject, turn: .fact, fact: fact, index: index, operand: operand))
  }

  /// Adds a turn of a subject's life.
  @inline(__always)
  mutating func turn(
    _ turn: FactRecord.Turn, _ subject: FactRecord.Subject, _ index: Int32, operand: UInt64 = 0
  ) {
    records.append(
      FactRecord(subject: subject, turn: turn, fact: 0, index: index, operand: operand))
  }
}
