// What fuzzing and its tests ask of a checker. Behind `@_spi(Audit)`: no part of the interface.

@_spi(Audit) extension Checker {
  /// What does not agree in the model's own bookkeeping: empty, or there is a bug in the engine.
  /// Takes time that grows with what is live.
  public func inconsistencies() -> [String] {
    let audit = ModelAudit(model: model, limits: options.limits)
    audit.run()
    return audit.problems
  }

  /// Whether the rule at this place is about IRP contexts: each of its violations is a finding.
  public func isAboutContexts(_ rule: Int) -> Bool {
    if case .context = forms[rule].scope { true } else { false }
  }

  /// Whether the rule at this place is about IRPs that drivers make themselves.
  public func isAboutOwnIRPs(_ rule: Int) -> Bool {
    if case .ownIRP = forms[rule].scope { true } else { false }
  }

  /// Whether the rule at this place is about single calls.
  public func isAboutCalls(_ rule: Int) -> Bool {
    if case .call = forms[rule].scope { true } else { false }
  }

  /// Whether the rule at this place asks for what there is one of for all drivers: the cancel spin lock, which
  /// another driver may take.
  public func isAboutWhatDriversShare(_ rule: Int) -> Bool {
    switch forms[rule].scope {
    case .hold(let scope): scope.kinds.contains(.cancelSpinLock)
    case .context:
      forms[rule].machine.column(of: ContextFact.insertedUnderLock.rawValue) != nil
    default: false
    }
  }

  /// Whether the rule at this place is about what happens on a thread, which has to be known for it.
  public func isAboutThreads(_ rule: Int) -> Bool {
    switch forms[rule].scope {
    case .hold, .run: true
    default: isAboutWhatDriversShare(rule)
    }
  }

  /// A checker with other options; this one has not been given any event, and the reading is the
  /// same. Compiling the rules costs more than checking a small trace.
  public func fresh(_ options: Options) -> Checker {
    var fresh = self
    fresh.options = options
    fresh.kept = KeptFindings(limit: options.maxFindings)
    fresh.model = DriverModel(reading: self.options.reading, limits: options.limits)
    fresh.model.calls = Calls(asked: callTable.asked)
    return fresh
  }
}

extension Checker {
  /// Takes over which rules arm for what from a checker of the same rules, which has worked it out for the subjects
  /// that it has met. For checkers that are copied often.
  mutating func learnArming(from used: Checker) {
    arming = used.arming
    for kind in subjects.indices { subjects[kind].arming = used.subjects[kind].arming }
  }
}
