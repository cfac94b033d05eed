/// The source around the places that the evidence names.
struct SourceExcerpts {
  /// A part of a source file.
  struct Excerpt {
    var file: String
    var lines: ClosedRange<Int>
    /// For each line the numbers of the events there.
    var marks: [Int: [Int]]
    var isDeciding: Bool
  }

  private let story: EvidenceStory
  private let load: (String) -> [String]?

  /// Lines around a place, and excerpts of one finding.
  private static let margin = 3
  private static let limit = 8
  /// Characters of a line that are shown.
  private static let lineLimit = 240

  init(_ story: EvidenceStory, load: @escaping (String) -> [String]?) {
    self.story = story
    self.load = load
  }

  func markup() -> Markup {
    var files: [String: [String]] = [:]
    var out = Markup()
    for excerpt in excerpts() {
      if files[excerpt.file] == nil { files[excerpt.file] = load(excerpt.file) ?? [] }
      if let lines = files[excerpt.file], excerpt.lines.lowerBound <= lines.count {
        out += draw(excerpt, lines)
      }
    }
    return out
  }

  /// `pnp.c:120` as file and line.
  static func place(_ source: String) -> (file: String, line: Int)? {
    guard let colon = source.lastIndex(of: ":"), colon > source.startIndex,
      let line = Int(source[source.index(after: colon)...]), line > 0
    else { return nil }
    return (String(source[..<colon]), line)
  }

  /// The one with the deciding event first, the others in the order of their events.
  func excerpts() -> [Excerpt] {
    var places: [(file: String, line: Int, event: Int)] = []
    for (index, event) in story.events.enumerated() {
      if let source = event.source, let place = Self.place(source) {
        places.append((place.file, place.line, index))
      }
    }
    var found: [Excerpt] = []
    for file in places.map(\.file).uniqued() {
      let here = places.filter { $0.file == file }.sorted {
        ($0.line, $0.event) < ($1.line, $1.event)
      }
      for place in here {
        let range = max(1, place.line - Self.margin)...(place.line + Self.margin)
        if let last = found.last, last.file == file, last.lines.upperBound + 1 >= range.lowerBound {
          found[found.count - 1].lines = last.lines.lowerBound...range.upperBound
        } else {
          found.append(Excerpt(file: file, lines: range, marks: [:], isDeciding: false))
        }
        found[found.count - 1].marks[place.line, default: []].append(place.event + 1)
        if place.event == story.deciding { found[found.count - 1].isDeciding = true }
      }
    }
    return Array((found.filter(\.isDeciding) + found.filter { !$0.isDeciding }).prefix(Self.limit))
  }

  private func draw(_ excerpt: Excerpt, _ lines: [String]) -> Markup {
    let deciding = story.deciding.map { $0 + 1 }
    var out: Markup = "<figure class=\"source\"><figcaption>\(excerpt.file)</figcaption><pre>"
    for number in excerpt.lines where number <= lines.count {
      let marks = excerpt.marks[number] ?? []
      let kind = marks.contains { $0 == deciding } ? "hit deciding" : marks.isEmpty ? "" : "hit"
      let text = lines[number - 1].replacing("\t", with: "    ")
      out += "<span class=\"\(kind)\"><i>\(TextLayout.padLeft(String(number), 5))</i> "
      out += "\(text.count > Self.lineLimit ? text.prefix(Self.lineLimit) + "…" : text[...])"
      if !marks.isEmpty {
        out += " <b>\(marks.map { "‹\($0)›" }.joined(separator: " "))</b>"
      }
      out += "</span>\n"
    }
    return out + "</pre></figure>"
  }
}

extension Sequence where Element: Hashable {
  /// The elements without repetitions, each at its first place.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
