extension Rule {
  /// The events beyond the format that some rules ask for, by name: what a reader must be told
  /// (``TraceParser/Options/customEvents``) so that the rules see them. A field that several rules name
  /// is one.
  ///
  ///     var options = TraceReader.Options()
  ///     options.parser.customEvents = try Rule.customEvents(of: rules)
  ///
  /// - Throws: ``RuleDefinitionError`` where an event or a field cannot have its name, or an event would
  ///   need more fields than there is room for.
  public static func customEvents(
    of rules: [Rule]
  ) throws(RuleDefinitionError) -> [CustomEvent] {
    let merged = CustomEvent.merge(rules.lazy.flatMap(\.customEvents))
    for event in merged {
      let layout = CustomLayout(event)
      if layout.problem == nil, layout.hasRoom { continue }
      // Of the rules that ask for the event, the first with which it cannot be.
      let asking = rules.filter { rule in rule.customEvents.contains { $0.name == event.name } }
      var asked: [CustomEvent] = []
      for (count, rule) in asking.enumerated() {
        asked = CustomEvent.merge(asked + rule.customEvents.filter { $0.name == event.name })
        guard let event = asked.first, let problem = CustomLayout(event).words(of: event) else {
          continue
        }
        let others = asking.prefix(count).map(\.id)
        let beside =
          switch others.count {
          case 0: ""
          case 1: " (\(others[0]) asks for it too)"
          default: " (\(others.joined(separator: " and ")) ask for it too)"
          }
        throw RuleDefinitionError(rule: rule.id, message: problem + beside)
      }
    }
    return merged.sorted { $0.name < $1.name }
  }
}

extension CustomLayout {
  /// What is wrong, in words.
  fileprivate func words(of event: CustomEvent) -> String? {
    if let problem { return problem }
    if hasRoom { return nil }
    return "of the event \(event.name) at most four fields can be kept, size, object, tag and lock "
      + "among them; \(askingForSlots.count) are asked for: "
      + askingForSlots.joined(separator: ", ")
  }
}

extension CustomEvent {
  /// The events that a rule about events asks for: those of its patterns, with the fields that are
  /// listed and the ones that conditions and the subject need.
  static func asked<R: EventRule>(by rule: R) -> [CustomEvent] {
    merge(
      R.Fact.allCases.sorted { $0.rawValue < $1.rawValue }.compactMap { fact in
        let pattern = fact.pattern
        guard let name = pattern.customName else { return nil }
        let rows = rule.machine.transitions.filter { $0.fact.rawValue == fact.rawValue }
        var fields: [String] = []
        if case .field(let subject) = rule.subject { fields.append(subject) }
        fields += pattern.fields
        fields += (pattern.conditions + rows.compactMap(\.condition)).compactMap(\.field)
        return merge([CustomEvent(name), CustomEvent(name, fields: fields)]).first
      })
  }
}

extension Rule.Form {
  /// Checks that fields of one's own are asked of events of one's own only, which alone carry them.
  func checkFields(rule: String) throws(RuleDefinitionError) {
    guard case .events(let subject, let patterns) = scope else {
      // Not of the rows, which would be put into words for it.
      let conditions = machine.choices.flatMap(\.alternatives).map(\.condition)
      return try check(conditions, of: nil, rule)
    }
    for (fact, pattern) in patterns.enumerated() where pattern.customName == nil {
      let conditions = machine.rows.filter { $0.fact == fact }.compactMap(\.condition)
      let kind = pattern.kinds.min { $0.rawValue < $1.rawValue }
      try check(conditions + pattern.conditions, of: kind, rule)
      if case .field(let name) = subject { try check(name, of: kind, rule) }
    }
  }

  private func check(
    _ conditions: [EventCondition], of kind: EventKind?, _ rule: String
  ) throws(RuleDefinitionError) {
    for case .field(let name) in conditions.map(\.value) { try check(name, of: kind, rule) }
  }

  private func check(
    _ field: String, of kind: EventKind?, _ rule: String
  ) throws(RuleDefinitionError) {
    if Field.named(field) != nil { return }
    throw RuleDefinitionError(
      rule: rule,
      message: "\(kind.map(\.name) ?? "an event of the format") carries no field "
        + "\(field.debugDescription): only events of one's own have fields of one's own")
  }
}
