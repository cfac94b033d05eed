/// A field of the trace format, by its name on the line.
///
/// The raw value is the field's bit in a ``FieldSet``.
public enum Field: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Of any event: its name, time stamp, thread, processor, IRQL, driver, device object, place in the
  /// source, function, and IRP.
  case ev, ts, tid, cpu, irql, drv, dev, src, fn, irp
  /// Addresses: of a remove lock, an acquisition's tag, the target of a forward, the lower device, an
  /// object that is waited for, a routine, memory.
  case lock, tag, target, lower, object, routine, ptr
  /// Codes: an NTSTATUS, an IRP's functions, and the parameters of power, PnP and control requests.
  case status, mj, mn, type, state, shutdown, relation, ioctl
  /// What a device is, what a lock was initialised with, and what a trace says about itself.
  case role, bus, maxmin, highwater, version, count, note
  /// Of single events; `op` is reserved.
  case pending, disposition, kind, size, pooltag, op
  /// Of waits and event objects: KeSetEvent's third argument, a wait's time-out, the state in which an
  /// event object is made.
  case wait, timeout, signaled
  /// The kind of pool memory, as ExAllocatePoolWithTag and its like and as ExAllocatePool2 are told it.
  case pooltype, poolflags
  /// Whether PoRequestPowerIrp is to hand out the IRP; the cancel routine that was set before; what
  /// IoSetStartIoAttributes is told.
  case irpout, previous, deferred, noncancelable
  /// Of what a thread holds: the IRQL before, the IRQL after, whether the lock was given, and a
  /// KLOCK_QUEUE_HANDLE or a handle of an object.
  case oldirql, newirql, granted, handle
  /// The DDI that is called.
  case name

  /// The field's name as it stands in a trace (`irp`, `maxmin`, …).
  public var name: String { String(describing: self) }

  /// How a field's value is written.
  public enum ValueKind: Sendable {
    /// Hex digits with or without `0x`; in JSON also a non-negative integer.
    case pointer
    /// A non-negative integer, decimal or `0x` hex.
    case integer
    /// Signed nanoseconds.
    case timestamp
    /// Signed nanoseconds from now; 0 for no time, negative for ever.
    case duration
    /// `STATUS_…`, `0x` hex or a 32-bit integer.
    case status
    /// A code by name, integer or `0x` hex.
    case majorFunction, minorFunction
    /// One word of a fixed list; other words are accepted and counted as unknown.
    case word
    /// Free text, interned.
    case text
  }

  /// How this field's value is written.
  public var valueKind: ValueKind {
    switch self {
    case .irp, .dev, .lock, .tag, .target, .lower, .object, .routine, .ptr, .previous, .handle:
      .pointer
    case .tid, .cpu, .irql, .count, .version, .maxmin, .highwater, .bus, .size, .pending,
      .shutdown, .ioctl, .wait, .signaled, .pooltype, .poolflags, .irpout, .deferred,
      .noncancelable, .oldirql, .newirql, .granted:
      .integer
    case .ts: .timestamp
    case .timeout: .duration
    case .status: .status
    case .mj: .majorFunction
    case .mn: .minorFunction
    case .type, .state, .relation, .role, .disposition, .kind: .word
    case .ev, .drv, .src, .fn, .note, .pooltag, .op, .name: .text
    }
  }
}

/// A set of ``Field``s: which fields an event carries.
public struct FieldSet: OptionSet, Sendable, Hashable {
  /// One bit per field, at the field's raw value.
  public var rawValue: UInt64

  /// Makes a set from its bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes the set that holds the given fields.
  public init(_ fields: Field...) {
    rawValue = fields.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  /// Whether the set holds `field`.
  @inlinable @inline(__always)
  public func contains(_ field: Field) -> Bool {
    rawValue & (1 &<< UInt64(field.rawValue)) != 0
  }

  /// Adds `field` to the set.
  @inlinable @inline(__always)
  public mutating func insert(_ field: Field) {
    rawValue |= 1 &<< UInt64(field.rawValue)
  }

  /// The fields in the set, in the order of their declaration.
  public var fields: [Field] { Field.allCases.filter(contains) }
}
