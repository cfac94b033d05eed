import Synchronization

/// A rule's forms, one for each reading. All copies of the rule share them: a run asks for them again where it writes
/// its reports, and a machine is compiled once.
final class RuleForms: Sendable {
  private let make: @Sendable (Reading) throws(RuleDefinitionError) -> Rule.Form
  private let made = Mutex<[Reading: Rule.Form]>([:])

  init(_ make: @escaping @Sendable (Reading) throws(RuleDefinitionError) -> Rule.Form) {
    self.make = make
  }

  func form(in reading: Reading) throws(RuleDefinitionError) -> Rule.Form {
    try made.withLock { made throws(RuleDefinitionError) in
      if let form = made[reading] { return form }
      let form = try make(reading)
      made[reading] = form
      return form
    }
  }
}

/// A value that is made at the first question for it. All copies of what holds it share it: a report asks for the
/// documentation of a rule again for each finding.
final class MadeOnce<Value: Sendable>: Sendable {
  private let make: @Sendable () -> Value
  private let made = Mutex<Value?>(nil)

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  var value: Value {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }
}
