/// One step of a rule's machine, recorded for explanations: see ``Checker/recordSteps``.
package struct MachineStep: Sendable, Hashable {
  /// The index of the rule in ``Checker/rules``.
  package var rule: Int
  /// The event.
  package var position: TracePosition
  /// What the event was.
  package var event: EventKind
  /// The context, lock or device whose machine it is, by its number in the run.
  package var subject: Int
  /// The state before, as a number of ``MachineTable/stateNames``.
  package var state: Int
  /// The fact, as its number in its vocabulary.
  package var fact: Int
  /// The condition of the row, where it has one.
  package var condition: EventCondition?
}

extension Checker {
  /// Notes a step where steps are recorded.
  @inline(__always)
  mutating func note(
    step rule: Int, state: UInt8, _ record: FactRecord, _ event: Event, _ strings: StringTable,
    condition: EventCondition? = nil
  ) {
    if options.keepsPaths {
      paths.take(rule, record, state, event, strings, forms[rule].machine)
    }
    guard recordSteps else { return }
    steps.append(
      MachineStep(
        rule: rule, position: event.position, event: event.kind, subject: Int(record.index),
        state: Int(state), fact: Int(record.fact),
        condition: condition))
  }
}
