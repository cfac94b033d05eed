import RuleEngine

// Events of one's own: which of them, and which of their fields, the trace lacks.
extension Doctor {
  /// What occurs of an event beyond the format.
  private struct Seen {
    var count: UInt64 = 0
    /// The names of the fields that any of them carries.
    var fields: Set<String> = []
  }

  private func seen(_ strings: StringTable) -> [String: Seen] {
    var seen: [String: Seen] = [:]
    for (id, custom) in survey.customs {
      var event = Event(.custom)
      event.text = id
      event.word = custom.slots
      let fields = custom.fields.fields.map(\.name) + event.ownFields(in: strings).map(\.name)
      let name = event.customName(in: strings)
      seen[name, default: Seen()].count += custom.count
      seen[name]?.fields.formUnion(fields)
    }
    return seen
  }

  /// How often each event occurs, those beyond the format by their names.
  func kindCounts(_ strings: StringTable) -> [DoctorReport.KindCount] {
    let seen = seen(strings)
    let named = seen.values.reduce(0) { $0 + $1.count }
    return EventKind.allCases.flatMap { kind in
      var counts: [DoctorReport.KindCount] = []
      if kind == .custom {
        counts = seen.sorted { $0.key < $1.key }
          .map { DoctorReport.KindCount(event: $0.key, count: $0.value.count) }
      }
      let rest = survey.count([kind]) - (kind == .custom ? named : 0)
      return rest == 0 ? counts : counts + [DoctorReport.KindCount(event: kind.name, count: rest)]
    }
  }

  func lookAtEvents(
    _ rule: Rule, _ subject: EventSubject, _ patterns: [EventPattern], _ strings: StringTable,
    _ needs: inout DoctorNeeds
  ) {
    let kinds = patterns.flatMap { Array($0.kinds) }
    lookAtCustomEvents(rule.customEvents, kinds: kinds, strings, &needs)
    switch subject {
    case .thread: needs.need(survey.withoutThread == 0, "log tid on every event")
    case .device: needs.need(!survey.devices.isEmpty, "log dev")
    case .driver: needs.need(!survey.drivers.isEmpty, "log drv")
    case .irp: needs.need(survey.irpEvents > 0, "log irp")
    case .field(let field):
      let seen = seen(strings)
      let own = rule.customEvents.filter { seen[$0.name] != nil }.map(\.name)
      needs.need(
        own.isEmpty || own.contains { seen[$0]?.fields.contains(field) == true },
        "log \(field) on \(own.joined(separator: ", ")): the rule tells cases apart by it")
    }
  }

  /// Looks for the events that a rule asks for beside those of the format, and for their fields.
  func lookAtCustomEvents(
    _ events: [CustomEvent], kinds: [EventKind], _ strings: StringTable,
    _ needs: inout DoctorNeeds
  ) {
    let seen = seen(strings)
    let absent = events.filter { seen[$0.name] == nil }
    let isAnySeen = absent.count < events.count || survey.count(kinds) > 0
    if !isAnySeen, !events.isEmpty || !kinds.isEmpty {
      let words = absent.map { Self.words(for: $0) } + kinds.map(\.name).sorted()
      needs.missing.append("log " + words.joined(separator: ", "))
      return
    }
    needs.limit(
      absent.isEmpty,
      "what depends on these is not found, as they do not occur: "
        + absent.map { Self.words(for: $0) }.joined(separator: ", "))
    for event in events {
      guard let found = seen[event.name] else { continue }
      let lacking = event.fields.filter { !found.fields.contains($0) }
      needs.limit(
        lacking.isEmpty,
        "log \(lacking.joined(separator: ", ")) on \(event.name): what depends on that is not found"
      )
    }
  }

  /// `TeamStart with session and mode`.
  private static func words(for event: CustomEvent) -> String {
    let list = event.fields.dropLast().joined(separator: ", ")
    guard let last = event.fields.last else { return event.name }
    return "\(event.name) with " + (list.isEmpty ? last : "\(list) and \(last)")
  }
}
