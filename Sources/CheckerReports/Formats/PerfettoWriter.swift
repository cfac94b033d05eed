import RuleEngine

/// Writes a trace in the Trace Event Format of Chrome, which the Perfetto UI shows: routines as slices
/// of their thread, acquisitions of remove locks as asynchronous slices, other events and findings as
/// instants.
///
/// Times are microseconds from the first event. Where the first event has no time stamp, each line of
/// the trace is one microsecond. Time never goes back: an event with an earlier stamp than the one
/// before it stands where that one does, so that slices nest. What is open at the end is closed there.
/// In memory is only what is open.
public struct PerfettoWriter {
  private struct Frame {
    var kind: EventKind
    /// The IRP, the lock, or the hash of a callback's kind.
    var subject: UInt64
    var name: String
  }

  private struct Acquisition: Hashable {
    var lock: UInt64
    var tag: UInt64
  }

  /// The acquisitions of one lock with one tag, the oldest first.
  private struct Queue {
    private var all: [(number: Int, thread: UInt64)] = []
    private var first = 0

    var open: ArraySlice<(number: Int, thread: UInt64)> { all[first...] }

    mutating func append(_ number: Int, _ thread: UInt64) { all.append((number, thread)) }

    mutating func popFirst() -> (number: Int, thread: UInt64)? {
      guard first < all.count else { return nil }
      defer { first += 1 }
      // What is gone is given back when it is half of all: so each is moved once or twice.
      if first > 32, first * 2 > all.count {
        all.removeFirst(first)
        first = 0
      }
      return all[first]
    }
  }

  private var pairs = EventPairs()
  private var frames: [UInt64: [Frame]] = [:]
  private var frameCount = 0
  private var held: [Acquisition: Queue] = [:]
  private var heldCount = 0
  private var acquisitionCount = 0
  /// The first time stamp; nil where lines are the time.
  private var origin: Int64?
  /// By file: what its lines are behind, where lines are the time.
  private var fileStarts: [Int: Int64] = [:]
  private var now: Int64 = 0
  private var isBegun = false

  /// How many frames and acquisitions are open at most; what is beyond is left out.
  private static let limit = 1 << 18
  /// How many frames of one thread are open at most: its stack has no room for more.
  private static let depthLimit = 1 << 10

  /// Makes a writer of one file.
  public init() {}

  /// Adds an event.
  public mutating func append(_ event: Event, strings: StringTable, to out: inout [UInt8]) {
    begin(event, &out)
    now = max(now, time(event.has(.ts) ? event.timestamp : nil, event.position, isFirst: true))
    pairs.take(event, strings: strings)
    switch event.kind {
    case .dispatchEnter, .completionEnter, .callbackEnter, .ioReleaseRemoveLockAndWait:
      if event.kind == .ioReleaseRemoveLockAndWait { release(event, &out) }
      open(event, &out)
    case .dispatchExit, .completionExit, .callbackExit, .ioReleaseRemoveLockAndWaitReturn:
      close(event, &out)
    case .ioAcquireRemoveLock where event.status == .success: acquire(event, &out)
    case .ioReleaseRemoveLock: release(event, &out)
    default: instant(event, &out)
    }
  }

  /// Adds a finding. Findings may come in any order, and after the events.
  public mutating func append(_ finding: Finding, to out: inout [UInt8]) {
    beginDocument(&out)
    let time = min(time(finding.timestamp, finding.position, isFirst: false), now)
    var args = [
      JSONValue.Member("message", .string(finding.message)),
      JSONValue.Member("severity", .string(finding.severity.rawValue)),
      JSONValue.Member("line", .number(finding.position.line)),
    ]
    if let irp = finding.irp { args.append(.init("irp", .string(Address(irp).description))) }
    if let lock = finding.lock { args.append(.init("lock", .string(Address(lock).description))) }
    write(
      "i", finding.rule, "finding", finding.thread, time, [.init("s", "g")], args, &out)
  }

  /// Ends the file.
  public mutating func finish(to out: inout [UInt8]) {
    beginDocument(&out)
    for (thread, open) in frames.sorted(by: { $0.key < $1.key }) {
      for frame in open.reversed() { write("E", frame.name, "routine", thread, now, [], [], &out) }
    }
    let rest = held.flatMap { key, queue in queue.open.map { (key, $0) } }
    for (key, open) in rest.sorted(by: { $0.1.number < $1.1.number }) {
      writeLock("e", key, open.number, open.thread, [.init("held", "at the end")], &out)
    }
    frames = [:]
    held = [:]
    out.append(contentsOf: "\n]}\n".utf8)
  }
}

extension PerfettoWriter {
  private mutating func begin(_ event: Event, _ out: inout [UInt8]) {
    if !isBegun && event.has(.ts) { origin = event.timestamp }
    beginDocument(&out)
  }

  private mutating func beginDocument(_ out: inout [UInt8]) {
    if isBegun { return }
    isBegun = true
    out.append(contentsOf: "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n".utf8)
    out.append(contentsOf: "{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"name\":\"process_name\",".utf8)
    out.append(contentsOf: "\"args\":{\"name\":\"drivers\"}}".utf8)
  }

  /// Nanoseconds from the beginning.
  private mutating func time(
    _ timestamp: Int64?, _ position: TracePosition, isFirst: Bool
  ) -> Int64 {
    if let origin {
      guard let timestamp else { return now }
      let (time, isTooLong) = timestamp.subtractingReportingOverflow(origin)
      return isTooLong ? now : max(0, time)
    }
    if fileStarts[position.file] == nil { fileStarts[position.file] = isFirst ? now : 0 }
    let (time, isTooLong) =
      (fileStarts[position.file] ?? 0).addingReportingOverflow(Int64(position.line) * 1000)
    return isTooLong ? now : time
  }

  private static func subject(of event: Event) -> UInt64 {
    switch event.kind {
    case .callbackEnter, .callbackExit: event.operand
    case .ioReleaseRemoveLockAndWait, .ioReleaseRemoveLockAndWaitReturn: event.lock
    default: event.irp
    }
  }

  private static func entry(of exit: EventKind) -> EventKind {
    switch exit {
    case .dispatchExit: .dispatchEnter
    case .completionExit: .completionEnter
    case .callbackExit: .callbackEnter
    default: .ioReleaseRemoveLockAndWait
    }
  }

  private mutating func open(_ event: Event, _ out: inout [UInt8]) {
    let depth = frames[event.thread]?.count ?? 0
    if frameCount >= Self.limit || depth >= Self.depthLimit { return instant(event, &out) }
    let name: String
    switch event.kind {
    case .dispatchEnter:
      let minor = event.has(.mn) ? " " + event.minor.name(of: event.major) : ""
      name = event.major.name + minor
    case .completionEnter: name = "completion routine"
    case .callbackEnter: name = pairs.fields.first { $0.key == "kind" }?.value ?? "callback"
    default: name = pairs.name
    }
    frames[event.thread, default: []].append(
      Frame(kind: event.kind, subject: Self.subject(of: event), name: name))
    frameCount += 1
    write("B", name, "routine", event.thread, now, [], args(event), &out)
  }

  private mutating func close(_ event: Event, _ out: inout [UInt8]) {
    let kind = Self.entry(of: event.kind)
    let subject = Self.subject(of: event)
    guard let open = frames[event.thread],
      let index = open.lastIndex(where: { $0.kind == kind && $0.subject == subject })
    else { return instant(event, &out) }
    for number in (index..<open.count).reversed() {
      write(
        "E", open[number].name, "routine", event.thread, now, [],
        number == index ? args(event) : [], &out)
    }
    frameCount -= open.count - index
    if index == 0 {
      frames[event.thread] = nil
    } else {
      frames[event.thread]?.removeLast(open.count - index)
    }
  }

  private mutating func acquire(_ event: Event, _ out: inout [UInt8]) {
    if heldCount >= Self.limit { return }
    let key = Acquisition(lock: event.lock, tag: event.tag)
    acquisitionCount += 1
    heldCount += 1
    held[key, default: Queue()].append(acquisitionCount, event.thread)
    writeLock("b", key, acquisitionCount, event.thread, args(event), &out)
  }

  private mutating func release(_ event: Event, _ out: inout [UInt8]) {
    let key = Acquisition(lock: event.lock, tag: event.tag)
    guard let open = held[key]?.popFirst() else {
      if event.kind == .ioReleaseRemoveLock { instant(event, &out) }
      return
    }
    if held[key]?.open.isEmpty == true { held[key] = nil }
    heldCount -= 1
    writeLock("e", key, open.number, open.thread, args(event), &out)
  }

  private func writeLock(
    _ phase: String, _ key: Acquisition, _ number: Int, _ thread: UInt64,
    _ args: [JSONValue.Member], _ out: inout [UInt8]
  ) {
    write(
      phase, "lock \(Address(key.lock)) tag \(Address(key.tag))", "remove lock", thread, now,
      [.init("id", .string("0x" + String(number, radix: 16)))], args, &out)
  }

  private func instant(_ event: Event, _ out: inout [UInt8]) {
    let isGap = event.kind == .traceLost || event.kind == .malformed
    write(
      "i", pairs.name, isGap ? "gap" : "event", event.thread, now,
      [.init("s", isGap ? "g" : "t")], args(event), &out)
  }

  private func args(_ event: Event) -> [JSONValue.Member] {
    pairs.fields.compactMap { key, value in
      key == "ts" || key == "tid" ? nil : JSONValue.Member(key, .string(value))
    } + [JSONValue.Member("line", .number(event.position.line))]
  }

  private func write(
    _ phase: String, _ name: String, _ category: String, _ thread: UInt64, _ time: Int64,
    _ more: [JSONValue.Member], _ args: [JSONValue.Member], _ out: inout [UInt8]
  ) {
    var members: [JSONValue.Member] = [
      .init("ph", .string(phase)), .init("pid", 1), .init("tid", .number(thread)),
      .init("ts", .integer(Self.microseconds(time))), .init("name", .string(name)),
      .init("cat", .string(category)),
    ]
    members += more
    if !args.isEmpty { members.append(.init("args", .object(args))) }
    out.append(contentsOf: ",\n".utf8)
    JSONValue.object(members).append(to: &out)
  }

  private static func microseconds(_ time: Int64) -> String {
    let rest = String(time % 1000)
    let fraction = String(repeating: "0", count: 3 - rest.count) + rest
    return fraction == "000" ? String(time / 1000) : "\(time / 1000).\(fraction)"
  }
}
