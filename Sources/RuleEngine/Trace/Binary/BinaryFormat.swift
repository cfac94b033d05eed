/// The layout of binary traces, versions 1 and 2: docs/binary-format.md. All numbers are little-endian.
enum BinaryFormat {
  /// The version that is written; older ones are read.
  static let version: UInt16 = 2
  /// The fields that the format had with version 1 of the binary form.
  static let firstFields = FieldSet(rawValue: 1 << 38 - 1)

  /// What a file begins with. The first byte is no ASCII, and the line ends show a transfer that
  /// changed them.
  static let fileMagic: [UInt8] = [0x89, 0x44, 0x44, 0x49, 0x54, 0x0D, 0x0A, 0x1A]
  /// What a block of events begins with: `ñDDIBLK` and a newline.
  static let blockMagic: [UInt8] = [0xF1, 0x44, 0x44, 0x49, 0x42, 0x4C, 0x4B, 0x0A]
  /// What the index begins with.
  static let indexMagic: [UInt8] = [0xF1, 0x44, 0x44, 0x49, 0x49, 0x44, 0x58, 0x0A]
  /// What a file ends with.
  static let endMagic: [UInt8] = [0xF1, 0x44, 0x44, 0x49, 0x45, 0x4E, 0x44, 0x0A]

  static let fileHeaderBytes = 16
  static let blockHeaderBytes = 64
  static let indexHeaderBytes = 40
  static let indexEntryBytes = 32
  static let trailerBytes = 16

  /// How many events a full block has.
  static let blockEvents = 8192
  /// A block with a payload of so many bytes is full as well.
  static let blockBytes = 1 << 20
  /// What a block may claim: more is taken for damage, so that no file makes a reader take memory that it
  /// does not have itself. Writers stayed below that always.
  static let maxPayloadBytes = 24 << 20
  static let maxBlockEvents = 1 << 16
  static let maxBlockStrings = 1 << 18
  /// How far back a value may be repeated by its number.
  static let window = 4096
  /// More bytes than one event can take, whatever is in it: every field with two varints of ten bytes.
  /// A block's payload is followed by as many that may be read.
  static let maxEventBytes = 1024

  /// The bit, in the set of a shape's fields, of the first slot of a custom event's own fields; those of
  /// the others follow. In version 1 they stood behind the fields that the format had then.
  static let firstOwnBit = 60
  static let firstOwnBitOfVersion1 = 38

  /// The bits of the own fields that a custom event carries.
  static func ownBits(of event: Event) -> UInt64 {
    (0..<OwnSlot.count).reduce(0) { bits, slot in
      event.ownType(slot) == .absent ? bits : bits | 1 << UInt64(firstOwnBit + slot)
    }
  }

  /// The truth values of those of the fields that are such.
  static func flags(_ bits: UInt64, of fields: FieldSet) -> Event.Flags {
    let said = Event.Flags(rawValue: UInt16(truncatingIfNeeded: bits))
    var flags: Event.Flags = fields.contains(.status) ? said.intersection(.unknownStatus) : []
    for (field, flag) in truthValues where fields.contains(field) {
      flags.formUnion(said.intersection(flag))
    }
    return flags
  }

  /// The fields that are truth values; looked up for every shape of every block.
  private static let truthValues = Field.allCases.compactMap { field in
    Event.Flags(field).map { (field: field, flag: $0) }
  }

  /// The header of a file.
  static func fileHeader() -> [UInt8] {
    var bytes = fileMagic
    bytes.append(little: version)
    bytes.append(little: UInt16(0))
    bytes.append(little: checksum(bytes[...]))
    return bytes
  }

  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBytes { CRC32C.checksum($0) }
  }
}

/// What a block says of itself.
struct BlockHeader: Equatable {
  /// The version of the file that the block is in, which the header does not say.
  var version = BinaryFormat.version
  var payloadBytes: UInt32 = 0
  var eventCount: UInt32 = 0
  /// How many events are in the blocks before.
  var firstEvent: UInt64 = 0
  /// The line of the first event.
  var firstLine: UInt64 = 0
  /// Lines of the original from the block before to the end of this one, and what they held beside
  /// events.
  var lines: UInt64 = 0
  var skipped: UInt32 = 0
  var unknownEvents: UInt32 = 0
  var unknownFields: UInt32 = 0
  var stringCount: UInt32 = 0
  var payloadChecksum: UInt32 = 0

  init() {}

  /// The header in the 64 bytes at `bytes`; nil where its magic or its checksum is wrong.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= BinaryFormat.blockHeaderBytes, bytes.starts(with: BinaryFormat.blockMagic),
      bytes.little(60, UInt32.self)
        == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<60]))
    else { return nil }
    payloadBytes = bytes.little(8)
    eventCount = bytes.little(12)
    firstEvent = bytes.little(16)
    firstLine = bytes.little(24)
    lines = bytes.little(32)
    skipped = bytes.little(40)
    unknownEvents = bytes.little(44)
    unknownFields = bytes.little(48)
    stringCount = bytes.little(52)
    payloadChecksum = bytes.little(56)
    guard payloadBytes <= BinaryFormat.maxPayloadBytes, eventCount <= BinaryFormat.maxBlockEvents,
      stringCount <= BinaryFormat.maxBlockStrings, firstLine <= TracePosition.lastLine
    else { return nil }
  }

  /// The header as bytes.
  var bytes: [UInt8] {
    var bytes = BinaryFormat.blockMagic
    bytes.append(little: payloadBytes)
    bytes.append(little: eventCount)
    bytes.append(little: firstEvent)
    bytes.append(little: firstLine)
    bytes.append(little: lines)
    bytes.append(little: skipped)
    bytes.append(little: unknownEvents)
    bytes.append(little: unknownFields)
    bytes.append(little: stringCount)
    bytes.append(little: payloadChecksum)
    bytes.append(little: BinaryFormat.checksum(bytes[...]))
    return bytes
  }
}

extension [UInt8] {
  /// Appends a number, its lowest byte first.
  mutating func append<T: FixedWidthInteger>(little value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  /// Appends a number in groups of seven bits, the lowest first; all bytes but the last have 0x80 set.
  @inline(__always) mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}

extension UnsafeRawBufferPointer {
  /// The number at `offset`, its lowest byte first.
  func little<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _: T.Type = T.self) -> T {
    T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}

/// Which values may be repeated by one number: fields in the same group share a dictionary.
enum ValueGroup: Int, CaseIterable {
  case devices, requests, locks, others, threads, statuses

  @inline(__always) init(pointer field: Field) {
    switch field {
    case .dev, .target, .lower: self = .devices
    case .irp, .tag: self = .requests
    case .lock: self = .locks
    default: self = .others
    }
  }
}

/// Signed numbers as unsigned ones, small ones of either sign staying small.
enum ZigZag {
  @inline(__always) static func encode(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value &<< 1 ^ value &>> 63)
  }
  @inline(__always) static func decode(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }
}
