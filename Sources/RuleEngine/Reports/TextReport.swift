extension ReportFormat {
  /// The report for a person.
  public static let text = ReportFormat("text", "for a person at a terminal") { report, options in
    Array("\(report.summary.findings) findings\n".utf8)
  }
}
