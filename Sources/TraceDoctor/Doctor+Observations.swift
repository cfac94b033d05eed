import CheckerReports
import RuleEngine

/// What is said about the trace as a whole.
extension Doctor {
  private typealias Observation = DoctorReport.Observation

  func observations(
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
