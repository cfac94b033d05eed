/// The kinds of rules that one can start from.
enum RuleKind: String, CaseIterable {
  case request, lock, device
  case ownIRP = "own-irp"
  case hold, allocation, handle, call, events, monitor

  /// What a rule of the kind is about.
  var meaning: String {
    switch self {
    case .request: "how one IRP is handled by one device"
    case .lock: "one life of a remove lock"
    case .device: "one device object"
    case .ownIRP: "one IRP that the driver makes itself"
    case .hold: "what a thread holds: a spin lock, a region, a resource"
    case .allocation: "one allocation of pool memory"
    case .handle: "one handle of a registry key"
    case .call: "single calls, and the IRQL at which they are made"
    case .events: "the order of events, your driver's own among them"
    case .monitor: "what no automaton can say: code of yours"
    }
  }
}

/// The text of a new rule and of its test.
struct RuleTemplate {
  /// What a kind of rule begins with; the files of Templates have one each.
  struct Text {
    /// The protocol.
    var conformance: String
    /// What the rule says: its scope, its states, its machine or monitor.
    var body: String
    /// What the driver must do.
    var summary: String
    /// A trace that the rule reports, for its test.
    var reported: String
    var examples: String
    /// What stands below the rule.
    var rest = ""
  }

  /// The rule's name.
  var name: String
  var kind: RuleKind

  /// The Swift type of the rule.
  var type: String { name.hasSuffix("Rule") ? name : name + "Rule" }

  private var text: Text {
    switch kind {
    case .request: .request
    case .lock: .lock
    case .device: .device
    case .ownIRP: .ownIRP
    case .hold: .hold
    case .allocation: .allocation
    case .handle: .handle
    case .call: .call
    case .events: .events
    case .monitor: .monitor
    }
  }

  /// The rule's file.
  var rule: String {
    let text = text
    return #"""
      import RuleEngine

      /// \#(name): say here, in a sentence, what the driver must do.
      struct \#(type): \#(text.conformance) {
        let id = "\#(name)"
        let severity = Severity.error

        \#(indented(text.body, by: 2))

        let documentation = RuleDocumentation(
          summary: "\#(text.summary)",
          rationale: "What happens on a machine when the rule is broken.",
          remedy: "What to do about it.",
          readings: "The same in both.",
          source: "where the rule comes from")

        /// Small traces with their outcomes: the rule's tests, and its documentation. `!` marks the
        /// event that must be reported. At least three of each kind; every row of a machine is gone
        /// through by one.
        let examples = [
          \#(indented(text.examples, by: 4))
        ]
      }

      """# + (text.rest.isEmpty ? "" : "\n\(text.rest)\n")
  }

  /// The text with every line but the first, and but blank ones, so far from the margin.
  private func indented(_ text: String, by spaces: Int) -> String {
    let margin = "\n" + String(repeating: " ", count: spaces)
    return text.replacing("\n", with: margin).replacing(margin + "\n", with: "\n\n")
  }

  /// The file of its test, in a target that tests a module.
  func test(module: String) -> String {
    #"""
    import RuleEngine
    import RuleTesting
    import Testing

    @testable import \#(module)

    @Suite("\#(name)") struct \#(name)Tests {
      let rule = Rule(\#(type)())

      /// Its examples in both readings, its messages, every row of its machine.
      @Test("is sound") func soundness() {
        expectSound([rule])
      }

      /// The marked event is reported, and no other.
      @Test("one trace") func trace() {
        expect(
          rule,
          in: """
            \#(indented(text.reported, by: 8))
            """)
      }
    }

    """#
  }
}
