/// An option of a command, as data: parsing, help, completions and the manual page come from it.
struct OptionDefinition: Sendable {
  /// What stands behind the option.
  enum Kind: Sendable {
    /// Nothing: the option is there or not.
    case flag
    /// Any text, named so in the help.
    case text(String)
    /// A file.
    case file
    /// One of several words.
    case choice([String])
    /// A whole number.
    case number(ClosedRange<UInt64>)
    /// A number from 0 to 1.
    case fraction
    /// An address.
    case address
    /// A rule's id.
    case rule
    /// A rule's id, a pattern of ids, or a family.
    case rules
    /// One of several words, and a file: `sarif=out.sarif`.
    case choiceAndFile([String])
  }

  /// The long name, without dashes.
  var name: String
  var kind: Kind
  /// What it does: lower case, no final full stop.
  var help: String
  /// What holds without it, for the help.
  var standard: String?
  var isRepeatable = false
  /// The letter of the short form, behind one dash.
  var short: Character?

  /// What stands for the value in help.
  var placeholder: String? {
    switch kind {
    case .flag: nil
    case .text(let name): name
    case .file: "FILE"
    case .choice(let words): words.joined(separator: "|")
    case .number: "N"
    case .fraction: "P"
    case .address: "PTR"
    case .rule, .rules: "RULE"
    case .choiceAndFile: "FORMAT=FILE"
    }
  }

  /// `--reading tracked|sdv`.
  var usage: String { "--\(name)" + (placeholder.map { " \($0)" } ?? "") }
  /// How it may be spelled, dashes included: the short form first.
  var spellings: [String] { (short.map { ["-\($0)"] } ?? []) + ["--\(name)"] }
}

/// What stands on the command line beside options.
struct OperandDefinition: Sendable {
  enum Kind: Sendable {
    case file
    case rule
    /// A rule's id, or a bug check such as `0xC9/226`.
    case ruleOrBugCheck
    case text
    case choice([String])
  }

  /// What stands for it in help.
  var placeholder: String
  var kind: Kind
  var help: String
  var minimum = 1
  /// Nil for any number.
  var maximum: Int? = 1

  /// `TRACE…`.
  var usage: String {
    let name = placeholder + (maximum == 1 ? "" : "…")
    return minimum == 0 ? "[\(name)]" : name
  }
}

/// A command, as data.
struct CommandDefinition: Sendable {
  var name: String
  /// What it does, in a line: lower case, no final full stop.
  var summary: String
  /// Paragraphs for the help.
  var discussion: [String] = []
  var operands: [OperandDefinition] = []
  var options: [OptionDefinition] = []
  /// Command lines with what they do.
  var examples: [(line: String, meaning: String)] = []
  /// What it does.
  var run: @Sendable (Invocation) throws(CommandError) -> Int32

  /// The options that every command has.
  static let common: [OptionDefinition] = [
    OptionDefinition(name: "help", kind: .flag, help: "print this help", short: "h")
  ]

  /// Its options and those that every command has.
  var allOptions: [OptionDefinition] { options + Self.common }

  /// `check [options] TRACE…`.
  var usage: String {
    ([name] + (options.isEmpty ? [] : ["[options]"]) + operands.map(\.usage))
      .joined(separator: " ")
  }
}

extension String {
  /// What stands for the program's name in a discussion or an example: other programs have the same
  /// commands.
  static let program = "PROGRAM"

  /// The text with the program's name in it.
  func naming(_ program: String) -> String { replacing(String.program, with: program) }
}

/// Why a command cannot do what was asked: one line that says what is wrong and what to type.
struct CommandError: Error, Equatable {
  var message: String
  /// The exit status.
  var status: Int32 = ExitStatus.wrongUse

  init(_ message: String) { self.message = message }
}

/// The exit status of every command.
enum ExitStatus {
  /// Nothing found at or above `--fail-on`.
  static let clean: Int32 = 0
  /// Findings there.
  static let findings: Int32 = 1
  /// Wrong use, unreadable input, no event recognised.
  static let wrongUse: Int32 = 2
  /// With `--strict`: malformed or unknown events.
  static let malformed: Int32 = 3
}
