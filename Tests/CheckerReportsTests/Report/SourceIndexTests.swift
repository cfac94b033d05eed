import RuleEngine
import Testing

@testable import CheckerReports

@Suite("Places in the source") struct SourceIndexTests {
  private static let index = SourceIndex(
    base: nil,
    files: [
      "hub/pnp.c", "filter\\lower\\pnp.c", "filter/upper/pnp.c", "common/Trace.C",
      "lidsense/power.c",
      "batmon/power.c",
    ])

  @Test(
    "are found by name, path and driver; where it is not clear, not at all",
    arguments: [
      ("trace.c", nil, "common/Trace.C"), ("C:\\b\\common\\trace.c", nil, "common/Trace.C"),
      ("pnp.c", nil, nil), ("d:\\w\\hub\\pnp.c", nil, "hub/pnp.c"),
      ("../upper/pnp.c", nil, "filter/upper/pnp.c"), ("UPPER\\PNP.C", nil, "filter/upper/pnp.c"),
      ("power.c", "lidsense", "lidsense/power.c"), ("power.c", "BatMon", "batmon/power.c"),
      ("power.c", "other", nil), ("none.c", nil, nil), ("", nil, nil), ("/", nil, nil),
    ] as [(String, String?, String?)])
  func search(_ source: String, _ driver: String?, _ expected: String?) {
    #expect(Self.index.path(of: source, driver: driver) == expected)
  }

  @Test(
    "a position is a file and a line",
    arguments: [
      ("a.c:12", "a.c", 12), ("C:\\a.c:7", "C:\\a.c", 7), ("C:\\a.c", "C:\\a.c", nil),
      ("a.c", "a.c", nil), ("a.c:", "a.c:", nil), ("a.c:0", "a.c:0", nil), (":5", ":5", nil),
    ] as [(String, String, Int?)])
  func position(_ text: String, _ file: String, _ line: Int?) {
    let position = SourcePosition(text)
    #expect(position.file == file && position.line == line)
  }

  @Test(
    "folders become URIs",
    arguments: [
      ("/w/src", "file:///w/src/"), ("/w/sub/../src/.", "file:///w/src/"),
      ("C:\\work\\my drivers", "file:///C:/work/my%20drivers/"),
      ("\\\\server\\share", "file://server/share/"),
    ] as [(String, String)])
  func folder(_ path: String, _ expected: String) {
    #expect(SourceIndex.directoryURI(path) == expected)
  }

  @Test("where the deciding event names no place, the event before it that matters does")
  func nearestPlace() {
    var finding = SampleReports.finding("Forward", .error, "t.log", 20, "00000000000000aa")
    finding.source = nil
    finding.evidence[2].source = nil
    #expect(finding.place(ReportOptions(rules: [])).path == "done.c")
    finding.evidence[0].source = "enter.c:3"
    finding.evidence[0].note = "not released"
    #expect(finding.place(ReportOptions(rules: [])).path == "enter.c")
  }

  @Test(
    "days of the calendar",
    arguments: [
      (0, "1970-01-01"), (86_399, "1970-01-01"), (951_782_400, "2000-02-29"),
      (1_709_164_800, "2024-02-29"), (4_107_542_400, "2100-03-01"), (-1, "1969-12-31"),
    ] as [(Int64, String)])
  func days(_ seconds: Int64, _ expected: String) {
    #expect(CalendarDate(secondsSince1970: seconds).description == expected)
    #expect(CalendarDate(expected)?.description == expected)
  }

  @Test(
    "what is no day",
    arguments: [
      "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026-01-01 ", "",
    ])
  func noDay(_ text: String) {
    #expect(CalendarDate(text) == nil)
  }
}
