import Testing

@testable import CheckerReports

@Suite("Reports read back") struct ReportFileTests {
  @Test(
    "a report that does not fit is told with its place",
    arguments: [
      ("[]", "1:1 a report must be an object {…}, not an array"),
      ("{\"runs\":[]}", "1:1 this is no JSON report; make one with --format json"),
      (
        "{\"version\":2,\"summary\":{}}",
        "1:12 a report of version 2; this checker reads version 1"
      ),
      ("{\"version\":1,\"summary\":{}}", "1:1 \"tool\" is missing"),
      (
        "{\"version\":1,\"tool\":{\"name\":\"a\",\"version\":\"1\"},\"reading\":\"both\",\"summary\":{}}",
        "1:58 Cannot initialize Reading from invalid String value both"
      ),
      (
        "{\"version\":1,\"tool\":{\"name\":\"a\",\"version\":7},\"reading\":\"sdv\",\"summary\":{}}",
        "1:43 expected a string, found 7"
      ),
    ])
  func reports(_ text: String, _ expected: String) {
    do {
      _ = try Report(json: Array(text.utf8))
      Issue.record("\(text) was read")
    } catch {
      #expect("\(error.position.line):\(error.position.column) \(error.message)" == expected)
    }
  }
}
