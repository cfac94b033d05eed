/// Events in a driver developer's words.
enum EventWords {
  /// The tag in relation to the IRP of the context that it is told with.
  static func tag(_ tag: UInt64, irp: UInt64?) -> String {
    if tag == 0 { return "tag = NULL" }
    if let irp, irp == tag { return "tag = the IRP" }
    return "tag = \(hex(tag))"
  }

  /// An address as a report writes it.
  static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  /// `IRP_MJ_PNP/IRP_MN_REMOVE_DEVICE`.
  static func request(_ major: MajorFunction, _ minor: MinorFunction?) -> String {
    guard let minor, major == .pnp || major == .power || major == .systemControl else {
      return major.name
    }
    return "\(major.name)/\(minor.name(of: major))"
  }

  /// An IoInitializeRemoveLock, with the limits that it sets.
  static func initialization(of lock: RemoveLock) -> String {
    var words = "IoInitializeRemoveLock"
    if lock.maximumMinutes > 0 { words += ", MaxLockedMinutes = \(lock.maximumMinutes)" }
    if lock.highWatermark > 0 { words += ", HighWatermark = \(lock.highWatermark)" }
    return words
  }

  /// A dispatch entry.
  static func entry(_ context: IRPContext) -> String {
    var words = request(
      context.major, context.parameters.contains(.minor) ? context.minor : nil)
    if context.powerState != .unknown { words += " (\(context.powerState.name))" }
    if context.parameters.contains(.relation) { words += " (\(context.relation.name))" }
    return words + " enters"
  }

  /// Any other event.
  static func describe(_ record: EvidenceRecord, irp: UInt64?, strings: StringTable) -> String {
    let status = status(record, strings)
    switch record.kind {
    case .dispatchEnter: return "the dispatch routine is entered again"
    case .dispatchExit: return "the dispatch routine returns \(status)"
    case .completionEnter:
      let pending = record.flags.contains(.pending) ? ", PendingReturned" : ""
      return "completion routine enters"
        + (record.hasStatus ? ", IoStatus \(status)" : "") + pending
    case .completionExit: return "completion routine returns \(status)"
    case .callbackEnter:
      return "\((CallbackKind(rawValue: record.word) ?? .other).name) routine enters"
    case .callbackExit: return "the routine returns"
    case .ioAcquireRemoveLock, .ioReleaseRemoveLock, .ioReleaseRemoveLockAndWait:
      let result = record.kind == .ioAcquireRemoveLock ? " → \(status)" : ""
      return "\(record.kind.name)\(result), \(tag(record.operand, irp: irp))"
    case .ioCallDriver, .poCallDriver: return "\(record.kind.name): the IRP is forwarded"
    case .ioCallDriverReturn: return "IoCallDriver → \(status)"
    case .poCallDriverReturn: return "PoCallDriver → \(status)"
    case .ioCompleteRequest: return "IoCompleteRequest with \(status)"
    case .wmiSystemControl:
      let disposition = WMIDisposition(rawValue: record.word) ?? .unknown
      return "WmiSystemControl → \(disposition.name)"
    case .ioSetCompletionRoutine, .ioSetCompletionRoutineEx, .ioMarkIrpPending:
      return record.kind.name
    case .keAcquireSpinLock, .keReleaseSpinLock, .keAcquireSpinLockAtDpcLevel,
      .keTryToAcquireSpinLockAtDpcLevel, .keReleaseSpinLockFromDpcLevel:
      return record.kind.name + (record.operand == 0 ? "" : ", spin lock \(hex(record.operand))")
    case .keAcquireInStackQueuedSpinLock, .keAcquireInStackQueuedSpinLockAtDpcLevel,
      .keReleaseInStackQueuedSpinLock, .keReleaseInStackQueuedSpinLockFromDpcLevel:
      return record.kind.name + (record.operand == 0 ? "" : ", handle \(hex(record.operand))")
    default:
      return record.kind.name + (record.hasStatus ? " → \(status)" : "")
    }
  }

  private static func status(_ record: EvidenceRecord, _ strings: StringTable) -> String {
    record.flags.contains(.unknownStatus)
      ? strings[StringID(record.status)] : NTStatus(record.status).name
  }
}
