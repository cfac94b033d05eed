/// Writes the events of a request in an IRPMon log.
struct IRPMonEvents {
  let irp: UInt64
  let device: UInt64?
  /// The record of the request.
  let record: IRPMonRecord
  /// Whether the minor code is written, which arms rules.
  var hasMinor = true

  func enter(_ events: inout EventLines, _ out: PaddedBytes) {
    begin("DispatchEnter", record, &events, out)
    guard let function = record.function else { return events.end(to: out) }
    let major = IRPMonRecord.majors[function.major].map { "IRP_MJ_" + $0 }
    let place = record[.major] ?? record[.subtype]
    let word = major ?? String(function.major.prefix { $0 != ">" })
    events.add(
      Field.mj.name.utf8, word.utf8, line: place?.line, column: place?.column ?? 1, to: out)
    if hasMinor, let minor = record.pnpMinor { events.add(.mn, "IRP_MN_" + minor, to: out) }
    if let ioctl = record.ioctl { events.add(.ioctl, ioctl, to: out) }
    if let irql = record.irql { events.add(.irql, irql, to: out) }
    events.end(to: out)
  }

  func forward(to target: UInt64, _ events: inout EventLines, _ out: PaddedBytes) {
    begin("IoCallDriver", record, &events, out)
    events.add(.target, Address(target).description, to: out)
    events.end(to: out)
  }

  func exit(_ events: inout EventLines, _ out: PaddedBytes) {
    begin("DispatchExit", record, &events, out)
    if let status = record.returned {
      events.add(
        Field.status.name.utf8, status.text.utf8, line: status.line, column: status.column, to: out)
    }
    events.end(to: out)
  }

  /// The completion, which stands in a record of its own and on a thread of its own.
  func complete(_ completion: IRPMonRecord, _ events: inout EventLines, _ out: PaddedBytes) {
    begin("IoCompleteRequest", completion, &events, out)
    if let status = completion.ioStatus {
      events.add(
        Field.status.name.utf8, status.text.utf8, line: status.line, column: status.column, to: out)
    }
    events.end(to: out)
  }

  private func begin(
    _ name: String, _ record: IRPMonRecord, _ events: inout EventLines, _ out: PaddedBytes
  ) {
    events.begin(name.utf8, line: record.line, column: 1, to: out)
    if let thread = record[.thread] {
      events.add(
        Field.tid.name.utf8, thread.text.utf8, line: thread.line, column: thread.column, to: out)
    }
    if let driver = record.driver { events.add(.drv, driver, to: out) }
    if let device { events.add(.dev, Address(device).description, to: out) }
    events.add(.irp, Address(irp).description, to: out)
  }
}

/// The devices of an IRPMon log whose place in their stack is known.
struct IRPMonDevices {
  /// Where the walk up a stack is that IRPMon writes behind an AddDevice.
  private enum Walk {
    case none
    /// The PDO is expected next.
    case fromPDO(UInt64)
    case above
  }

  private var roles: [UInt64: DeviceRole] = [:]
  private var walk = Walk.none

  /// How many devices are remembered.
  private static let limit = 1 << 16

  mutating func endWalk() { walk = .none }

  /// What the device is, where an AddDevice told.
  func role(of device: UInt64) -> DeviceRole? { roles[device] }

  /// Takes a record of a type that may be about devices; false where it says nothing.
  mutating func take(
    _ record: IRPMonRecord, _ events: inout EventLines, _ out: PaddedBytes
  ) -> Bool {
    switch record.text(.type) {
    case "AddDevice":
      walk = .none
      let isDone = record.returned.map { ["0x0", "STATUS_SUCCESS"].contains($0.text) } ?? false
      guard isDone, let device = IRPMonLog.address(.device, record, &events, out), device != 0
      else { return false }
      walk = .fromPDO(device)
      return learn(device, .pdo, record, driver: nil, &events, out)
    case "DeviceDetected":
      guard let device = IRPMonLog.address(.device, record, &events, out), device != 0 else {
        return false
      }
      switch walk {
      case .none: return false
      case .fromPDO(let pdo):
        walk = device == pdo ? .above : .none
        return false
      case .above: return learn(device, .fdo, record, driver: record.driver, &events, out)
      }
    default: return false
    }
  }

  private mutating func learn(
    _ device: UInt64, _ role: DeviceRole, _ record: IRPMonRecord, driver: String?,
    _ events: inout EventLines, _ out: PaddedBytes
  ) -> Bool {
    if roles[device] == role || roles.count >= Self.limit { return false }
    roles[device] = role
    events.begin("AddDevice".utf8, line: record.line, column: 1, to: out)
    if let driver { events.add(.drv, driver, to: out) }
    events.add(.dev, Address(device).description, to: out)
    events.add(.role, role.name, to: out)
    events.end(to: out)
    return true
  }
}

extension String {
  /// The text without blanks at its ends.
  var trimmingBlanks: String {
    let front = drop { $0 == " " || $0 == "\t" }
    guard let last = front.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return String(front[...last])
  }
}
