extension ReportFormat {
  /// Logging commands, which Azure Pipelines shows as issues of the run.
  public static let azure = ReportFormat(
    "azure", "logging commands of Azure Pipelines: issues of the run"
  ) { report, options in
    AzureReport.text(report, options)
  }
}

/// Writes a report as logging commands.
enum AzureReport {
  static func text(_ report: Report, _ options: ReportOptions) -> [UInt8] {
    let annotations = Annotations(report, options)
    var text = ""
    for annotation in annotations.shown {
      text += "##vso[task.logissue type=\(annotation.severity.rawValue)"
      if let place = annotation.place {
        text += ";sourcepath=\(property(place.path));linenumber=\(place.line)"
      }
      if let rule = annotation.rule { text += ";code=\(property(rule))" }
      let title = annotation.rule.map { "\($0): " } ?? ""
      text += ";]\(data(title + annotation.message))\n"
    }
    if let left = annotations.leftWords { text += "##[warning]\(data(left))\n" }
    return Array((text + data(annotations.summary) + "\n").utf8)
  }

  /// A message: what would end the line is escaped, and so is the escape.
  static func data(_ text: String) -> String { escaped(text, inProperty: false) }

  /// A property: what would end it is escaped as well.
  static func property(_ text: String) -> String { escaped(text, inProperty: true) }

  private static func escaped(_ text: String, inProperty: Bool) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": out.append(contentsOf: "%AZP25".unicodeScalars)
      case "\r": out.append(contentsOf: "%0D".unicodeScalars)
      case "\n": out.append(contentsOf: "%0A".unicodeScalars)
      case ";" where inProperty: out.append(contentsOf: "%3B".unicodeScalars)
      case "]" where inProperty: out.append(contentsOf: "%5D".unicodeScalars)
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
