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
