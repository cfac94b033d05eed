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
    let diagnoses = zip(rules.indices, finished.verdicts).map { diagnose($0, $1, strings) }
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
