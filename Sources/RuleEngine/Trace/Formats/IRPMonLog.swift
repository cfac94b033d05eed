/// The log of IRPMon, which watches any driver's requests from outside: in its text form, or as JSON
/// with the same columns, an object a line or an array of objects.
///
/// A record of type `IRP` says that a dispatch routine was entered and what it returned; IRPMon writes
/// it when the routine returns. A record of type `IRPComp` says that the completion of the request came
/// by the device, on its way up, and with which status. Of what happens in between nothing is known.
/// So:
///
/// - `IRP` becomes DispatchEnter and DispatchExit, next to each other.
/// - Where, by the records' IDs, another device got the same request before its completion came by
///   this one, this one forwarded it: an IoCallDriver in between.
/// - `IRPComp` becomes IoCompleteRequest, for the lowest device in the log that got the request. It stands
///   before the DispatchExit, unless that returned STATUS_PENDING: then nobody knows. A device below that is
///   not watched may have got the request, unless this one is a PDO or handed down a request of the same
///   major function before: then what it was completed with is held against nobody.
/// - `AddDevice` names a PDO, and the `DeviceDetected` records that IRPMon writes next walk up from it:
///   AddDevice with role PDO, and with FDO for what is attached (FDO or FiDO, which is the same to
///   every rule).
/// - `Unload` becomes DriverUnload. Other records are passed over.
///
/// What would arm a rule that asks for more than the log says is left out, so that no rule reports or
/// passes without a reason: the minor code of IRP_MN_START_DEVICE (was it marked pending?), the power
/// state (did the driver forward, allocate, request?) and the relation; the minor code of requests that
/// tell of a removal, or that were answered with success, as `hasMinor` says; a request that was completed with
/// another status than was returned, where a device below may have done that; and one of which nobody knows
/// where it went, at a device that handed down or completed others of its major function (did nobody
/// handle it?). Of `Time` there are only whole seconds in the words of the country; it is not read.
struct IRPMonLog: LogConverter {
  /// A request at one device, from its entry on.
  struct Flight {
    var record: IRPMonRecord
    var irp: UInt64
    var device: UInt64
    var function: String
    var id: UInt64?
    /// How many records came before.
    var serial: UInt64

    /// IRPMon's word for the major function.
    var major: String { String(function.prefix { $0 != ":" }) }
  }

  /// That a device got a request.
  struct Sighting {
    var device: UInt64
    var function: String
    var id: UInt64?
  }

  /// How many requests are waited for, and how many are remembered, twice.
  static let limit = 4096

  private var record = IRPMonRecord()
  /// Of a log that is JSON.
  private var objects: IRPMonObjects?
  private var isBegun = false
  private var recordCount: UInt64 = 0
  var flights: [UInt64: [Flight]] = [:]
  private var flightCount = 0
  /// By IRP: who got it, in two generations.
  private var sightings: [UInt64: [Sighting]] = [:]
  private var olderSightings: [UInt64: [Sighting]] = [:]
  private var sightingCount = 0
  /// The first record from which on all sightings are remembered.
  private var horizon: UInt64 = 0
  private var youngHorizon: UInt64 = 0
  private var devices = IRPMonDevices()
  private var habits = IRPMonHabits()

  init() {}

  /// Whether a log that begins with this line is one.
  static func isBeginning(_ line: [UInt8]) -> Bool {
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("ID = ") { return text.dropFirst(5).allSatisfy(\.isNumber) && line.count > 5 }
    return text == "Type = IRP" || text == "Type = IRPComp"
  }

  mutating func take(
    _ line: UnsafeBufferPointer<UInt8>, number: UInt64, into events: inout EventLines,
    _ out: PaddedBytes
  ) {
    let isBlank = line.allSatisfy { $0 == Ascii.space || $0 == Ascii.tab }
    if !isBegun, !isBlank {
      isBegun = true
      let first = line.first { $0 > Ascii.space && $0 < 0x80 }
      if first == Ascii.openBrace || first == Ascii.openBracket { objects = IRPMonObjects() }
    }
    if var objects {
      self.objects = nil
      objects.take(line, number) { take($0, &events, out) }
      self.objects = objects
    } else if isBlank {
      finishRecord(&events, out)
    } else if !record.take(line, number) {
      finishRecord(&events, out)
      _ = record.take(line, number)
    }
  }

  mutating func finish(into events: inout EventLines, _ out: PaddedBytes) {
    var objects = self.objects
    objects?.finish { take($0, &events, out) }
    finishRecord(&events, out)
    flush(&events, out)
  }

  private mutating func take(
    _ found: IRPMonObjects.Found, _ events: inout EventLines, _ out: PaddedBytes
  ) {
    switch found {
    case .record(let record): take(record, &events, out)
    case .failure(let message, let line, let column):
      events.fail(message, line: line, column: column, to: out)
    }
  }

  private mutating func finishRecord(_ events: inout EventLines, _ out: PaddedBytes) {
    let finished = record
    record = IRPMonRecord()
    if finished.lineCount > 0 { take(finished, &events, out) }
  }

  private mutating func take(
    _ finished: IRPMonRecord, _ events: inout EventLines, _ out: PaddedBytes
  ) {
    recordCount += 1
    let type = finished.text(.type)
    let isUsed: Bool
    switch type {
    case "IRP": isUsed = takeRequest(finished, &events, out)
    case "IRPComp": isUsed = takeCompletion(finished, &events, out)
    case "Unload": isUsed = takeUnload(finished, &events, out)
    default: isUsed = devices.take(finished, &events, out)
    }
    if type != "DriverDetected" && type != "DeviceDetected" && type != "AddDevice" {
      devices.endWalk()
    }
    if !isUsed { events.skipped += finished.lineCount }
  }

  private func takeUnload(
    _ record: IRPMonRecord, _ events: inout EventLines, _ out: PaddedBytes
  ) -> Bool {
    guard let driver = record.driver else { return false }
    events.begin("DriverUnload".utf8, line: record.line, column: 1, to: out)
    events.add(.drv, driver, to: out)
    events.end(to: out)
    return true
  }

  /// An address; what cannot be read is reported.
  static func address(
    _ column: IRPMonRecord.Column, _ record: IRPMonRecord, _ events: inout EventLines,
    _ out: PaddedBytes
  ) -> UInt64? {
    guard let value = record[column] else { return nil }
    if let address = Address(value.text) { return address.rawValue }
    events.fail(
      "expected hex digits for \"\(column.rawValue)\", found \"\(SafeText.escape(value.text))\"",
      line: value.line, column: value.column, to: out)
    return nil
  }
}

/// Requests and their completion.
extension IRPMonLog {
  private mutating func takeRequest(
    _ record: IRPMonRecord, _ events: inout EventLines, _ out: PaddedBytes
  ) -> Bool {
    guard let irp = Self.address(.irp, record, &events, out),
      let device = Self.address(.device, record, &events, out), device != 0,
      let function = record.function, record.returned != nil
    else { return false }
    if let old = remove(irp, device) { emit(old, nil, &events, out) }
    let name = "\(function.major):\(function.minor)"
    let id = record.text(.id).flatMap { UInt64($0) }
    remember(irp, Sighting(device: device, function: name, id: id))
    flights[irp, default: []].append(
      Flight(
        record: record, irp: irp, device: device, function: name, id: id, serial: recordCount))
    flightCount += 1
    if flightCount > Self.limit { flush(&events, out) }
    return true
  }

  private mutating func takeCompletion(
    _ record: IRPMonRecord, _ events: inout EventLines, _ out: PaddedBytes
  ) -> Bool {
    guard let irp = Self.address(.irp, record, &events, out), record.ioStatus != nil else {
      return false
    }
    let device = Self.address(.device, record, &events, out)
    guard let device, let flight = remove(irp, device) else {
      // Its request came before the log began, or has no device: nothing can be said about it.
      let alone = IRPMonEvents(irp: irp, device: device, record: record)
      alone.complete(record, &events, out)
      return true
    }
    emit(flight, record, &events, out)
    return true
  }

  private mutating func remove(_ irp: UInt64, _ device: UInt64) -> Flight? {
    guard let index = flights[irp]?.firstIndex(where: { $0.device == device }) else { return nil }
    let flight = flights[irp]?.remove(at: index)
    if flights[irp]?.isEmpty == true { flights[irp] = nil }
    flightCount -= 1
    return flight
  }

  private mutating func remember(_ irp: UInt64, _ sighting: Sighting) {
    sightings[irp, default: []].append(sighting)
    sightingCount += 1
    if sightingCount < Self.limit { return }
    olderSightings = sightings
    sightings = [:]
    sightingCount = 0
    horizon = youngHorizon
    youngHorizon = recordCount
  }

  /// Writes what is still waited for, in the order of the log.
  private mutating func flush(_ events: inout EventLines, _ out: PaddedBytes) {
    let rest = flights.values.joined().sorted { $0.serial < $1.serial }
    flights = [:]
    flightCount = 0
    for flight in rest { emit(flight, nil, &events, out) }
  }

  /// Where a request went between its entry and its completion.
  private enum Way {
    case unknown
    case forwarded(to: UInt64)
    /// No other device of the log got it.
    case ended

    var isUnknown: Bool { if case .unknown = self { true } else { false } }
  }

  private func way(_ flight: Flight, _ completion: IRPMonRecord) -> Way {
    guard flight.serial > horizon else { return .unknown }
    let all = (sightings[flight.irp] ?? []) + (olderSightings[flight.irp] ?? [])
    let others = all.filter { $0.device != flight.device }
    if others.isEmpty { return .ended }
    guard let id = flight.id, let end = completion.text(.id).flatMap({ UInt64($0) }), id < end,
      others.allSatisfy({ $0.id != nil })
    else { return .unknown }
    let below = others.filter { ($0.id ?? 0) > id && ($0.id ?? 0) < end }
    guard let next = below.min(by: { ($0.id ?? 0) < ($1.id ?? 0) }) else { return .ended }
    return next.function == flight.function ? .forwarded(to: next.device) : .unknown
  }

  private mutating func emit(
    _ flight: Flight, _ completion: IRPMonRecord?, _ events: inout EventLines, _ out: PaddedBytes
  ) {
    let way = completion.map { self.way(flight, $0) } ?? Way.unknown
    let isPending = flight.record.returnedStatus.map { $0 == .pending } ?? true
    let isOpen = isOpen(flight, way)
    // It would look as if the driver had not handled the request, or had returned another status than its own.
    let isStrange =
      way.isUnknown
      ? habits.isFamiliar(flight.device, flight.major) : hasOtherStatus(flight, completion)
    if isOpen, isStrange {
      events.skipped += flight.record.lineCount + (completion?.lineCount ?? 0)
      return
    }
    let request = IRPMonEvents(
      irp: flight.irp, device: flight.device, record: flight.record,
      hasMinor: hasMinor(flight, completion, isOpen: isOpen))
    request.enter(&events, out)
    switch way {
    case .unknown: break
    case .forwarded(let target):
      request.forward(to: target, &events, out)
      habits.handsDown(flight.device, flight.major)
    case .ended: habits.completes(flight.device, flight.major)
    }
    if let completion, case .ended = way, !isPending { request.complete(completion, &events, out) }
    request.exit(&events, out)
    if let completion, case .ended = way, isPending { request.complete(completion, &events, out) }
  }

  /// Whether what the dispatch routine returned decides a rule, wherever the request went: a request about a removal
  /// was answered with STATUS_NOT_SUPPORTED, by a device that is no PDO.
  private func isDecidedByReturn(_ flight: Flight) -> Bool {
    guard flight.record.returnedStatus == .notSupported, let minor = flight.record.pnpMinor,
      Self.removals.contains(minor)
    else { return false }
    return devices.role(of: flight.device) == .fdo || habits.hasForwarded(flight.device)
  }

  /// Whether a device below, which is not watched, may have got the request.
  private func isOpen(_ flight: Flight, _ way: Way) -> Bool {
    switch way {
    case .unknown: true
    case .forwarded: false
    case .ended:
      devices.role(of: flight.device) != .pdo
        && !habits.isBelowWatched(flight.device, flight.major)
    }
  }

  /// Whether the request was completed with another final status than its dispatch routine returned.
  private func hasOtherStatus(_ flight: Flight, _ completion: IRPMonRecord?) -> Bool {
    guard let completed = completion?.completedStatus, let returned = flight.record.returnedStatus
    else { return false }
    return returned != .pending && completed != .pending && returned != completed
  }

  /// Whether the minor code is written. Rules ask who failed some of these requests, who let others succeed without
  /// handing them down, and of a removal that succeeded whether the driver detached and deleted its
  /// device: that the log does not say.
  private func hasMinor(
    _ flight: Flight, _ completion: IRPMonRecord?, isOpen: Bool
  ) -> Bool {
    guard let minor = flight.record.pnpMinor, let returned = flight.record.returnedStatus else {
      return true
    }
    let hasSucceeded = returned.isSuccess && completion?.completedStatus?.isSuccess ?? true
    if minor == "REMOVE_DEVICE", hasSucceeded { return false }
    guard isOpen else { return true }
    if hasSucceeded { return devices.role(of: flight.device) != .fdo }
    return !Self.infallible.contains(minor) || isDecidedByReturn(flight)
  }

  private static let removals: Set<String> = [
    "QUERY_REMOVE_DEVICE", "REMOVE_DEVICE", "SURPRISE_REMOVAL",
  ]

  /// Requests that must not be failed.
  private static let infallible: Set<String> = [
    "REMOVE_DEVICE", "SURPRISE_REMOVAL", "CANCEL_REMOVE_DEVICE", "CANCEL_STOP_DEVICE",
  ]
}
