import Synchronization

/// A row as numbers, of which the words are made when somebody asks for them.
struct CompiledRow: Sendable {
  var state: UInt8 = 0
  var fact: UInt8
  var condition: EventCondition?
  var next: UInt8?
  var kind = MachineTable.Row.Kind.go
  var message: Int?

  func inWords(
    factName: String, meaning: String, _ messages: [String], _ warnings: [Bool]
  ) -> MachineTable.Row {
    MachineTable.Row(
      state: Int(state), fact: Int(fact), factName: factName, factMeaning: meaning,
      condition: condition, next: next.map { Int($0) }, kind: kind,
      message: message.map { messages[$0] }, isWarning: message.map { warnings[$0] } ?? false)
  }
}

/// A machine in words. A check needs none of them, so they are made at the first question.
final class MachineWords: Sendable {
  struct Contents: Sendable {
    var stateNames: [String]
    var rows: [MachineTable.Row]
  }

  private let make: @Sendable () -> Contents
  private let made = Mutex<Contents?>(nil)

  init(_ make: @escaping @Sendable () -> Contents) { self.make = make }

  var contents: Contents {
    made.withLock { made in
      let contents = made ?? make()
      made = contents
      return contents
    }
  }
}

/// The names of an enumeration's cases as Swift spells them, by raw value.
///
/// `String(describing:)` asks the runtime for the conformances of the type, which takes longer than the
/// rest of compiling a machine: so each type is asked about once.
enum CaseNames {
  private static let known = Mutex<[ObjectIdentifier: [String]]>([:])

  /// The names; empty ones where raw values leave gaps.
  static func of<Case: RawRepresentable<UInt8> & CaseIterable>(_: Case.Type) -> [String] {
    known.withLock { known in
      if let names = known[ObjectIdentifier(Case.self)] { return names }
      var names: [String] = []
      for one in Case.allCases {
        let place = Int(one.rawValue)
        while names.count <= place { names.append("") }
        names[place] = String(describing: one)
      }
      known[ObjectIdentifier(Case.self)] = names
      return names
    }
  }
}
