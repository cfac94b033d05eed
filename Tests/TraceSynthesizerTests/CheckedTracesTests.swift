import Rules
import Testing

@testable import RuleEngine
@testable import TraceSynthesizer

/// What the checker, with all rules in the tracked reading, says about synthesized traces.
@Suite("Synthesized traces, checked") struct CheckedTracesTests {
  /// A checker with all rules that keeps all findings and was given nothing; the tests copy it. It knows which
  /// rules each kind of request arms, so that this is not worked out for every trace anew.
  private static let fresh: Checker? = {
    var options = Checker.Options()
    options.maxFindings = 0
    guard var fresh = try? Checker(rules: Catalog.all, options: options),
      let trace = try? Synthesized({ $0.events = 5000 })
    else { return nil }
    var used = fresh
    used.consume(trace.events, strings: trace.strings)
    fresh.learnArming(from: used)
    return fresh
  }()

  /// A checker that was given a trace.
  private static func check(_ trace: Synthesized) throws -> Checker {
    var checker = try #require(fresh)
    checker.consume(trace.events, strings: trace.strings)
    checker.finish(strings: trace.strings)
    return checker
  }

  private static func describe(_ findings: [Finding]) -> String {
    findings.prefix(5).map { "\($0.rule) at \($0.position.line): \($0.message)" }
      .joined(separator: "; ")
  }

  @Test("a trace without a fault is clean", arguments: 1...12)
  func cleanIsClean(seed: UInt64) throws {
    let trace = try Synthesized {
      $0.seed = seed
      $0.events = seed < 3 ? 16_000 : 6_000
      $0.devices = [16, 1, 5, 40][Int(seed % 4)]
      $0.threads = [4, 1, 2, 12][Int(seed / 2 % 4)]
      $0.ending = [.finished, .unloaded, .cut][Int(seed % 3)]
    }
    let checker = try Self.check(trace)
    #expect(checker.findings.isEmpty, "\(Self.describe(checker.findings))")
    #expect(checker.unmatchedExits == 0)
  }

  /// Every rule that a started device can meet is armed and decided; what is undecided is so because the trace
  /// ends.
  @Test("a clean trace decides what it arms before its end", arguments: 1...3)
  func cleanIsDecided(seed: UInt64) throws {
    let trace = try Synthesized {
      $0.seed = seed
      $0.events = seed == 1 ? 60_000 : 10_000
      $0.ending = seed == 2 ? .cut : .finished
    }
    var checker = try #require(Self.fresh)
    checker.consume(trace.events, strings: trace.strings)
    for (rule, verdicts) in zip(checker.rules, checker.verdicts) {
      #expect(verdicts.undecided == 0, "\(rule.id): \(verdicts.undecided) before the end")
    }
    checker.finish(strings: trace.strings)
    guard seed == 1 else { return }
    for (rule, verdicts) in zip(checker.rules, checker.verdicts) {
      #expect(verdicts.passed > 0, "\(rule.id) never passed")
    }
  }

  @Test("every seeded fault is found under its rule", arguments: SeededFaultTests.rules)
  func faultsAreFound(rule: String) throws {
    for seed: UInt64 in 1...2 {
      let trace = try Synthesized {
        $0.seed = seed
        $0.fault = rule
        $0.faultRate = seed == 2 ? 0.3 : 0.01
        $0.events = 800
        $0.devices = seed == 2 ? 5 : 16
      }
      let checker = try Self.check(trace)
      let found = Set(checker.findings.map { Place(rule: $0.rule, line: $0.position.line) })
      for fault in trace.faults {
        #expect(
          found.contains(Place(rule: rule, line: fault.line)),
          "seed \(seed), line \(fault.line): \(Self.describe(checker.findings))")
      }
      let expected = Set(trace.faults.flatMap { [$0.rule] + $0.companions })
      let others = checker.findings.filter { !expected.contains($0.rule) }
      #expect(others.isEmpty, "seed \(seed): \(Self.describe(others))")
      let count = checker.findings.count { $0.rule == rule }
      #expect(count == trace.faults.count, "seed \(seed): \(count) for \(trace.faults.count)")
    }
  }

  private struct Place: Hashable {
    var rule: String
    var line: UInt64
  }
}
