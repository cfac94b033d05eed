import RuleEngine

/// A command line, taken apart and checked against its definition.
struct ParsedArguments: Sendable {
  /// The values of the options that were given; flags have none.
  private(set) var values: [String: [String]] = [:]
  /// What stands beside options.
  private(set) var operands: [String] = []

  /// Whether the option was given.
  func has(_ option: OptionDefinition) -> Bool { values[option.name] != nil }
  /// Its values, in order.
  func all(_ option: OptionDefinition) -> [String] { values[option.name] ?? [] }
  /// Its value.
  func text(_ option: OptionDefinition) -> String? { values[option.name]?.last }
  /// Its value as a number.
  func number(_ option: OptionDefinition) -> UInt64? { text(option).flatMap { UInt64($0) } }
  /// Its value as a number from 0 to 1.
  func fraction(_ option: OptionDefinition) -> Double? { text(option).flatMap { Double($0) } }
  /// Its value as an address.
  func address(_ option: OptionDefinition) -> Address? { text(option).flatMap { Address($0) } }

  /// Reads the arguments of a command.
  init(
    _ arguments: some Sequence<String>, for command: CommandDefinition, rules: [String]
  ) throws(CommandError) {
    var rest = Array(arguments)[...]
    var areOptionsOver = false
    while let argument = rest.popFirst() {
      if areOptionsOver || !argument.hasPrefix("-") || argument == "-" {
        operands.append(argument)
      } else if argument == "--" {
        areOptionsOver = true
      } else {
        try readOption(argument, &rest, command, rules)
      }
    }
    if values["help"] == nil { try checkOperands(command, rules) }
  }

  private mutating func readOption(
    _ argument: String, _ rest: inout ArraySlice<String>, _ command: CommandDefinition,
    _ rules: [String]
  ) throws(CommandError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = command.allOptions.first(where: { $0.spellings.contains(name) }) else {
      let names = command.allOptions.map { "--\($0.name)" }
      throw CommandError(
        "unknown option \(name.quoted)\(Suggestion.question(name, in: names))"
          + " (\"\(command.name) --help\" lists the options)")
    }
    if values[option.name] != nil, !option.isRepeatable, option.name != "help" {
      throw CommandError("\(name) is given twice; give it once")
    }
    guard option.placeholder != nil else {
      if parts.count > 1 { throw CommandError("\(name) takes no value; type \(name) alone") }
      values[option.name] = []
      return
    }
    guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
      throw CommandError("\(name) needs a value; type \(option.usage)")
    }
    if let problem = Self.problem(value, option.kind, rules) {
      throw CommandError("\(name) \(problem)")
    }
    values[option.name, default: []].append(value)
  }

  /// What is wrong with a value; nil where nothing is.
  static func problem(_ value: String, _ kind: OptionDefinition.Kind, _ rules: [String]) -> String?
  {
    switch kind {
    case .flag, .text: return nil
    case .file: return value.isEmpty ? "needs the path of a file" : nil
    case .choice(let words):
      if words.contains(value) { return nil }
      return "takes \(words.joined(separator: ", ")), not \(value.quoted)"
        + Suggestion.question(value, in: words)
    case .number(let range):
      if let number = UInt64(value), range.contains(number) { return nil }
      let bounds =
        range.upperBound == .max
        ? (range.lowerBound == 0 ? "" : " from \(range.lowerBound) on")
        : " from \(range.lowerBound) to \(range.upperBound)"
      return "takes a whole number\(bounds), not \(value.quoted)"
    case .fraction:
      if let number = Double(value), (0...1).contains(number) { return nil }
      return "takes a number from 0 to 1, not \(value.quoted)"
    case .address:
      return Address(value) == nil
        ? "takes an address such as 0xffffe00012340000, not \(value.quoted)" : nil
    case .rule:
      if rules.contains(value) { return nil }
      return "names no rule: \(value.quoted)\(Suggestion.question(value, in: rules))"
        + " (the command \"rules\" lists them)"
    case .rules: return RuleChoice(value).problem(rules, families: nil)
    case .choiceAndFile(let words):
      let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty else {
        return "takes a format and a file, such as \(words[0])=report.\(words[0]), "
          + "not \(value.quoted)"
      }
      return problem(String(parts[0]), .choice(words), rules)
    }
  }

  private static func noRule(_ value: String, _ rules: [String]) -> String {
    "there is no rule \(value.quoted)\(Suggestion.question(value, in: rules))"
      + " (the command \"rules\" lists them)"
  }

  private func checkOperands(
    _ command: CommandDefinition, _ rules: [String]
  ) throws(CommandError) {
    var left = operands[...]
    for operand in command.operands {
      if left.count < operand.minimum {
        throw CommandError(
          "\(command.name) needs \(operand.help); type \"\(command.usage)\"")
      }
      let taken = left.prefix(operand.maximum ?? left.count)
      left = left.dropFirst(taken.count)
      for value in taken {
        switch operand.kind {
        case .file, .text: break
        case .rule:
          if rules.contains(value) { break }
          throw CommandError(Self.noRule(value, rules))
        case .ruleOrBugCheck:
          if rules.contains(value) || BugCheck(value) != nil { break }
          throw CommandError(
            Self.noRule(value, rules)
              + "; a bug check is written 0xC9/226, 0x44 or DRIVER_POWER_STATE_FAILURE")
        case .choice(let words):
          if words.contains(value) { break }
          throw CommandError(
            "\(operand.placeholder) is \(words.joined(separator: ", ")), not \(value.quoted)"
              + Suggestion.question(value, in: words))
        }
      }
    }
    if let extra = left.first {
      throw CommandError(
        "unexpected argument \(extra.quoted); type \"\(command.usage)\"")
    }
  }
}

extension String {
  /// The text in quotes, with everything that could harm a terminal escaped.
  var quoted: String { "\"\(SafeText.escape(self))\"" }
}
