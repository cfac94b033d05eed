extension ReportFormat {
  /// Workflow commands, which GitHub shows as annotations at the lines of a pull request.
  public static let github = ReportFormat(
    "github", "workflow commands of GitHub Actions: annotations of a pull request"
  ) { report, options in
    GitHubReport.text(report, options)
  }
}

/// Writes a report as workflow commands.
enum GitHubReport {
  static func text(_ report: Report, _ options: ReportOptions) -> [UInt8] {
    let annotations = Annotations(report, options)
    var text = ""
    for annotation in annotations.shown {
      text += "::\(annotation.severity.rawValue) "
      if let place = annotation.place {
        text += "file=\(property(place.path)),line=\(place.line),"
      }
      text += "title=\(property(annotation.title))"
      text += "::\(data(annotation.message))\n"
    }
    if let left = annotations.leftWords {
      text += "::notice title=\(property(report.tool.name))::\(data(left))\n"
    }
    return Array((text + annotations.summary + "\n").utf8)
  }

  /// A message: what would end the line is escaped.
  static func data(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": out.append(contentsOf: "%25".unicodeScalars)
      case "\r": out.append(contentsOf: "%0D".unicodeScalars)
      case "\n": out.append(contentsOf: "%0A".unicodeScalars)
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  /// A property: what would end it is escaped as well.
  static func property(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in data(text).unicodeScalars {
      switch scalar {
      // Azure Pipelines would take two of them for a command.
      case "#" where out.last == "#": out.append(contentsOf: "%23".unicodeScalars)
      case ":": out.append(contentsOf: "%3A".unicodeScalars)
      case ",": out.append(contentsOf: "%2C".unicodeScalars)
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
