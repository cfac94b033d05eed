/// A string that occurs in traces (a driver's name, a source position), by its number in a
/// ``StringTable``. Zero stands for no string.
public struct StringID: Hashable, Sendable, BitwiseCopyable {
  /// The number; 0 for none.
  public var rawValue: UInt32
  /// Makes the id with this number.
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  /// No string.
  public static let none = StringID(0)
  /// Whether it stands for a string that was new when the table was full: a hash of it is all that is known.
  @inlinable public var isStandIn: Bool { rawValue >> 31 != 0 }
}

/// Where an event stands: the file's index in the run and the line in it, in one word.
public struct TracePosition: Hashable, Comparable, Sendable {
  /// File index in the upper 16 bits, 1-based line in the lower 48.
  public var rawValue: UInt64

  /// Makes the position with these bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Makes a position. Lines beyond ``lastLine`` and files beyond ``lastFile`` count as these.
  @inlinable public init(file: Int, line: UInt64) {
    rawValue = UInt64(clamping: min(file, Self.lastFile)) << 48 | min(line, Self.lastLine)
  }
  /// The largest line that a position can name.
  @inlinable public static var lastLine: UInt64 { 0xFFFF_FFFF_FFFF }
  /// The largest index of a file that a position can name.
  @inlinable public static var lastFile: Int { 0xFFFF }
  /// The index of the file among those of the trace (more than one with `--concatenate`).
  @inlinable public var file: Int { Int(rawValue >> 48) }
  /// The line, counted from 1.
  @inlinable public var line: UInt64 { rawValue & 0xFFFF_FFFF_FFFF }

  /// Order in the trace.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// One event of a trace: plain values, no references, 120 bytes.
///
/// Fields that the event does not carry are zero and absent from ``fields``. Which fields an event
/// may carry is in ``EventKind/schema``; fields that never occur together share a slot
/// (``operand``, ``number``). Fields of one's own stand in ``number``, ``operand``, ``tag`` and
/// ``lock`` and are no part of ``fields``; ``value(of:in:)`` reads them.
public struct Event: Sendable, Equatable {
  /// Where the event stands.
  public var position = TracePosition(file: 0, line: 0)
  /// Which fields the event carries.
  public var fields: FieldSet = []
  /// `ts`: nanoseconds from an origin of the tracer's choice.
  public var timestamp: Int64 = 0
  /// `tid`; 0 where the trace names none.
  public var thread: UInt64 = 0
  /// `dev`: the device object that the driver acts for.
  public var device: UInt64 = 0
  /// `irp`.
  public var irp: UInt64 = 0
  /// `lock`: the address of the IO_REMOVE_LOCK, or on the events of a spin lock of the KSPIN_LOCK.
  public var lock: UInt64 = 0
  /// `tag`; 0 for NULL. Also `previous`, `pooltype` or `poolflags`.
  public var tag: UInt64 = 0
  /// The event's other pointer: `target`, `lower`, `object`, `routine`, `ptr` or `handle`. For a callback
  /// frame: a hash of `kind` in lower case, so that entry and exit can be matched.
  public var operand: UInt64 = 0
  /// The event's number: `size`, `count`, `ioctl`, `version`, `maxmin` (minutes), or the bits of
  /// `timeout`, which ``timeout`` gives as a signed number.
  public var number: UInt64 = 0
  /// `status`, an NTSTATUS; where ``isStatusUnknown``, the ``StringID`` of the unknown name.
  public var statusBits: UInt32 = 0
  /// `highwater`.
  public var highWatermark: UInt32 = 0
  /// `drv`.
  public var driver = StringID.none
  /// `src`: `file.c:123`.
  public var source = StringID.none
  /// `fn`.
  public var function = StringID.none
  /// The event's free text: `note`, `pooltag`, `op`, `name`, or a callback's `kind` as written. Of a
  /// ``EventKind/custom`` event its name, and behind a blank each the names of the fields of its own;
  /// see ``customName(in:)`` and ``ownFields(in:)``.
  public var text = StringID.none
  /// `cpu`.
  public var cpu: UInt32 = 0
  /// What happened.
  public var kind = EventKind.malformed
  /// `mj`.
  public var major = MajorFunction(0)
  /// `mn`, to be read in the light of ``major``.
  public var minor = MinorFunction(0)
  /// `irql`.
  public var irql: UInt8 = 0
  /// The raw value of the event's word: `role`, `relation`, `disposition` or `kind`. Of a
  /// ``EventKind/custom`` event which fields of its own it carries.
  public var word: UInt8 = 0
  /// `type`.
  public var powerType = PowerStateType.unknown
  /// `state`.
  public var powerState = PowerState.unknown
  /// `oldirql`: the IRQL before the call.
  public var oldIRQL: UInt8 = 0
  /// `newirql`: the IRQL that the call sets.
  public var newIRQL: UInt8 = 0
  /// Bits of `bus`, `pending` and the other fields that are 0 or 1, of an unknown status name, and of
  /// texts of one's own.
  public var flags: Flags = []

  /// Truth values of an event.
  public struct Flags: OptionSet, Sendable, Hashable, BitwiseCopyable {
    /// One bit per flag.
    public var rawValue: UInt16
    /// Makes a set from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// `bus` is not 0: the device's driver is a bus driver.
    public static let bus = Flags(rawValue: 1)
    /// `pending` is not 0: `Irp->PendingReturned`.
    public static let pending = Flags(rawValue: 2)
    /// `shutdown` is not 0.
    public static let shutdown = Flags(rawValue: 4)
    /// `status` is a name that this version does not know.
    public static let unknownStatus = Flags(rawValue: 8)
    /// A field of a ``EventKind/custom`` event's own holds a text.
    public static let ownText = Flags(rawValue: 16)
    /// `wait` is not 0: KeSetEvent is told that a wait follows.
    public static let wait = Flags(rawValue: 32)
    /// `irpout` is not 0: PoRequestPowerIrp is to hand out the IRP.
    public static let irpout = Flags(rawValue: 64)
    /// `granted` is not 0: the lock was given.
    public static let granted = Flags(rawValue: 128)
    /// `signaled` is not 0: the event object is made in that state.
    public static let signaled = Flags(rawValue: 256)
    /// `deferred` is not 0: StartIo is not called while it runs.
    public static let deferred = Flags(rawValue: 512)
    /// `noncancelable` is not 0: IRPs are not cancelled while they are handed to StartIo.
    public static let noncancelable = Flags(rawValue: 1024)

    /// The flag that a field stands in; nil where it is none of 0 or 1.
    public init?(_ field: Field) {
      switch field {
      case .bus: self = .bus
      case .pending: self = .pending
      case .shutdown: self = .shutdown
      case .wait: self = .wait
      case .irpout: self = .irpout
      case .granted: self = .granted
      case .signaled: self = .signaled
      case .deferred: self = .deferred
      case .noncancelable: self = .noncancelable
      default: return nil
      }
    }
  }

  /// Makes an empty event of a kind.
  public init(_ kind: EventKind = .malformed) { self.kind = kind }

  /// Whether the event carries `field`.
  @inlinable @inline(__always)
  public func has(_ field: Field) -> Bool { fields.contains(field) }

  /// Whether `status` is a name that this version does not know: neither success nor failure.
  @inlinable public var isStatusUnknown: Bool { flags.contains(.unknownStatus) }
  /// The status, or nil where the event carries none or an unknown name.
  @inlinable public var status: NTStatus? {
    has(.status) && !isStatusUnknown ? NTStatus(statusBits) : nil
  }
  /// `role` of an AddDevice.
  public var role: DeviceRole { DeviceRole(rawValue: word) ?? .unknown }
  /// `relation` of a DispatchEnter.
  public var relation: DeviceRelation { DeviceRelation(rawValue: word) ?? .unknown }
  /// `disposition` of a WmiSystemControl.
  public var disposition: WMIDisposition { WMIDisposition(rawValue: word) ?? .unknown }
  /// `timeout` of a wait: nanoseconds from its beginning, 0 where it does not wait, negative for ever;
  /// nil where the event does not say.
  @inlinable public var timeout: Int64? { has(.timeout) ? Int64(bitPattern: number) : nil }
  /// `kind` of a callback frame.
  public var callbackKind: CallbackKind { CallbackKind(rawValue: word) ?? .other }
}
