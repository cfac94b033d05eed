/// The kinds of rules that one can start from.
enum RuleKind: String, CaseIterable {
  case request, lock, device, events, monitor

  /// What a rule of the kind is about.
  var meaning: String {
    switch self {
    case .request: "how one IRP is handled by one device"
    case .lock: "one life of a remove lock"
    case .device: "one device object"
    case .events: "the order of events, your driver's own among them"
    case .monitor: "what no automaton can say: code of yours"
    }
  }
}

/// The text of a new rule and of its test. What each kind of rule begins with stands in Templates.
struct RuleTemplate {
  /// The rule's name.
  var name: String
  var kind: RuleKind

  /// The Swift type of the rule.
  var type: String { name.hasSuffix("Rule") ? name : name + "Rule" }

  /// The rule's file.
  var rule: String {
    switch kind {
    case .request: requestRule
    case .lock: lockRule
    case .device: deviceRule
    case .events: eventsRule
    case .monitor: monitorRule
    }
  }

  /// A trace that the rule reports.
  private var reported: String {
    switch kind {
    case .request:
      """
      enter READ
      complete PENDING        !
      exit PENDING
      """
    case .lock:
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      release-wait            !
      """
    case .device:
      """
      init second dev=fdo
      enter READ
      acquire
      acquire lock=second     !
      """
    case .events:
      """
      event AcmeStart dev=fdo
      allocate dev=fdo        !
      """
    case .monitor:
      """
      enter READ irp=a
      enter READ irp=b
      enter READ irp=c        !
      """
    }
  }

  /// The file of its test, in a target that tests a module.
  func test(module: String) -> String {
    let trace = reported.split(separator: "\n").joined(separator: "\n        ")
    return #"""
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
              \#(trace)
              """)
        }
      }

      """#
  }
}
