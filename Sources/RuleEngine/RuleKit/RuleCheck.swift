extension Rule {
  /// Checks what a list of rules says before anything is made of it: ids that can be typed and that no
  /// two rules share, and machines that are well formed.
  ///
  /// - Parameters:
  ///   - rules: The rules.
  ///   - readings: The readings in which their machines are compiled; ``Checker`` compiles them for the
  ///     reading that it is made for.
  /// - Throws: ``RuleDefinitionError`` for the first rule with which something is wrong.
  public static func check(
    _ rules: [Rule], in readings: [Reading] = Reading.allCases
  ) throws(RuleDefinitionError) {
    try checkIDs(of: rules)
    for rule in rules {
      for reading in readings { _ = try rule.form(in: reading) }
    }
  }

  /// Checks that ids can be typed, and that no two rules share one.
  static func checkIDs(of rules: [Rule]) throws(RuleDefinitionError) {
    var places: [String: Int] = [:]
    for (place, rule) in rules.enumerated() {
      guard !rule.id.isEmpty, rule.id.unicodeScalars.allSatisfy(isPartOfID) else {
        throw RuleDefinitionError(
          rule: rule.id.isEmpty ? "without an id" : "\"\(rule.id)\"",
          message: "an id is made of letters, digits, - and _; people type it")
      }
      if let first = places.updateValue(place, forKey: rule.id) {
        throw RuleDefinitionError(
          rule: rule.id,
          message: "two rules have this id, numbers \(first + 1) and \(place + 1) of the list; "
            + "rename one of them or list it once")
      }
    }
  }

  private static func isPartOfID(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }
}
