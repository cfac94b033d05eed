import CheckerCommand
import CheckerReports
import Foundation
import RuleEngine
import Rules
import Testing

@Suite("Command line") struct CommandLineTests {
  /// A wrong command line and what it is told.
  static let wrong: [(line: [String], words: [String])] = [
    ([], ["no command given", "check TRACE"]),
    (["chek", "x"], ["unknown command \"chek\"; did you mean check?"]),
    (["trace.jsonl"], ["to check a trace type \"checker-cli check trace.jsonl\""]),
    (["--format", "json"], ["the command comes first"]),
    (["help", "exlain"], ["did you mean explain?"]),
    (["check"], ["check needs a file, or - for standard input", "check [options] TRACE…"]),
    (["check", "-", "-"], ["given twice"]),
    (["check", "--fromat", "x"], ["unknown option \"--fromat\"; did you mean --format?"]),
    (["check", "-x", "x"], ["unknown option \"-x\""]),
    (["check", "-o"], ["-o needs a value; type --output FILE"]),
    (["check", "-q", "--quiet", "x"], ["--quiet is given twice"]),
    (["check", "--format"], ["--format needs a value; type --format text|json"]),
    (["check", "--format", "jsn", "x"], ["--format takes text, json", "did you mean json?"]),
    (["check", "--strict=1", "x"], ["--strict takes no value"]),
    (["check", "--quiet", "--quiet", "x"], ["--quiet is given twice"]),
    (["check", "--max-findings", "many", "x"], ["takes a whole number", "not \"many\""]),
    (["check", "--max-findings", "-1", "x"], ["takes a whole number"]),
    (["check", "--jobs", "0", "x"], ["from 1 to 256"]),
    (["check", "--device", "zz", "x"], ["takes an address such as"]),
    (
      ["check", "--rule", "RemoveLockForwardRed", "x"],
      ["names no rule", "did you mean RemoveLockForwardRead?"]
    ),
    (["check", "--skip", "removelock", "x"], ["did you mean RemoveLock?"]),
    (["check", "--rule", "RemoveLock", "--skip", "RemoveLock", "x"], ["no rule is left"]),
    (["explain"], ["explain needs the id of a rule"]),
    (["explain", "WmiForwad"], ["there is no rule \"WmiForwad\"; did you mean WmiForward?"]),
    (["explain", "WmiForward", "x"], ["unexpected argument \"x\""]),
    (["synthesize", "--fault-rate", "2"], ["takes a number from 0 to 1"]),
  ]

  @Test("wrong use is one line that says what to type", arguments: wrong.indices)
  func wrongUse(_ index: Int) throws {
    let (line, words) = Self.wrong[index]
    let run = try CommandRun(line)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("checker-cli: "))
    #expect(run.errors.count(where: { $0 == "\n" }) == 1)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
  }

  @Test("help of the program and of every command") func help() throws {
    let program = try CommandRun(["help"])
    #expect(program.status == 0)
    for name in ["check", "rules", "explain", "graph", "synthesize"] {
      #expect(program.output.contains("  \(name) "))
      let page = try CommandRun([name, "--help"])
      #expect(page.status == 0)
      #expect(page.output.contains("usage: checker-cli \(name)"))
      #expect(page.output.contains("--help"))
      #expect(try CommandRun(["help", name]).output == page.output)
      #expect(page.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
    #expect(try CommandRun(["--help"]).output == program.output)
    #expect(try CommandRun(["--version"]).output == "checker-cli \(CheckerCommand.version)\n")
  }

  @Test("two dashes end the options") func dashes() throws {
    let run = try CommandRun(["check", "--", "--quiet"])
    #expect(run.errors.contains("cannot open \"--quiet\""))
  }

  @Test("completions and the manual page know every command, option and rule")
  func generated() throws {
    let scripts = try ["bash", "zsh", "fish", "powershell"].map {
      try CommandRun(["completions", $0]).output
    }
    let page = try CommandRun(["man"]).output
    let help = try CommandRun(["help", "check"]).output
    let options = help.split(separator: "\n").compactMap { line in
      line.hasPrefix("  -")
        ? line.firstRange(of: "--").map { line[$0.upperBound...].prefix { $0 != " " } } : nil
    }
    #expect(options.count > 10)
    for script in scripts {
      for option in options { #expect(script.contains(option), "\(option)") }
      for rule in Catalog.all { #expect(script.contains(rule.id)) }
      for command in ["check", "explain", "synthesize"] { #expect(script.contains(command)) }
    }
    for option in options {
      let name = option.replacing("-", with: "\\-")
      #expect(page.contains("\\fB\\-\\-\(name)\\fR"), "\(option)")
    }
    #expect(try CommandRun(["completions", "bsh"]).errors.contains("did you mean bash?"))
  }

  @Test("other programs call themselves by their own names") func otherPrograms() throws {
    for line in [
      ["help"], ["help", "check"], ["help", "synthesize"], ["help", "completions"],
      ["help", "man"], ["man"], ["completions", "bash"], ["completions", "zsh"],
      ["completions", "fish"],
      ["completions", "powershell"], ["chek"], [],
    ] {
      let run = try CommandRun(line, program: "team-checker")
      let text = (run.output + run.errors).replacing("\\", with: "")
      #expect(text.contains("team-checker"), "\(line)")
      #expect(!text.contains("checker-cli") && !text.contains("PROGRAM"), "\(line)")
    }
  }

  @Test("a wrong rule is an error at the start of every command") func wrongRules() throws {
    let rules = Array(Catalog.all.prefix(2)) + Catalog.all.prefix(1)
    for line in [["rules"], ["check", "x"], ["explain", "RemoveLockForward2"], ["man"]] {
      let run = try CommandRun(line, rules: rules)
      #expect(run.status == 2)
      #expect(
        run.errors.hasPrefix("checker-cli: rule RemoveLockForward: two rules have this id"),
        "\(run.errors)")
    }
  }

  @Test("the coverage of the rules is a number") func coverage() throws {
    let run = try CommandRun(["rules", "--coverage"])
    #expect(
      run.output.contains("\(Catalog.all.count) rules; ")
        && run.output.hasSuffix("transitions (100 %)\n"))
    let taken = try #require(run.output.firstMatch(of: /go through ([0-9,]+) of/)).1
    #expect(try #require(Int(taken.replacing(",", with: ""))) > 500)
  }

  @Test("rules of another package come along") func otherRules() throws {
    let run = try CommandRun(["rules"], rules: Array(Catalog.all.prefix(2)))
    #expect(run.output.split(separator: "\n").contains { $0.hasPrefix("RemoveLockForward2 ") })
    #expect(!run.output.contains("WmiForward"))
  }

  @Test("explain and graph know every rule", arguments: Catalog.all.map(\.id))
  func explains(_ rule: String) throws {
    let page = try CommandRun(["explain", rule])
    #expect(page.status == 0)
    for word in [
      "Why it matters", "Automaton", "Example", "What to do", "[\(rule)]:", "https://",
      "check --rule",
    ] {
      #expect(page.output.contains(word), "\(word)")
    }
    #expect(
      try CommandRun(["explain", rule, "--format", "markdown"]).output.hasPrefix("# \(rule)\n"))
    let html = try CommandRun(["explain", rule, "--format", "html"]).output
    #expect(html.hasPrefix("<!DOCTYPE html>\n") && html.contains("<svg"))
    // Lines of examples stay lines: no sign stands for what ends them.
    #expect(html.contains("<pre>") && !html.contains("\u{240A}"))
    let picture = try CommandRun(["graph", rule, "--format", "svg"]).output
    #expect(picture.hasPrefix("<svg ") && picture.contains("xmlns="))
    #expect(try CommandRun(["graph", rule]).output.contains("label=\"violation:"))
    #expect(
      try CommandRun(["graph", rule, "--format", "mermaid"]).output
        .hasPrefix("stateDiagram-v2\n"))
  }

  @Test("rules.md is what the rules say") func rulesDocument() throws {
    let isCurrent = try ruleDocument("rules.md") == RuleBook.markdown(Catalog.all)
    #expect(
      isCurrent, "rules.md is stale; run: swift run checker-cli rules --markdown > rules.md")
    let book = try RuleBook.markdown(Catalog.all)
    let lines = book.split(separator: "\n", omittingEmptySubsequences: false).count
    #expect(lines < 300 + 12 * Catalog.all.count, "\(lines) lines: too long for a reader")
    let teams = try RuleBook.markdown(Catalog.all, program: "team-checker")
    #expect(teams.contains("`team-checker rules --markdown`") && !teams.contains("](docs/"))
  }

  @Test("docs/rules has the page of each rule, and no other") func rulePages() throws {
    let pages = try RuleBook.pages(Catalog.all)
    for page in pages {
      let isCurrent = try ruleDocument("docs/rules/\(page.name)") == page.text
      #expect(
        isCurrent, "\(page.name) is stale; run: swift run checker-cli rules --pages docs/rules")
    }
    let folder = "\(root)/docs/rules"
    let there = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
    #expect(there.subtracting(pages.map(\.name)).isEmpty, "pages of rules that are no more")
  }

  /// The folder of the package.
  private var root: String {
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  }

  private func ruleDocument(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: "\(root)/\(path)"), encoding: .utf8)
  }

  @Test(
    "rules are chosen by id, by pattern and by family",
    arguments: [
      (["--rule", "RemoveLockRelease*"], Self.ids { $0.hasPrefix("RemoveLockRelease") }),
      (["--rule", "*Mn*", "--skip", "Ns*"], Self.ids { $0.contains("Mn") && !$0.hasPrefix("Ns") }),
      (["--rule", "Remove*2"], Self.ids { $0.hasPrefix("Remove") && $0.hasSuffix("2") }),
      (["--rule", "family:wmi"], Catalog.all.count { $0.family.name == "wmi" }),
      (["--skip", "family:remove-lock"], Catalog.all.count { $0.family.name != "remove-lock" }),
    ])
  func choice(_ options: [String], _ count: Int) throws {
    let run = try CommandRun(["config"] + options)
    #expect(run.output.contains("\(count) of \(Catalog.all.count) on"), "\(run.output)")
  }

  private static func ids(_ fit: (String) -> Bool) -> Int {
    Catalog.all.map(\.id).count(where: fit)
  }

  @Test(
    "a choice of rules that chooses none is wrong use",
    arguments: [
      ("family:removel", "did you mean removal?"), ("Xyz*", "fits no rule: \"Xyz*\""),
      ("WmiForwad", "did you mean WmiForward?"),
    ])
  func wrongChoice(_ word: String, _ message: String) throws {
    let run = try CommandRun(["check", "--rule", word, "-"])
    #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
  }

  @Test("synthesized traces are clean, or broken where a fault is asked for")
  func synthesize() throws {
    for format in ["jsonl", "text"] {
      let line = ["synthesize", "--events", "3000", "--seed", "5", "--format", format]
      let clean = try CommandRun(line)
      #expect(try CommandRun(line).output == clean.output)
      #expect(try CommandRun(["check", "-"], input: clean.output).status == 0)
      let faulty = try CommandRun(line + ["--fault", "RemoveLockForwardRead"])
      let check = try CommandRun(["check", "-"], input: faulty.output)
      #expect(check.status == 1)
      #expect(check.output.contains("error[RemoveLockForwardRead]"))
    }
  }

  @Test("a synthesized trace is the same in every form") func synthesizeBinary() throws {
    let directory = try TemporaryDirectory()
    func make(_ format: String) {
      let line = ["synthesize", "--events", "9000", "--seed", "3", "--fault-rate", "0.05"]
      let made = CommandRun(
        line + ["--format", format, "-o", "@\(format)", "--list-faults", "@\(format).faults"],
        in: directory)
      #expect(made.status == 0)
    }
    for format in ["jsonl", "text", "binary"] { make(format) }
    for format in ["jsonl", "text"] {
      let back = ["convert", "--to", format, "@binary", "@back"]
      #expect(CommandRun(back, in: directory).status == 0)
      #expect(try directory.read("back") == directory.read(format))
      #expect(try directory.read("\(format).faults") == directory.read("binary.faults"))
    }
    let doctor = CommandRun(["doctor", "@binary"], in: directory)
    #expect(doctor.output.contains("read as binary"), "\(doctor.output.prefix(300))")
    #expect(CommandRun(["check", "-q", "@binary"], in: directory).status == 1)
  }
}
