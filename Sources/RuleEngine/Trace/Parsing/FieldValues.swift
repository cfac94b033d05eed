/// How values get into the event.
extension EventScanner {
  /// Takes a field's value after every check; what is wrong with it becomes the event's failure.
  mutating func take(_ field: Field, _ value: RawValue) {
    switch ValueCode(field) {
    case .pointer:
      guard let number = value.pointer() else { return reject(field, value, Self.pointerForm) }
      store(pointer: number, field, at: KeyTable.entry(field).offset)
    case .integer:
      guard let number = value.integer() else { return reject(field, value, Self.integerForm) }
      guard number <= Self.largest(field) || !allows(field) else {
        return reject(field, value, "a number of at most \(Self.largest(field))")
      }
      store(integer: number, field)
    case .timestamp:
      guard let number = value.timestamp() else {
        return reject(field, value, "an integer (nanoseconds)")
      }
      store(timestamp: number)
    case .duration:
      guard let number = value.timestamp() else {
        return reject(field, value, "an integer (nanoseconds, -1 for ever)")
      }
      store(duration: number)
    case .status: takeStatus(value)
    case .major: takeMajor(value)
    case .minor: takeMinor(value)
    case .word, .text:
      guard value.form == .text || value.form == .string, let start = value.bytes.baseAddress
      else { return reject(field, value, "a string") }
      store(string: start, value.bytes.count, field)
    case .event, .unknown, .own: break
    }
  }

  /// The largest number that there is room for in an event.
  @inline(__always) static func largest(_ field: Field) -> UInt64 {
    switch field {
    case .cpu, .highwater: UInt64(UInt32.max)
    case .irql, .oldirql, .newirql: UInt64(UInt8.max)
    default: .max
    }
  }

  private static let pointerForm = "hex digits"
  private static let integerForm = "a non-negative integer or 0x and hex digits"

  /// Notes what is wrong with a value; the first thing counts.
  mutating func reject(_ field: Field, _ value: RawValue, _ expected: String) {
    fail(
      at: value.at,
      "expected \(expected) for \"\(field.name)\", found \(value.description)")
  }

  /// Notes what is wrong with the event; the first thing counts.
  mutating func fail(at place: BytePointer, _ message: @autoclosure () -> String) {
    if failure == nil { failure = Failure(at: place, message: message()) }
  }

  private mutating func takeStatus(_ value: RawValue) {
    if let start = value.bytes.baseAddress, value.form == .text || value.form == .string {
      let index = words.statusNames.find(start, value.bytes.count)
      if index >= 0 { return store(status: words.statusValues[Int(index)]) }
    }
    switch value.status(words) {
    case .bits(let bits): store(status: bits)
    case .unknownName: store(unknownStatus: value.bytes)
    case nil: reject(.status, value, "a STATUS_ name, 0x and hex digits, or a 32-bit integer")
    }
  }

  private mutating func takeMajor(_ value: RawValue) {
    let code = Self.name(value, words.majorNames) ?? value.code()
    guard let code else {
      return reject(.mj, value, "an IRP_MJ_ name or a code from 0 to 255")
    }
    store(major: code)
  }

  private mutating func takeMinor(_ value: RawValue) {
    if let code = value.code() { return store(minor: code) }
    let kept = RawValue.Kept(
      form: value.form, bytes: Array(value.bytes) + repeatElement(0, count: bytePadding),
      at: value.at)
    deferredMinor = kept
  }

  /// Reads a minor code's name in the light of the major code.
  mutating func resolve(_ minor: RawValue.Kept) {
    let major = minorContext
    let names =
      allows(.mn) ? major.map { words.minorNames(of: $0) } : words.anyMinorNames
    minor.bytes.withUnsafeBufferPointer { bytes in
      let value = RawValue(
        form: minor.form, bytes: UnsafeBufferPointer(rebasing: bytes.dropLast(bytePadding)),
        at: minor.at)
      if let names, let code = Self.name(value, names) { return store(minor: code) }
      let owner = allows(.mn) ? major.map { " of \($0.name)" } : nil
      reject(.mn, value, "a minor code\(owner ?? "") by name, or a code from 0 to 255")
    }
  }

  /// The major code in whose light a minor code is read, where it is known.
  var minorContext: MajorFunction? {
    if event.pointee.has(.mj) { return event.pointee.major }
    return event.pointee.kind == .poRequestPowerIrp ? .power : nil
  }

  private static func name(_ value: RawValue, _ names: WordTable) -> UInt8? {
    guard value.form == .text || value.form == .string, let start = value.bytes.baseAddress else {
      return nil
    }
    return UInt8(exactly: names.find(start, value.bytes.count))
  }

  /// Whether the field means something on this event.
  @inline(__always) func allows(_ field: Field) -> Bool {
    allowed & (1 &<< UInt64(field.rawValue)) != 0
  }
}

/// Storing: a field that the event does not define is passed over.
extension EventScanner {
  @inline(__always)
  mutating func store(pointer value: UInt64, _ field: Field, at offset: UInt16) {
    guard allows(field) else { return }
    event.pointee.fields.insert(field)
    UnsafeMutableRawPointer(event).storeBytes(
      of: value, toByteOffset: Int(offset), as: UInt64.self)
  }

  /// Stores a number that is at most ``largest(_:)``.
  @inline(__always) mutating func store(integer value: UInt64, _ field: Field) {
    guard allows(field) else { return }
    event.pointee.fields.insert(field)
    switch field {
    case .tid: event.pointee.thread = value
    case .cpu: event.pointee.cpu = UInt32(truncatingIfNeeded: value)
    case .irql: event.pointee.irql = UInt8(truncatingIfNeeded: value)
    case .highwater: event.pointee.highWatermark = UInt32(truncatingIfNeeded: value)
    case .oldirql: event.pointee.oldIRQL = UInt8(truncatingIfNeeded: value)
    case .newirql: event.pointee.newIRQL = UInt8(truncatingIfNeeded: value)
    case .pooltype, .poolflags: event.pointee.tag = value
    case .size, .count, .ioctl, .version, .maxmin: event.pointee.number = value
    default: if let flag = Event.Flags(field) { set(flag, value != 0) }
    }
  }

  @inline(__always) mutating func store(duration value: Int64) {
    guard allows(.timeout) else { return }
    event.pointee.fields.insert(.timeout)
    event.pointee.number = UInt64(bitPattern: value)
  }

  @inline(__always) mutating func store(timestamp value: Int64) {
    event.pointee.fields.insert(.ts)
    event.pointee.timestamp = value
  }

  @inline(__always) mutating func store(status: UInt32) {
    guard allows(.status) else { return }
    event.pointee.fields.insert(.status)
    event.pointee.statusBits = status
    set(.unknownStatus, false)
  }

  private mutating func store(unknownStatus name: UnsafeBufferPointer<UInt8>) {
    guard allows(.status), let start = name.baseAddress else { return }
    event.pointee.fields.insert(.status)
    event.pointee.statusBits = strings.intern(start, name.count).rawValue
    set(.unknownStatus, true)
    unknown += 1
  }

  @inline(__always) mutating func store(major: UInt8) {
    guard allows(.mj) else { return }
    event.pointee.fields.insert(.mj)
    event.pointee.major = MajorFunction(major)
  }

  @inline(__always) mutating func store(minor: UInt8) {
    deferredMinor = nil
    guard allows(.mn) else { return }
    event.pointee.fields.insert(.mn)
    event.pointee.minor = MinorFunction(minor)
  }

  /// Stores a text or a word of the `length` bytes at `p`, which must be padded.
  @inline(__always)
  mutating func store(string p: BytePointer, _ length: Int, _ field: Field) {
    guard allows(field) else { return }
    event.pointee.fields.insert(field)
    switch field {
    case .drv: event.pointee.driver = strings.intern(p, length)
    case .src: event.pointee.source = strings.intern(p, length)
    case .fn: event.pointee.function = strings.intern(p, length)
    case .note, .pooltag, .op, .name: event.pointee.text = strings.intern(p, length)
    case .kind: storeCallbackKind(p, length)
    default: storeWord(p, length, field)
    }
  }

  private mutating func storeWord(_ p: BytePointer, _ length: Int, _ field: Field) {
    let found = words.words(of: field).find(p, length)
    if found < 0 { unknown += 1 }
    let value = UInt8(max(found, 0))
    switch field {
    case .type: event.pointee.powerType = PowerStateType(rawValue: value) ?? .unknown
    case .state: event.pointee.powerState = PowerState(rawValue: value) ?? .unknown
    default: event.pointee.word = value
    }
  }

  private mutating func storeCallbackKind(_ p: BytePointer, _ length: Int) {
    let (hash, found) = words.callbackKind(p, length)
    event.pointee.operand = hash
    event.pointee.text = strings.intern(p, length)
    if found < 0 { unknown += 1 }
    event.pointee.word = UInt8(max(found, 0))
  }

  private mutating func set(_ flag: Event.Flags, _ isSet: Bool) {
    if isSet { event.pointee.flags.insert(flag) } else { event.pointee.flags.remove(flag) }
  }
}

extension EventScanner {
  /// Takes a field out of the event again, as JSON's `null` after an earlier value does.
  mutating func clear(_ field: Field) {
    if field == .mn { deferredMinor = nil }
    guard event.pointee.has(field) else { return }
    event.pointee.fields.rawValue &= ~(1 << UInt64(field.rawValue))
    switch field {
    case .ts: event.pointee.timestamp = 0
    case .dev: event.pointee.device = 0
    case .irp: event.pointee.irp = 0
    case .lock: event.pointee.lock = 0
    case .tag, .previous, .pooltype, .poolflags: event.pointee.tag = 0
    case .target, .lower, .object, .routine, .ptr, .handle: event.pointee.operand = 0
    case .tid: event.pointee.thread = 0
    case .cpu: event.pointee.cpu = 0
    case .irql: event.pointee.irql = 0
    case .oldirql: event.pointee.oldIRQL = 0
    case .newirql: event.pointee.newIRQL = 0
    case .highwater: event.pointee.highWatermark = 0
    case .bus, .pending, .shutdown, .wait, .irpout, .granted, .signaled, .deferred, .noncancelable:
      if let flag = Event.Flags(field) { set(flag, false) }
    case .ioctl, .size, .count, .version, .maxmin, .timeout: event.pointee.number = 0
    case .status:
      event.pointee.statusBits = 0
      set(.unknownStatus, false)
    case .mj: event.pointee.major = MajorFunction(0)
    case .mn: event.pointee.minor = MinorFunction(0)
    case .type: event.pointee.powerType = .unknown
    case .state: event.pointee.powerState = .unknown
    case .role, .relation, .disposition: event.pointee.word = 0
    case .kind: (event.pointee.word, event.pointee.operand, event.pointee.text) = (0, 0, .none)
    case .drv: event.pointee.driver = .none
    case .src: event.pointee.source = .none
    case .fn: event.pointee.function = .none
    case .note, .pooltag, .op, .name: event.pointee.text = .none
    case .ev: break
    }
  }
}
