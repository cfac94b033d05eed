import RuleEngine
import Testing

@testable import CheckerReports

@Suite("HTML report") struct HTMLReportTests {
  private func read(_ findings: [Report.Finding]? = nil) throws -> MarkupReader {
    try MarkupReader(HTMLSamples.page(HTMLSamples.report(findings: findings)))
  }

  @Test func pageNeedsNothingBesideItself() throws {
    let page = try read()
    for element in page.elements {
      #expect(!["link", "img", "iframe", "object", "base"].contains(element.name))
      #expect(element.attributes["src"] == nil)
    }
    let policy = page.elements.compactMap { $0.attributes["content"] }.first
    #expect(policy?.hasPrefix("default-src 'none'; ") == true)
    let style = page.elements.first { $0.name == "style" }?.text ?? ""
    #expect(style.contains("prefers-color-scheme:dark") && style.contains("@media print"))
    #expect(!style.contains("url(") && !style.contains("@import"))
  }

  @Test func pageHasItsParts() throws {
    let page = try read()
    let headings = page.elements.filter { ["h1", "h2", "h3"].contains($0.name) }.map(\.text)
    for start in [
      "1 fault in 1 trace", "Findings", "Sample", "Time line", "Trace", "Automaton", "Source",
      "Rules", "Traces",
    ] {
      #expect(headings.contains { $0.hasPrefix(start) }, "\(start) in \(headings)")
    }
    let fault = try #require(page.elements.first { $0.attributes["class"] == "fault" })
    for text in ["remedy", "3 events are left out", "was forwarded", "t, line 6", "not released"] {
      #expect(fault.text.contains(text), "\(text)")
    }
  }

  @Test func oneFaultIsShownOnceWithItsCount() throws {
    var findings = (0..<4).map { HTMLSamples.finding(line: 6 + $0 * 10) }
    findings.append(HTMLSamples.finding(fingerprint: "other"))
    let page = try read(findings)
    let faults = page.elements.filter { $0.attributes["class"] == "fault" }
    #expect(faults.count == 2)
    #expect(faults.count { $0.text.contains("×4") && $0.text.contains("3 more findings") } == 1)
    let links = page.elements.compactMap { $0.attributes["href"] }.filter { $0.hasPrefix("#f") }
    let targets = page.elements.compactMap { $0.attributes["id"] }
    // Two of the index, and one to the fault whose automaton went the same way.
    #expect(links.count == 3 && links.allSatisfy { targets.contains(String($0.dropFirst())) })
  }

  @Test func emptyReportSaysSo() throws {
    let page = try read([])
    #expect(page.elements.contains { $0.name == "h1" && $0.text == "nothing was checked" })
    #expect(!page.elements.contains { $0.name == "nav" || $0.name == "form" })
  }

  @Test func findingsWithoutEvidenceOrPathAreShown() throws {
    var finding = HTMLSamples.finding(evidence: [])
    finding.path = nil
    finding.driver = nil
    finding.source = nil
    let page = try read([finding])
    let fault = try #require(page.elements.first { $0.attributes["class"] == "fault" })
    #expect(fault.attributes["data-driver"] == "" && fault.text.contains("message"))
  }

  // MARK: The story of the evidence

  /// Events as `thread:word`, a release with the line of what it takes (`1:release=2`), and what the story must
  /// say of each: its frame's number and the depth.
  private func check(
    _ events: String, frames: String, held: [Int], _ reading: Reading = .tracked
  ) {
    let names = [
      "enter": "DispatchEnter", "exit": "DispatchExit", "centre": "CompletionEnter",
      "cexit": "CompletionExit", "call": "IoCallDriver", "return": "IoCallDriverReturn",
      "acquire": "IoAcquireRemoveLock", "fail": "IoAcquireRemoveLock",
      "release": "IoReleaseRemoveLock", "mark": "IoMarkIrpPending",
      "wait": "IoReleaseRemoveLockAndWait", "drained": "IoReleaseRemoveLockAndWaitReturn",
    ]
    let evidence = events.split(separator: " ").enumerated().map { index, word in
      let parts = word.split(separator: ":")
      let verb = String(parts[1].prefix { $0 != "=" })
      let status = verb == "fail" ? "STATUS_DELETE_PENDING" : "STATUS_SUCCESS"
      var event = HTMLSamples.evidence(
        UInt64(index + 1), names[verb] ?? verb, thread: UInt64(parts[0]) ?? 0,
        text: "\(names[verb] ?? verb) → \(status), tag = the IRP", note: nil)
      if let sign = parts[1].firstIndex(of: "=") {
        event.releases = UInt64(parts[1][parts[1].index(after: sign)...])
      }
      return event
    }
    let story = EvidenceStory(
      HTMLSamples.finding(line: UInt64(evidence.count), evidence: evidence), reading)
    #expect(story.frameOfEvent.map { $0 < 0 ? "-" : String($0) }.joined(separator: " ") == frames)
    #expect(story.held == held, "\(events)")
  }

  @Test func storyFollowsFrames() {
    check(
      "1:enter 1:call 1:centre 1:mark 1:cexit 1:return 1:mark 1:exit",
      frames: "0 1 2 2 2 1 0 0", held: [])
    check("1:enter 2:centre 1:exit 2:cexit", frames: "0 1 0 1", held: [])
    check("1:enter 1:call 1:exit 1:mark", frames: "0 1 0 -", held: [])
  }

  @Test func storyFollowsTheLockAsTheModelDoes() {
    check("1:enter 1:acquire 1:release=2 1:exit", frames: "0 0 0 0", held: [0, 1, 0, 0])
    check("1:exit 1:acquire 1:fail 1:mark", frames: "- - - -", held: [0, 1, 1, 1])
    // A release that took nothing that is told, whatever its tag.
    check("1:acquire 1:release=0 1:release=1 1:release=0", frames: "- - - -", held: [1, 1, 0, 0])
    // The first acquisition is what was taken, not the last one.
    check("1:acquire 1:acquire 1:release=1 1:release=1", frames: "- - - -", held: [1, 2, 1, 1])
    check("1:acquire 1:wait=0 1:drained", frames: "- 0 0", held: [1, 1, 0])
    // SDV has one counter.
    check("1:acquire 1:release=0 1:release=0", frames: "- - -", held: [1, 0, 0], .sdv)
    // What earlier versions wrote does not tell.
    check("1:acquire 1:release", frames: "- -", held: [])
  }

  @Test func statesFollowThePath() {
    let story = EvidenceStory(HTMLSamples.finding(), .tracked)
    #expect(
      story.states == ["watching", "watching", "wasForwarded", "wasForwarded", "wasForwarded", ""])
    #expect(story.deciding == 5)
  }

  @Test func timeLineKeepsOrderAndCompressesGaps() {
    let story = EvidenceStory(HTMLSamples.finding(), .tracked)
    let places = TimeLinePicture(story).places
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { $0 >= 26 && $0 < 120 })
    #expect(gaps[2] == gaps.max())
  }

  static let excerpts: [(lines: [UInt64], ranges: [ClosedRange<Int>])] = [
    ([10], [7...13]), ([1], [1...4]), ([10, 14], [7...17]), ([10, 30], [27...33, 7...13]),
  ]

  @Test("the source around each place, the deciding one first", arguments: excerpts)
  func source(_ row: (lines: [UInt64], ranges: [ClosedRange<Int>])) {
    let evidence = row.lines.map { HTMLSamples.evidence($0, "IoMarkIrpPending") }
    let finding = HTMLSamples.finding(line: row.lines.last ?? 0, evidence: evidence)
    let excerpts = SourceExcerpts(EvidenceStory(finding, .tracked)) { _ in nil }.excerpts()
    #expect(excerpts.map(\.lines) == row.ranges)
    #expect(excerpts.first?.isDeciding == true)
  }

  static let durations: [(Int64, String)] = [
    (0, "0 ns"), (999, "999 ns"), (1500, "1.50 µs"), (21_800, "21.8 µs"), (1_000_000, "1 ms"),
    (-2_040_000, "−2.04 ms"), (4_200_000_000, "4.20 s"), (61_000_000_000, "1 min 1 s"),
    (7_260_000_000_000, "2 h 1 min"), (.min, "−2562047 h 47 min"),
  ]

  @Test(arguments: durations) func duration(_ row: (Int64, String)) {
    #expect(TimeText.duration(row.0) == row.1)
  }
}
