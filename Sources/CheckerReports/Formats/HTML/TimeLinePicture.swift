/// A picture of the time line: a lane for each thread with its routines as bars and its events as
/// numbered marks, and a band for the remove lock.
struct TimeLinePicture {
  private let story: EvidenceStory
  /// Where each event is, from the left.
  private(set) var places: [Double] = []
  private let hasLabels: Bool
  /// Where the lanes begin, from the top, in the order of the threads.
  private(set) var lanes: [(top: Double, depth: Int)] = []
  private var bottom = 0.0

  private static let labelWidth = 118.0
  private static let barHeight = 18.0
  private static let markRow = 30.0
  private static let top = 22.0
  private static let holdHeight = 11.0

  init(_ story: EvidenceStory) {
    self.story = story
    hasLabels = story.events.count <= 24
    setPlaces()
    var y = Self.top
    for thread in story.threads {
      let depth = story.frames.filter { $0.thread == thread }.map { $0.depth + 1 }.max() ?? 0
      lanes.append((y, depth))
      y += Double(depth) * Self.barHeight + Self.markRow + (hasLabels ? 12 : 0) + 8
    }
    bottom = y
  }

  private var isTimed: Bool { story.events.contains { $0.timestamp != nil } }

  private func gap(before index: Int) -> Int64? {
    TimeText.between(story.events[index - 1].timestamp, story.events[index].timestamp)
  }

  /// Gaps grow with the logarithm of the time: what is long must not push apart what is short.
  private mutating func setPlaces() {
    let least = hasLabels ? 50.0 : 26.0
    let times = story.events.indices.dropFirst().compactMap { gap(before: $0) }.filter { $0 > 0 }
      .sorted()
    let unit = Double(times.isEmpty ? 1 : times[(times.count - 1) / 2])
    var x = Self.labelWidth + 24
    for index in story.events.indices {
      if index > 0 {
        let ratio = Double(max(0, gap(before: index) ?? 0)) / unit
        x += least + min(58, 9 * Self.log2(1 + ratio))
      }
      places.append(x)
    }
  }

  /// The binary logarithm of a number from 1 up, to a hundredth or so.
  private static func log2(_ value: Double) -> Double {
    guard value.isFinite, value >= 1 else { return 0 }
    return Double(value.exponent) + (value.significand - 1)
      * (1.34 - 0.34 * (value.significand - 1))
  }

  private func isBreak(_ index: Int) -> Bool { places[index] - places[index - 1] > 84 }

  // MARK: Drawing

  func markup() -> Markup {
    guard let last = places.last else { return "" }
    let width = last + 60
    let height = bottom + (story.held.isEmpty ? 0 : bandHeight + 8)
    var out: Markup = """
      <svg class="tl" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      role="img"><title>time line of the events 1 to \(places.count)</title>
      """
    out += decidingLine(height)
    for (place, thread) in story.threads.enumerated() { out += lane(place, thread, width) }
    if !story.held.isEmpty { out += band(width) }
    out += times()
    for index in story.events.indices { out += mark(index) }
    return out + "</svg>\n"
  }

  private func decidingLine(_ height: Double) -> Markup {
    guard let deciding = story.deciding else { return "" }
    let place = markPlace(deciding)
    return """
      <path class="decides" d="M\(place.x) \(Self.top - 4)V\(place.y - 9)\
      M\(place.x) \(place.y + (hasLabels ? 26 : 9))V\(height - 2)"/>
      """
  }

  private func lane(_ place: Int, _ thread: UInt64, _ width: Double) -> Markup {
    let lane = lanes[place]
    let next = place + 1 < lanes.count ? lanes[place + 1].top : bottom
    let middle = (lane.top + next) / 2
    var out: Markup = """
      <rect class="lane" x="0" y="\(lane.top - 4)" width="\(width)" height="\(next - lane.top - 4)" \
      rx="4"/><text class="name" x="8" y="\(middle)">\(EvidenceStory.name(ofThread: thread))</text>
      """
    for frame in story.frames where frame.thread == thread {
      out += bar(frame, lane.top, width)
    }
    return out
  }

  /// A bar for a frame; one that has not returned runs on to the end of the picture.
  private func bar(_ frame: EvidenceStory.Frame, _ top: Double, _ width: Double) -> Markup {
    let left = places[frame.first] - 14
    let right = frame.isClosed ? places[frame.last] + 14 : width - 8
    let y = top + Double(frame.depth) * Self.barHeight
    let title = Self.shortened(frame.title, to: right - left - 12)
    let kind = frame.kind == .call ? "call" : "routine"
    let open = frame.isClosed ? "" : " open"
    return """
      <g class="\(kind)\(open)"><title>\(frame.title)\(frame.isClosed ? "" : " (has not returned)")\
      </title><rect x="\(left)" y="\(y)" width="\(right - left)" height="\(Self.barHeight - 3)" \
      rx="3"/><text x="\(left + 6)" y="\(y + 11)">\(title)</text></g>
      """
  }

  private static func shortened(_ text: String, to width: Double) -> String {
    if TextMeasure.width(text, size: 10.5) <= width { return text }
    var text = text
    while text.count > 1, TextMeasure.width(text + "…", size: 10.5) > width { text.removeLast() }
    return text.count > 1 ? text + "…" : ""
  }

  private func markPlace(_ index: Int) -> (x: Double, y: Double) {
    let thread = story.events[index].thread
    let lane = lanes[story.threads.firstIndex(of: thread) ?? 0]
    return (places[index], lane.top + Double(lane.depth) * Self.barHeight + 12)
  }

  private func mark(_ index: Int) -> Markup {
    let event = story.events[index]
    let place = markPlace(index)
    var kind = "event"
    if event.event == "IoAcquireRemoveLock" {
      kind = EvidenceStory.succeeded(event) ? "acquire" : "refused"
    } else if event.event.hasPrefix("IoReleaseRemoveLock") {
      kind = "release"
    }
    let decides = index == story.deciding ? " deciding" : ""
    var out: Markup = """
      <g class="mark \(kind)\(decides)"><title>\(index + 1): \(event.text ?? event.event)</title>\
      <circle cx="\(place.x)" cy="\(place.y)" r="9"/>\
      <text class="no" x="\(place.x)" y="\(place.y + 3.6)">\(index + 1)</text>
      """
    if hasLabels {
      out += """
        <text class="word" x="\(place.x)" y="\(place.y + 22)">\(Self.word(event.event))</text>
        """
    }
    return out + "</g>"
  }

  /// An event's name in a word that fits under its mark.
  private static func word(_ event: String) -> String {
    switch event {
    case "DispatchEnter", "CompletionEnter", "CallbackEnter": "enters"
    case "DispatchExit", "CompletionExit", "CallbackExit": "exits"
    case "IoAcquireRemoveLock": "acquire"
    case "IoReleaseRemoveLock": "release"
    case "IoReleaseRemoveLockAndWait": "wait"
    case "IoInitializeRemoveLock": "init"
    case "IoCallDriver", "PoCallDriver": "forward"
    case "IoCallDriverReturn", "PoCallDriverReturn", "IoReleaseRemoveLockAndWaitReturn": "returned"
    case "IoCompleteRequest": "complete"
    case "IoMarkIrpPending": "pending"
    case "IoSetCompletionRoutine", "IoSetCompletionRoutineEx": "routine"
    case "IoSkipCurrentIrpStackLocation": "skip"
    case "IoCopyCurrentIrpStackLocationToNext": "copy"
    case "KeWaitForSingleObject": "waited"
    case "IoDetachDevice": "detach"
    case "IoDeleteDevice": "delete"
    case "WmiSystemControl": "WMI"
    case _ where event.contains("Insert") || event.contains("Push"): "queue"
    case _ where event.contains("Remove"): "dequeue"
    default: ""
    }
  }

  // MARK: Time and lock

  private func times() -> Markup {
    guard isTimed else { return "" }
    var out: Markup = """
      <text class="name" x="8" y="13">time</text>
      """
    if !places.isEmpty {
      out += "<text class=\"time\" x=\"\(places[0])\" y=\"13\">0</text>"
    }
    for index in places.indices.dropFirst() where isBreak(index) {
      guard let elapsed = gap(before: index) else { continue }
      let x = (places[index - 1] + places[index]) / 2
      out += """
        <rect class="cut" x="\(x - 3)" y="\(Self.top - 4)" width="6" height="\(bottom - Self.top)"/>\
        <text class="time" x="\(x)" y="13">⋯ \(TimeText.duration(elapsed)) ⋯</text>
        """
    }
    return out
  }

  private var bandHeight: Double {
    Double(min(4, max(1, story.held.max() ?? 1))) * Self.holdHeight + 10
  }

  private func band(_ width: Double) -> Markup {
    let base = bottom + bandHeight - 4
    var out: Markup = """
      <rect class="lane" x="0" y="\(bottom - 4)" width="\(width)" height="\(bandHeight + 4)" rx="4"/>\
      <text class="name" x="8" y="\(bottom + bandHeight / 2 + 2)">remove lock held</text>
      """
    var start = 0
    for index in story.held.indices {
      let isLast = index == story.held.count - 1
      guard isLast || story.held[index + 1] != story.held[start] else { continue }
      let depth = story.held[start]
      let right = isLast ? places[index] + 36 : places[index + 1]
      let height = Double(min(4, depth)) * Self.holdHeight
      if depth > 0 {
        out += """
          <g class="hold"><rect x="\(places[start])" y="\(base - height)" \
          width="\(right - places[start])" height="\(height)"/>\
          <text x="\((places[start] + right) / 2)" y="\(base - height / 2 + 3.5)">\(depth)</text></g>
          """
      }
      start = index + 1
    }
    return out
  }
}
