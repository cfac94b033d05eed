/// The events of a finding as a tree: threads in the order in which they ran, routines with what they
/// did within.
struct TraceTree {
  let story: EvidenceStory

  func markup() -> Markup {
    var out: Markup = "<div class=\"tree\">"
    var start = 0
    var seen: Set<UInt64> = []
    for index in story.events.indices {
      let isLast = index == story.events.count - 1
      let thread = story.events[index].thread
      guard isLast || story.events[index + 1].thread != thread else { continue }
      out += segment(start...index, thread, isFirst: seen.insert(thread).inserted)
      start = index + 1
    }
    return out + "</div>\n"
  }

  /// What one thread does until another goes on.
  private func segment(_ range: ClosedRange<Int>, _ thread: UInt64, isFirst: Bool) -> Markup {
    var out: Markup = "<p class=\"thread\">\(EvidenceStory.name(ofThread: thread))"
    // Routines that the thread was in when it was left.
    let open = story.frames.indices.filter { place in
      let frame = story.frames[place]
      return frame.thread == thread && frame.first < range.lowerBound
        && (frame.last >= range.lowerBound)
    }
    if let inner = open.last {
      out += " <span class=\"dim\">goes on in \(story.frames[inner].title)</span>"
    }
    out += "</p><ol>"
    var depth = 0
    for index in range {
      let wanted = level(of: index, from: range.lowerBound)
      while depth > wanted {
        out += "</ol></li>"
        depth -= 1
      }
      let opens = index < range.upperBound && level(of: index + 1, from: range.lowerBound) > wanted
      out += row(index)
      if opens {
        out += "<ol>"
        depth += 1
      } else {
        out += "</li>"
      }
    }
    for _ in 0..<depth { out += "</ol></li>" }
    return out + "</ol>"
  }

  /// How many routines and calls that began in this segment the event is in. A call within which the
  /// thread does nothing else makes no level.
  private func level(of index: Int, from start: Int) -> Int {
    let thread = story.events[index].thread
    return story.frames.indices.count { place in
      let frame = story.frames[place]
      guard frame.thread == thread, frame.first >= start, frame.first < index,
        frame.last >= index
      else { return false }
      return frame.kind != .call || story.hasInside(place)
    }
  }

  private func row(_ index: Int) -> Markup {
    let event = story.events[index]
    let decides = index == story.deciding
    var out: Markup = "<li><div class=\"ev\(decides ? " deciding" : "")\">"
    out += "<span class=\"no\">\(index + 1)</span><span class=\"what\">\(event.text ?? event.event)"
    if let note = event.note {
      out += " <b class=\"note\">\(decides ? "✗ " : "")\(note)</b>"
    }
    out += "</span>"
    if !story.states.isEmpty { out += state(after: index) }
    var place = event.source ?? ""
    if let function = event.function, Self.entries.contains(event.event) || place.isEmpty {
      place += (place.isEmpty ? "" : " ") + function
    }
    out += "<span class=\"src\">\(place)</span>"
    out += "<span class=\"line\">\(event.trace.map { "\($0):" } ?? "line ")\(event.line)</span>"
    if story.events.contains(where: { $0.timestamp != nil }) {
      let since = TimeText.between(story.events[0].timestamp, event.timestamp)
      let time = since.map { index == 0 ? "0" : "+" + TimeText.duration($0) } ?? ""
      out += "<span class=\"time\">\(time)</span>"
    }
    return out + "</div>"
  }

  private static let entries: Set<String> = ["DispatchEnter", "CompletionEnter", "CallbackEnter"]

  private func state(after index: Int) -> Markup {
    let state = story.states[index]
    if state.isEmpty { return "<span class=\"state end\">report</span>" }
    let isNew = index > 0 && story.states[index - 1] != state
    return "<span class=\"state\(isNew ? " new" : "")\">\(MarkupText.words(state))</span>"
  }
}
