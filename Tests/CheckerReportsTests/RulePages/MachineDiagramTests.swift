import RuleEngine
import Rules
import Testing

@testable import CheckerReports

@Suite("Diagrams of automata") struct MachineDiagramTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let rule: Rule
    let reading: Reading
    var testDescription: String { "\(rule.id) [\(reading.rawValue)]" }
    var machine: MachineTable { get throws { try rule.form(in: reading).machine } }
  }

  static let cases = Catalog.all.flatMap { rule in
    Reading.allCases.filter(rule.readings.contains).map { Case(rule: rule, reading: $0) }
  }

  @Test("boxes lie apart, edges lead to the right", arguments: cases)
  func layout(_ test: Case) throws {
    let layout = MachinePicture(try test.machine, path: [], message: nil).layout
    let boxes = layout.boxes.filter { $0.height > 0 }
    #expect(boxes.count > 3)
    for (place, a) in boxes.enumerated() {
      #expect(a.x >= 0 && a.y >= 0)
      #expect(a.x + a.width <= layout.width + 0.01 && a.y + a.height <= layout.height + 0.01)
      for b in boxes[(place + 1)...] {
        let isApart =
          a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y
          || b.y + b.height < a.y
        #expect(isApart, "\(a) and \(b)")
      }
    }
    for edge in layout.edges {
      for (from, to) in zip(edge.chain, edge.chain.dropFirst()) {
        #expect(layout.boxes[from].x + layout.boxes[from].width < layout.boxes[to].x)
      }
    }
  }

  @Test("no edge runs through a box", arguments: cases)
  func edgesPassBetween(_ test: Case) throws {
    let layout = MachinePicture(try test.machine, path: [], message: nil).layout
    for edge in layout.edges {
      for passed in edge.via {
        for box in layout.boxes where box.layer == layout.boxes[passed].layer && box.height > 0 {
          let y = layout.boxes[passed].y
          #expect(y < box.y || y > box.y + box.height)
        }
      }
    }
  }

  @Test("no picture is so wide that it has to be printed small", arguments: cases)
  func width(_ test: Case) throws {
    let picture = MachinePicture(try test.machine, path: [], message: nil)
    #expect(picture.layout.width < 900)
  }

  @Test("states below each other keep their order, and their lines stay apart", arguments: cases)
  func spine(_ test: Case) throws {
    let picture = MachinePicture(try test.machine, path: [], message: nil)
    guard let spine = picture.spine else { return }
    let boxes = MachineSpine.order(picture.graph).map { picture.layout.boxes[$0] }
    for (above, below) in zip(boxes, boxes.dropFirst()) {
      #expect(above.y + above.height + 20 < below.y)
    }
    for (place, line) in spine.lines.enumerated() {
      guard let lane = line.lane else {
        #expect(line.from.y < line.to.y)
        continue
      }
      #expect(lane < -9 && lane > -spine.width)
      let span = min(line.from.y, line.to.y)...max(line.from.y, line.to.y)
      for other in spine.lines[(place + 1)...] where other.lane == lane {
        #expect(
          !span.overlaps(min(other.from.y, other.to.y)...max(other.from.y, other.to.y)))
      }
    }
  }

  @Test("a picture that stands alone needs no variables") func standalone() throws {
    let svg = MachineDiagram.svg(try Self.cases[0].machine)
    #expect(!svg.contains("var("))
    #expect(svg.contains("fill:#fdecea") && svg.contains("prefers-color-scheme:dark"))
  }

  @Test("text fits its box", arguments: cases)
  func textFits(_ test: Case) throws {
    let picture = MachinePicture(try test.machine, path: [], message: nil)
    for (place, lines) in picture.texts.enumerated() {
      let box = picture.layout.boxes[place]
      for line in lines {
        #expect(TextMeasure.width(line.text, size: MachinePicture.size) < box.width)
      }
      #expect(Double(lines.count) * MachinePicture.lineHeight < box.height)
    }
  }

  @Test("every row is on exactly one arrow, from its state to its outcome", arguments: cases)
  func rows(_ test: Case) throws {
    let machine = try test.machine
    let graph = MachineGraph(machine)
    #expect(graph.arrows.flatMap(\.rows).sorted() == Array(machine.rows.indices))
    for arrow in graph.arrows {
      #expect(graph.nodes.contains(arrow.target))
      for row in arrow.rows.map({ machine.rows[$0] }) {
        #expect(arrow.sources.contains(row.state))
        #expect(MachineGraph.target(of: row) == arrow.target)
      }
    }
    // Long labels are broken at blanks, and long names behind signs that stand in them.
    func joined(_ text: String, _ ends: String) -> String {
      text.replacing(ends, with: "").replacing(" ", with: "")
    }
    let dot = joined(MachineDiagram.dot(machine), "\\n")
    let mermaid = joined(MachineDiagram.mermaid(machine), "<br/>")
    let svg = MachineDiagram.svg(machine)
    for row in machine.rows {
      #expect(dot.contains(row.factMeaning.replacing(" ", with: "")))
      #expect(svg.contains("<title>\(row.factName)</title>"))
      let words = row.factMeaning.prefix { $0 != "(" && $0 != "," && $0 != ":" }
      #expect(mermaid.contains(words.replacing(" ", with: "")))
    }
  }

  @Test("the way that a finding took is shown", arguments: [Reading.tracked, .sdv])
  func path(_ reading: Reading) throws {
    for rule in Catalog.all {
      var drawn: Set<String> = []
      var options = Checker.Options()
      options.reading = reading
      options.keepsPaths = true
      let fresh = try Checker(rules: [rule], options: options)
      let machine = try rule.form(in: reading).machine
      for example in rule.examples
      where rule.expectation(of: example, in: reading) == .violation {
        let notation = try ShortNotation(example.trace)
        var checker = fresh
        checker.consume(notation.events, strings: notation.strings)
        checker.finish(strings: notation.strings)
        let finding = try #require(checker.findings.first)
        // Many examples take the same way.
        let way = finding.path.map { "\($0.from) \($0.fact)" } + [finding.message]
        guard drawn.insert(way.joined(separator: "\n")).inserted else { continue }
        let svg = MachineDiagram.svg(
          machine,
          path: finding.path.map { .init(from: $0.from, fact: $0.fact, to: $0.to) },
          message: finding.message)
        #expect(svg.contains("class=\"end report taken\""), "\(rule.id): \(example.title)")
        #expect(svg.contains("class=\"badge\""))
      }
    }
  }
}
