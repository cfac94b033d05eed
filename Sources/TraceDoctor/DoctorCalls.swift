import RuleEngine

extension CallScope {
  /// The events that tell such calls, as a tracer must log them.
  var eventNames: [String] {
    let names = limits.map(\.ddi)
    let known = kinds.map(\.name)
    let others = names.filter { !known.contains($0) }
    let ddis =
      others.isEmpty
      ? []
      : [
        "Ddi with name=\(others.prefix(Self.namesShown).joined(separator: ", "))"
          + (others.count > Self.namesShown ? ", …" : "")
      ]
    return (known + ddis).map { $0 + (goesByIRQL ? ", with irql" : "") }
  }

  /// The kinds of event that arm a rule.
  var kinds: [EventKind] {
    let names = Set(limits.map(\.ddi))
    return EventKind.allCases.filter { events.contains($0) || names.contains($0.name) }
  }

  private static let namesShown = 4
}

extension DoctorSurvey {
  /// The DDIs that Ddi events name, and whether one of them tells its IRQL.
  struct NamedCall: Sendable {
    var hasIRQL = false
  }

  mutating func takeCall(_ event: Event) {
    let hasIRQL = event.has(.irql)
    if hasIRQL { kindsWithIRQL[Int(event.kind.rawValue)] += 1 }
    guard event.kind == .ddi, namedCalls.count < Self.nameLimit || namedCalls[event.text] != nil
    else { return }
    if hasIRQL || namedCalls[event.text] == nil {
      namedCalls[event.text] = NamedCall(hasIRQL: hasIRQL)
    }
  }

  private static var nameLimit: Int { 1 << 12 }
}

extension Doctor {
  func lookAtCalls(
    _ scope: CallScope, _ strings: StringTable, _ needs: inout DoctorNeeds
  ) {
    let names = Set(scope.limits.map(\.ddi))
    let called = scope.kinds.filter { survey.count([$0]) > 0 }
    let named = survey.namedCalls.filter { names.contains(strings[$0.key]) }
    if called.isEmpty, named.isEmpty {
      let events = scope.eventNames.joined(separator: "; ")
      needs.idle.append("none of these occurs, log them where the driver makes the call: \(events)")
      return
    }
    guard scope.goesByIRQL else { return }
    let told =
      called.contains { survey.kindsWithIRQL[Int($0.rawValue)] > 0 }
      || named.contains(where: \.value.hasIRQL)
    needs.need(told, "log irql on each call: what is wrong is the IRQL at which it is made")
    guard told else { return }
    let silent = called.filter { survey.kindsWithIRQL[Int($0.rawValue)] == 0 }.map(\.name)
    needs.limit(silent.isEmpty, "irql is missing on \(silent.joined(separator: ", "))")
  }
}
