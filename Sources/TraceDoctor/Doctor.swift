import CheckerReports
import RuleEngine

/// Looks at a trace as a whole: what it contains, what it lacks, and which rules can be decided on it.
///
///     var doctor = try Doctor(rules: Catalog.all)
///     while try reader.next(into: &batch) { doctor.consume(batch, strings: reader.strings) }
///     print(doctor.report(strings: reader.strings).text())
public struct Doctor: Sendable {
  private let rules: [Rule]
  private let reading: Reading
  private var checker: Checker
  private(set) var survey = DoctorSurvey()

  /// Makes a doctor that knows these rules.
  ///
  /// - Throws: `RuleDefinitionError` as `Checker` does.
  public init(rules: [Rule], reading: Reading = .tracked) throws(RuleDefinitionError) {
    self.rules = rules
    self.reading = reading
    var options = Checker.Options()
    options.reading = reading
    options.maxFindings = 1
    checker = try Checker(rules: rules, options: options)
  }

  /// Takes the next piece of the trace.
  public mutating func consume(_ batch: EventBatch, strings: StringTable) {
    survey.counts += batch.counts
    survey.unknown += batch.unknown
    for event in batch.events { survey.take(event) }
    checker.consume(batch.events, strings: strings)
  }

  /// What there is to say. `head` are the first bytes of the trace, by which its format and the prefix
  /// of its lines are recognised.
  public func report(
    strings: StringTable, path: String = "", format: InputFormat? = nil, head: [UInt8] = []
  ) -> DoctorReport {
    var finished = checker
    finished.finish(strings: strings)
    var trace = contents(strings)
    trace.path = path
    trace.format = format ?? (head.isEmpty ? nil : InputFormat.detected(in: head))
    if trace.format == .text { trace.prefix = PrefixDescription.describe(head) }
    let diagnoses = rules.indices.map { diagnose($0, finished.verdicts[$0], strings) }
    var observations = observations(trace, unmatchedExits: checker.unmatchedExits)
    if strings.isFull {
      observations.append(
        DoctorReport.Observation(weight: .limit, message: StringTable.fullMessage, advice: nil))
    }
    return DoctorReport(
      trace: trace, observations: observations,
      rules: diagnoses)
  }

  private func contents(_ strings: StringTable) -> DoctorReport.Contents {
    var contents = DoctorReport.Contents()
    contents.events = survey.counts.events
    contents.skipped = survey.counts.skipped
    contents.malformed = survey.counts.malformed
    contents.unknownEvents = survey.counts.unknownEvents
    contents.unknownFields = survey.counts.unknownFields
    contents.lost = survey.counts.lost
    contents.threads = survey.threads.count
    contents.drivers = survey.drivers.map { strings[$0] }
    contents.devices = survey.devices.count
    contents.locks = survey.locks.count
    contents.kinds = kindCounts(strings)
    return contents
  }

  // MARK: Rules

  private func diagnose(
    _ index: Int, _ verdicts: VerdictCounts, _ strings: StringTable
  ) -> DoctorReport.RuleDiagnosis {
    let needs = needs(of: rules[index], strings)
    let decidability: DoctorReport.Decidability
    var reasons: [String] = []
    if verdicts.violated > 0 || verdicts.passed > 0 {
      // What came to a verdict can be decided, whatever else is missing.
      reasons = needs.missing + needs.limits
      decidability = reasons.isEmpty ? .decided : .partly
    } else if !needs.missing.isEmpty {
      decidability = .undecidable
      reasons = needs.missing
    } else if verdicts.armed == 0 {
      decidability = .notExercised
      reasons = needs.idle
    } else {
      decidability = .undecidable
      reasons = ["it was armed, and the trace left every case open" + gapWords]
    }
    return DoctorReport.RuleDiagnosis(
      id: rules[index].id, decidability: decidability, armed: verdicts.armed,
      passed: verdicts.passed, violated: verdicts.violated, undecided: verdicts.undecided,
      reasons: reasons)
  }

  private var gapWords: String {
    survey.firstGap == nil
      ? ": trace on until the requests are finished" : ": close the gaps, and trace on to the end"
  }

  private func needs(of rule: Rule, _ strings: StringTable) -> DoctorNeeds {
    var needs = DoctorNeeds()
    guard let form = try? rule.form(in: reading) else { return needs }
    switch form.scope {
    case .context(let scope):
      lookAtRequests(scope, &needs)
      lookAtDevices(scope.devices, &needs)
      needs.look(at: form.machine, survey) { fact in
        UInt8(exactly: fact).flatMap(ContextFact.init)?.groups ?? []
      }
    case .lock(let scope, _):
      lookAtLocks(scope, form.machine, &needs)
    case .device:
      needs.need(survey.has(.ioAcquireRemoveLock), "log IoAcquireRemoveLock")
      needs.need(survey.has(.dispatchEnter), Self.entries)
    case .ownIRP(let scope): lookAtOwnIRPs(scope, form.machine, &needs)
    case .allocation(let scope): lookAtAllocations(scope, form.machine, &needs)
    case .keyHandle(let scope): lookAtKeyHandles(scope, form.machine, &needs)
    case .call(let scope): lookAtCalls(scope, strings, &needs)
    case .hold(let scope): lookAtHolds(scope, form.machine, &needs)
    case .run: lookAtRuns(form.machine, &needs)
    case .events(let subject, let patterns):
      lookAtEvents(rule, subject, patterns, strings, &needs)
    case .monitor:
      lookAtCustomEvents(rule.customEvents, kinds: [], strings, &needs)
    case .absent: needs.idle = ["the reading \(reading.rawValue) does not have it"]
    }
    return needs
  }

  private static let entries =
    "log DispatchEnter with dev, irp, mj and mn when a dispatch routine starts"

  private func lookAtRequests(_ scope: ContextScope, _ needs: inout DoctorNeeds) {
    needs.need(survey.has(.dispatchEnter), Self.entries)
    needs.need(
      survey.has(.dispatchExit),
      "log DispatchExit with irp and status when a dispatch routine returns")
    guard survey.has(.dispatchEnter), let majors = scope.majors, let major = majors.first else {
      return
    }
    let number = Int(major.rawValue)
    let occurs = survey.majors[number] > 0
    if scope.minors != nil || scope.needsMinor, occurs {
      needs.need(
        survey.withoutMinor[number] < survey.majors[number],
        "log mn on the DispatchEnter of \(major.name)")
    }
    if scope.powerStates != nil, occurs {
      needs.need(
        survey.powerWithoutState == 0, "log type and state on the DispatchEnter of IRP_MN_SET_POWER"
      )
    }
  }

  private func lookAtDevices(
    _ devices: ContextScope.DeviceScope, _ needs: inout DoctorNeeds
  ) {
    if devices.contains(.usesRemoveLocks) {
      needs.need(
        survey.has(
          .ioAcquireRemoveLock, .ioReleaseRemoveLock, .ioReleaseRemoveLockAndWait,
          .ioInitializeRemoveLock),
        "log the remove-lock routines: IoInitializeRemoveLock, IoAcquireRemoveLock with its status, "
          + "IoReleaseRemoveLock, IoReleaseRemoveLockAndWait and its return")
    }
    if devices.contains(.onlyBus) {
      needs.need(
        survey.hasBusDriver, "log AddDevice with bus=1 for a bus driver's devices: it is about them"
      )
    } else if devices.contains(.functionOrFilter), !survey.has(.addDevice) {
      let advice = "log AddDevice with role (FDO, FIDO or PDO) for each device"
      if survey.has(.ioCallDriver, .poCallDriver) {
        needs.limits.append("roles are guessed from what devices forward; \(advice)")
      } else if reading == .tracked {
        needs.missing.append("no role is known, and a PDO may do what an FDO may not; \(advice)")
      }
    }
  }

  private func lookAtLocks(
    _ scope: LockScope, _ machine: MachineTable, _ needs: inout DoctorNeeds
  ) {
    needs.need(
      !survey.locks.isEmpty,
      "log the remove-lock routines: IoInitializeRemoveLock, IoAcquireRemoveLock with its status, "
        + "IoReleaseRemoveLock, IoReleaseRemoveLockAndWait and its return")
    if survey.locks.isEmpty { return }
    switch scope {
    case .everyLife: break
    case .countKnown:
      needs.need(
        !survey.initializedLocks.isEmpty || survey.has(.ioReleaseRemoveLockAndWaitReturn),
        "log IoInitializeRemoveLock, or trace from before the devices are added: the count of a lock "
          + "is not known otherwise")
    case .maximumTime:
      if !survey.initializedLocks.isEmpty && !survey.hasMaximumTime { return }
      needs.need(survey.hasMaximumTime, "log IoInitializeRemoveLock with maxmin")
      needs.need(survey.withoutTime == 0, "log ts on every event")
    case .highWatermark:
      if !survey.initializedLocks.isEmpty && !survey.hasHighWatermark { return }
      needs.need(survey.hasHighWatermark, "log IoInitializeRemoveLock with highwater")
    }
    let facts = machine.rows.filter { $0.kind == .report }.compactMap {
      UInt8(exactly: $0.fact).flatMap(LockFact.init)
    }
    if facts.contains(.usedUninitialized) {
      needs.need(
        survey.beginsWithStart && survey.has(.addDevice),
        "begin the trace before the devices are added: TraceStart first, then AddDevice")
    }
    needs.look(at: machine, survey) { fact in
      UInt8(exactly: fact).flatMap(LockFact.init)?.groups ?? []
    }
  }
}

/// What is said about the trace as a whole.
extension Doctor {
  private typealias Observation = DoctorReport.Observation

  private func observations(
    _ trace: DoctorReport.Contents, unmatchedExits: UInt64
  ) -> [DoctorReport.Observation] {
    var found: [Observation] = []
    func say(_ weight: Observation.Weight, _ message: String, _ advice: String? = nil) {
      found.append(Observation(weight: weight, message: message, advice: advice))
    }
    if survey.counts.events == 0 {
      say(
        .problem, "no event is recognised",
        "log events as docs/trace-format.md describes, or say with --input-format or --map what it is"
      )
      return found
    }
    sayAboutGaps(trace, &found)
    sayAboutThreads(trace, &found)
    sayAboutRoutines(unmatchedExits, &found)
    if !survey.has(.addDevice) {
      say(
        .limit, "no AddDevice: the roles of devices are unknown",
        "log AddDevice with dev and role; begin the trace before the devices are added")
    }
    if !survey.beginsWithStart {
      say(
        .limit, "no TraceStart at the beginning: what happened before is unknown",
        "log TraceStart first where tracing begins before the devices are added")
    }
    if survey.irpWithoutDevice > 0 {
      say(
        .limit,
        "\(TextLayout.grouped(survey.irpWithoutDevice)) of \(TextLayout.grouped(survey.irpEvents)) "
          + "events name an irp and no dev: where several devices have it, whose it is gets guessed",
        "log dev on every event that names an irp")
    }
    sayAboutLocks(&found)
    sayAboutTimes(&found)
    if trace.format == .irpmon {
      say(
        .note, "an IRPMon log shows requests from outside: what a driver calls is not in it",
        "log from within the driver (docs/tracing.md) to have the other rules decided")
    }
    sayAboutUnknown(trace, &found)
    let order: [Observation.Weight] = [.problem, .limit, .note]
    return order.flatMap { weight in found.filter { $0.weight == weight } }
  }

  private func sayAboutUnknown(_ trace: DoctorReport.Contents, _ found: inout [Observation]) {
    for name in survey.unknown.names.prefix(10) {
      let times = name.count == 1 ? "once" : "\(TextLayout.grouped(name.count)) times"
      found.append(
        Observation(
          weight: name.isSlip ? .problem : .note,
          message: "\(name.text.debugDescription) is no event that is known; it occurs \(times), "
            + "first at line \(name.first.line)",
          advice: name.nearest.map { "write \($0), if that is meant" }))
    }
    let told = survey.unknown.names.prefix(10).reduce(0) { $0 + $1.count }
    if trace.unknownEvents > told || trace.unknownFields > 0 {
      found.append(
        Observation(
          weight: .note,
          message: "\(trace.unknownEvents - min(told, trace.unknownEvents)) events of further "
            + "unknown names, \(trace.unknownFields) unknown fields and words were passed over"))
    }
  }

  private func sayAboutGaps(_ trace: DoctorReport.Contents, _ found: inout [Observation]) {
    guard let gap = survey.firstGap else { return }
    let malformed = survey.counts.malformed
    found.append(
      Observation(
        weight: .problem,
        message:
          "\(survey.counts.lost) gaps (TraceLost) and \(malformed) malformed events, the first "
          + "at line \(gap.line): what is live there is undecided",
        advice: malformed > 0
          ? "run \"check\" to see what is wrong with them"
          : "give the tracer a larger buffer, or log less"))
  }

  private func sayAboutThreads(_ trace: DoctorReport.Contents, _ found: inout [Observation]) {
    if survey.withoutThread == 0 { return }
    let isNone = survey.withoutThread == survey.counts.events
    found.append(
      Observation(
        weight: .problem,
        message: (isNone
          ? "no event names a thread"
          : "\(TextLayout.grouped(survey.withoutThread)) events name no thread")
          + ": all of them count as one thread, and calls of others stand among its own",
        advice: "log tid on every event, or have the logger write it in a prefix that is known"))
  }

  private func sayAboutRoutines(_ unmatchedExits: UInt64, _ found: inout [Observation]) {
    func say(_ weight: Observation.Weight, _ message: String, _ advice: String) {
      found.append(Observation(weight: weight, message: message, advice: advice))
    }
    if !survey.has(.dispatchEnter) {
      say(
        .problem, "no DispatchEnter: there is no request to check",
        "log the entry of every dispatch routine with dev, irp, mj and mn")
    } else if !survey.has(.dispatchExit) {
      say(
        .problem, "no DispatchExit: what holds when a dispatch routine returns cannot be decided",
        "log DispatchExit with irp and status when a dispatch routine returns")
    }
    if unmatchedExits > 0 {
      let all = survey.count([.dispatchExit, .completionExit, .callbackExit])
      say(
        unmatchedExits * 10 > all ? .problem : .note,
        "\(TextLayout.grouped(unmatchedExits)) of \(TextLayout.grouped(all)) exits of routines match "
          + "no entry",
        "log entry and exit of a routine on the same thread, with the same irp and dev")
    }
    if survey.has(.ioSetCompletionRoutine, .ioSetCompletionRoutineEx),
      !survey.has(.completionEnter)
    {
      say(
        .problem, "completion routines are set, and none is ever entered",
        "log CompletionEnter and CompletionExit in every completion routine")
    }
  }

  private func sayAboutLocks(_ found: inout [Observation]) {
    let strange = survey.locks.subtracting(survey.initializedLocks).count
    if strange > 0 {
      found.append(
        Observation(
          weight: .limit,
          message:
            "\(strange) of \(survey.locks.count) remove locks are used and not initialised in "
            + "the trace: how often they are held is unknown",
          advice:
            "log IoInitializeRemoveLock with dev; begin the trace before the devices are added"))
    }
    let acquires = survey.count([.ioAcquireRemoveLock])
    let releases = survey.count([.ioReleaseRemoveLock, .ioReleaseRemoveLockAndWait])
    if acquires == 0 && releases > 0 {
      found.append(
        Observation(
          weight: .problem, message: "remove locks are released, and none is ever acquired",
          advice: "log IoAcquireRemoveLock with lock, tag and status when it returns"))
    } else if acquires > 0 && releases == 0 {
      found.append(
        Observation(
          weight: .problem, message: "remove locks are acquired, and none is ever released",
          advice: "log IoReleaseRemoveLock and IoReleaseRemoveLockAndWait with lock and tag"))
    }
  }

  private func sayAboutTimes(_ found: inout [Observation]) {
    if survey.withoutTime > 0 {
      let isNone = survey.withoutTime == survey.counts.events
      found.append(
        Observation(
          weight: .note,
          message: (isNone
            ? "no event has a time stamp"
            : "\(TextLayout.grouped(survey.withoutTime)) events have no time stamp")
            + ": how long a lock is held is not checked",
          advice: "log ts, in nanoseconds"))
    }
    if let place = survey.firstStepBack {
      found.append(
        Observation(
          weight: .problem,
          message: "time goes back \(TextLayout.grouped(survey.stepsBack)) times, first at line "
            + "\(place.line): the lines may not stand in the order of the events, which decides",
          advice:
            "sort the events of all processors by time before they are written, or log to one "
            + "buffer"))
    }
  }
}
