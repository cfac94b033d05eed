import RuleEngine

/// The rules that say at which IRQL each of a list of DDIs may be called: ``IRQLTable`` has the lists.
struct IrqlTableRule: CallRule {
  let id: String
  let severity = Severity.error
  var readings = Set(Reading.allCases)
  /// What the rule says, in a sentence.
  let summary: String
  /// What happens where it is broken.
  let rationale: String
  /// What to do instead.
  let remedy: String
  let bugChecks: [BugCheck]
  /// Calls of DDIs that have events of their own, for examples.
  var events: [String] = []

  var limits: [IRQLLimit] { IRQLTable.limits(of: id) }

  func scope(in reading: Reading) -> CallScope { .ddis(limits) }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    let limits = limits
    func asks(_ bound: IRQLLimit.Bound) -> Bool { limits.contains { $0.bound == bound } }
    var rows: [Transition<State, CallFact>] = []
    if asks(.passive) {
      rows.append(on(.watching, .calledAbovePassive, .report("called above PASSIVE_LEVEL")))
    }
    if limits.contains(where: { $0.bound == .passive && $0.ddi.hasPrefix("Rtl") }) {
      rows.append(
        on(.watching, .calledPageableAtAPC, .warn("called at APC_LEVEL, not PASSIVE_LEVEL")))
    }
    if asks(.apc) {
      rows.append(on(.watching, .calledAboveAPC, .report("called above APC_LEVEL")))
    }
    if asks(.dispatch) {
      rows.append(on(.watching, .calledAboveDispatch, .report("called above DISPATCH_LEVEL")))
    }
    if asks(.dispatchOrAbove) {
      rows.append(on(.watching, .calledBelowDispatch, .report("called below DISPATCH_LEVEL")))
    }
    rows.append(on(.watching, .calledWithinLimit, .pass))
    return Machine(start: .watching, rows)
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: summary, rationale: rationale, remedy: remedy,
      readings:
        "Each call is judged by its irql; where the event is logged when the routine returns and the "
        + "routine raises the IRQL, by oldirql. Without them it is not judged. "
        + (readings == [.tracked] ? "tracked only. " : "Both readings judge alike. ")
        + "Of SDV's automata, the rule's page and the routine's page the laxest limit counts. "
        + IRQLLimit.Bound.allCases.compactMap(listing).joined(separator: " "),
      source: Sources.rulePage(id), bugChecks: bugChecks)
  }

  /// The DDIs with a limit, in words.
  private func listing(_ bound: IRQLLimit.Bound) -> String? {
    let names = limits.filter { $0.bound == bound }.map(\.ddi)
    return names.isEmpty ? nil : "\(bound.words): \(names.joined(separator: ", "))."
  }

  var examples: [Example] { reported + warned + kept + notJudged }
}

extension IrqlTableRule {
  /// A DDI with each of the limits that the rule's list has.
  private var subjects: [IRQLLimit] {
    IRQLLimit.Bound.allCases.compactMap { bound in
      limits.first { $0.bound == bound && !$0.ddi.hasPrefix("Rtl") }
        ?? limits.first { $0.bound == bound }
    }
  }

  private var reported: [Example] {
    subjects.flatMap { limit in
      let call = "Ddi name=\(limit.ddi)"
      let wrong = limit.bound.wrong
      return [
        Example(
          "\(limit.ddi) in a routine that runs at \(wrong.words)", .violation,
          """
          callback \(wrong.routine) irql=\(wrong.irql)
          \(call) irql=\(wrong.irql)  !
          callback-exit \(wrong.routine) irql=\(wrong.irql)
          """),
        Example(
          "\(limit.ddi), the second call on another thread", .violation,
          """
          enter READ irql=\(limit.bound.right)
          \(call) irql=\(limit.bound.right)
          exit PENDING irql=\(limit.bound.right)
          T2: completion irql=\(wrong.irql)
          T2: \(call) irql=\(wrong.irql)  !
          """),
        Example(
          "\(limit.ddi), twice", .violation,
          """
          bare
          \(call) irql=\(wrong.irql) drv=driver fn=First  !
          \(call) irql=\(limit.bound.right) drv=driver fn=First
          \(call) irql=\(wrong.irql) drv=driver fn=Second  !
          """),
      ]
    }
      + events.enumerated().map { place, call in
        let name = String(call.prefix { $0 != " " })
        let wrong = bound(of: name).wrong
        return Example(
          "the event \(name)\(place > 0 && events[place - 1].hasPrefix(name) ? ", once more" : "")",
          .violation,
          """
          callback \(wrong.routine) irql=\(wrong.irql)
          \(level(call, wrong.irql))  !
          """)
      }
  }

  private var warned: [Example] {
    guard let limit = limits.first(where: { $0.bound == .passive && $0.ddi.hasPrefix("Rtl") })
    else {
      return []
    }
    return [
      Example(
        "\(limit.ddi) under a fast mutex, at APC_LEVEL", .violation,
        """
        callback WorkItem irql=0
        Ddi name=ExAcquireFastMutex irql=0
        Ddi name=\(limit.ddi) irql=1  !
        """)
    ]
  }

  private var kept: [Example] {
    subjects.flatMap { limit in
      let call = "Ddi name=\(limit.ddi)"
      let right = limit.bound.right
      return [
        Example(
          "\(limit.ddi) at the limit", .passes,
          "callback WorkItem irql=\(right)\n\(call) irql=\(right)"),
        Example(
          "\(limit.ddi), left to another routine", .passes,
          """
          callback \(limit.bound.wrong.routine) irql=\(limit.bound.wrong.irql)
          IoQueueWorkItem irql=\(limit.bound.wrong.irql)
          callback-exit \(limit.bound.wrong.routine) irql=\(limit.bound.wrong.irql)
          T2: callback WorkItem irql=\(right)
          T2: \(call) irql=\(right)
          T2: \(call) irql=\(right)
          """),
        Example(
          "\(limit.ddi) after a gap", .passes,
          """
          callback \(limit.bound.wrong.routine) irql=\(limit.bound.wrong.irql)
          lost
          \(call) irql=\(right)
          """),
      ]
    }
      + events.map { call in
        let name = String(call.prefix { $0 != " " })
        return Example(
          "the event \(name), as it may be", .passes, level(call, bound(of: name).right))
      }
  }

  private var notJudged: [Example] {
    let name = limits.first?.ddi ?? ""
    return [
      Example("the IRQL is not in the trace", .notArmed, "enter READ\nDdi name=\(name)"),
      Example("another routine", .notArmed, "enter READ\nDdi name=\(name)Other irql=2"),
    ]
  }

  private func bound(of ddi: String) -> IRQLLimit.Bound {
    limits.first { $0.ddi == ddi }?.bound ?? .passive
  }

  /// An event at an IRQL; that of an acquire is the one before it.
  private func level(_ call: String, _ irql: Int) -> String {
    call.hasPrefix("KeAcquireSpinLock ")
      ? "\(call) irql=\(max(irql, 2)) oldirql=\(irql)" : "\(call) irql=\(irql)"
  }
}

extension IRQLLimit.Bound {
  /// An IRQL that the limit allows, as near to it as can be.
  fileprivate var right: Int {
    switch self {
    case .passive: 0
    case .apc: 1
    case .dispatch, .dispatchOrAbove: 2
    }
  }

  /// An IRQL that it does not allow, and a routine that runs there.
  fileprivate var wrong: (irql: Int, routine: String, words: String) {
    switch self {
    case .passive, .apc: (2, "Dpc", "DISPATCH_LEVEL")
    case .dispatch: (8, "Isr", "the IRQL of a device")
    case .dispatchOrAbove: (0, "WorkItem", "PASSIVE_LEVEL")
    }
  }
}
