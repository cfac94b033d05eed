import CheckerReports
import RuleEngine

/// `state`: the model as it stands at a line of a trace.
enum StateCommand {
  private static let at = OptionDefinition(
    name: "at", kind: .number(1...UInt64.max), help: "the line after which the model is shown",
    standard: "the end of the trace")

  static let definition = CommandDefinition(
    name: "state",
    summary: "show who holds which lock, and what is open, at a line of a trace",
    discussion: [
      "Lists every remove lock with its state, count and holders (tag, source line and age of each "
        + "acquisition), every live IRP with what it waits for, every IRP that a driver made "
        + "itself with where it is, every thread's open routines, and what each thread holds: "
        + "spin locks, regions, resources; and to which IRQL it has raised itself and not lowered. "
        + "Of pool memory that is allocated it shows the places of which most is left. "
        + "For a removal that hangs, look at the end of the trace: the holders that are listed are "
        + "those that it waits for."
    ],
    operands: [
      OperandDefinition(
        placeholder: "TRACE", kind: .file, help: "a file, or - for standard input")
    ],
    options: [at, CheckOptions.reading] + InputOptions.all,
    examples: [
      ("state hang.log", "who holds the lock that the removal waits for"),
      ("state --at 1200 driver.jsonl", "the model after line 1200"),
    ],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let trace = try SingleTrace(invocation.arguments.operands[0], invocation)
    var options = Checker.Options()
    options.reading =
      invocation.arguments.text(CheckOptions.reading).flatMap { Reading(rawValue: $0) } ?? .tracked
    let last = invocation.arguments.number(at) ?? .max
    var checker: Checker
    do {
      checker = try Checker(rules: [], options: options)
    } catch {
      throw CommandError("\(error)")
    }
    var now: Int64?
    var line: UInt64 = 0
    var strings = StringTable()
    let counts = try trace.read { batch, known throws(CommandError) in
      strings = known
      for event in batch.events {
        guard event.position.line <= last else { return false }
        checker.consume(event, strings: known)
        line = event.position.line
        if event.has(.ts) { now = event.timestamp }
      }
      return true
    }
    let snapshot = checker.snapshot(strings: strings, now: now)
    let wanted = last < .max && last > counts.lines ? last : nil
    invocation.streams.output.write(SnapshotText.render(snapshot, line: line, wanted: wanted))
    return ExitStatus.clean
  }
}

/// A snapshot as text.
private enum SnapshotText {
  /// - Parameter wanted: The line that was asked for, where the trace ends before it.
  static func render(_ snapshot: Snapshot, line: UInt64, wanted: UInt64?) -> String {
    let end = wanted.map { ", the last event: the trace ends before line \($0)" } ?? ""
    var lines = ["state after line \(line)\(end)", ""]
    lines.append("remove locks: \(snapshot.locks.count)")
    for lock in snapshot.locks { lines += describe(lock) }
    lines += ["", "live IRPs: \(snapshot.contexts.count)"]
    for context in snapshot.contexts { lines += describe(context) }
    lines += ["", "IRPs that drivers made: \(snapshot.ownIRPs.count)"]
    for irp in snapshot.ownIRPs { lines += describe(irp) }
    lines += ["", "threads with open routines: \(snapshot.threads.count)"]
    for thread in snapshot.threads {
      lines.append("  thread \(hex(thread.id)), innermost first")
      for frame in thread.frames.reversed() {
        lines.append("    \(frame.words), since line \(frame.entered.line)")
      }
    }
    lines += memory(snapshot.memory)
    if !snapshot.holding.isEmpty {
      let count = snapshot.holding.count
      lines += ["", "threads that hold something or have raised their IRQL: \(count)"]
      for thread in snapshot.holding { lines += describe(thread) }
    }
    return lines.map(SafeText.escape).joined(separator: "\n") + "\n"
  }

  /// The pool memory that is left, where the trace shows any.
  private static func memory(_ memory: Snapshot.Memory) -> [String] {
    guard memory.allocations > 0 else { return [] }
    var lines = ["", "pool memory: \(amount(memory.allocations, memory.bytes))"]
    for place in memory.largest {
      var words = "  \(amount(place.count, place.bytes))"
      if !place.tag.isEmpty { words += ", tag \(place.tag)" }
      if !place.driver.isEmpty { words += " (\(place.driver))" }
      words += ", \(place.source.isEmpty ? "place unknown" : place.source)"
      if !place.function.isEmpty { words += " in \(place.function)" }
      lines.append(words + ", the oldest since line \(place.oldest.line)")
    }
    return lines
  }

  private static func amount(_ count: Int, _ bytes: UInt64) -> String {
    let many = count == 1 ? "one allocation" : "\(count) allocations"
    return bytes > 0 ? "\(many), \(bytes) bytes" : many
  }

  private static func describe(_ lock: Snapshot.Lock) -> [String] {
    var head = "  \(hex(lock.address)): \(lock.state)"
    if let owner = lock.owner { head += ", of device \(hex(owner))" }
    if !lock.driver.isEmpty { head += " (\(lock.driver))" }
    if !lock.isCertain { head += ", uncertain since a gap" }
    var lines = [head]
    if let waiter = lock.waiter {
      lines.append("    waits: IoReleaseRemoveLockAndWait, \(place(waiter))")
    }
    for holder in lock.holders {
      var words = "    held: tag \(holder.tag == 0 ? "NULL" : hex(holder.tag))"
      if let irp = holder.irp {
        words += ", for \(holder.request)\(irp == holder.tag ? "" : " " + hex(irp))"
      }
      words += ", \(place(holder.acquired))"
      if let age = holder.age { words += ", for \(TimeText.duration(age))" }
      lines.append(words)
    }
    return lines
  }

  private static func describe(_ thread: Snapshot.HoldingThread) -> [String] {
    ["  thread \(hex(thread.id)), in the order in which it happened"]
      + thread.held.map { held in
        var words = "    \(held.words), since \(place(held.taken))"
        if !held.driver.isEmpty { words += " (\(held.driver))" }
        if let age = held.age { words += ", for \(TimeText.duration(age))" }
        return words
      }
  }

  private static func describe(_ context: Snapshot.Context) -> [String] {
    var head = "  \(context.request) \(hex(context.irp)) at device \(hex(context.device))"
    if !context.driver.isEmpty { head += " (\(context.driver))" }
    var body = "    since \(place(context.opened)); waits for \(context.waitsFor)"
    if context.held > 0 {
      body += "; holds the lock \(context.held == 1 ? "once" : "\(context.held) times")"
    }
    if !context.isCertain { body += "; uncertain since a gap" }
    return [head, body]
  }

  private static func describe(_ irp: Snapshot.OwnIRP) -> [String] {
    var head = "  \(irp.kind.ddi) \(hex(irp.irp))"
    if let device = irp.device { head += " for device \(hex(device))" }
    if !irp.driver.isEmpty { head += " (\(irp.driver))" }
    var body = "    made in \(place(irp.made)); \(irp.whereabouts)"
    if irp.hasRoutine { body += "; its completion routine has not been entered" }
    return [head, body]
  }

  private static func place(_ place: Snapshot.Place) -> String {
    var words = "line \(place.position.line), thread \(hex(place.thread))"
    if !place.source.isEmpty { words += ", \(place.source)" }
    if !place.function.isEmpty { words += " in \(place.function)" }
    return words
  }

  private static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
