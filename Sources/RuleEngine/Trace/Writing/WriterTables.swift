/// Byte strings by number, made once, to be copied in steps of eight.
struct ByteStrings {
  private struct Place: BitwiseCopyable {
    var offset: UInt32 = 0
    var length: UInt32 = 0
  }

  private let bytes: BytePointer
  private let places: UnsafePointer<Place>

  /// Makes the strings in memory of `storage`, which must live as long as they.
  init(_ strings: [String], in storage: WordTable.Storage) {
    let length = strings.reduce(0) { $0 + $1.utf8.count }
    let bytes = storage.allocate(of: UInt8(0), count: length + bytePadding)
    let places = storage.allocate(of: Place(), count: strings.count)
    var offset = 0
    for (index, string) in strings.enumerated() {
      places[index] = Place(offset: UInt32(offset), length: UInt32(string.utf8.count))
      for byte in string.utf8 {
        bytes[offset] = byte
        offset += 1
      }
    }
    self.bytes = UnsafePointer(bytes)
    self.places = UnsafePointer(places)
  }

  /// Appends string number `index` to `out`.
  @inline(__always) func put(_ index: Int, to out: inout ByteWriter) {
    let place = places[index]
    out.put(padded: bytes + Int(place.offset), Int(place.length))
  }
}

/// The words that ``TraceWriter`` copies.
///
/// The one instance is made when first needed and never given back.
struct WriterTables {
  /// `nonisolated(unsafe)`: the tables and all memory that they point to are filled before the pointer is
  /// handed out for the first time, and never written again.
  nonisolated(unsafe) static let shared: UnsafePointer<WriterTables> = {
    let place = UnsafeMutablePointer<WriterTables>.allocate(capacity: 1)
    place.initialize(to: WriterTables())
    return UnsafePointer(place)
  }()

  /// `{"ev":"IoCallDriver"` and `@ddi IoCallDriver` by kind.
  let jsonEvents: ByteStrings
  let textEvents: ByteStrings
  /// `,"irp":` and ` irp=` by field.
  let jsonKeys: ByteStrings
  let textKeys: ByteStrings
  let majors: ByteStrings
  let powerTypes: ByteStrings
  let powerStates: ByteStrings
  let roles: ByteStrings
  let relations: ByteStrings
  let dispositions: ByteStrings
  let callbackKinds: ByteStrings

  /// By major code times 256 plus minor code: an index into ``minors``, which is 0 for no name.
  private let minorIndex: UnsafePointer<UInt16>
  private let minors: ByteStrings

  private struct StatusSlot: BitwiseCopyable {
    var status: UInt32 = 0
    var index: Int32 = -1
  }
  private let statusSlots: UnsafePointer<StatusSlot>
  private let statusNames: ByteStrings

  private let storage: WordTable.Storage

  private init() {
    let storage = WordTable.Storage()
    func strings(_ strings: [String]) -> ByteStrings { ByteStrings(strings, in: storage) }
    jsonEvents = strings(EventKind.allCases.map { "{\"ev\":\"\($0.name)\"" })
    textEvents = strings(EventKind.allCases.map { "@ddi \($0.name)" })
    jsonKeys = strings(Field.allCases.map { ",\"\($0.name)\":" })
    textKeys = strings(Field.allCases.map { " \($0.name)=" })
    majors = strings((0..<MajorFunction.names.count).map { MajorFunction(UInt8($0)).name })
    powerTypes = strings(PowerStateType.allCases.map(\.name))
    powerStates = strings(PowerState.allCases.map(\.name))
    roles = strings(DeviceRole.allCases.map(\.name))
    relations = strings(DeviceRelation.allCases.map(\.name))
    dispositions = strings(WMIDisposition.allCases.map(\.name))
    callbackKinds = strings(CallbackKind.allCases.map(\.name))

    var names = [""]
    let minorIndex = storage.allocate(of: UInt16(0), count: 256 * 256)
    for major in 0..<256 {
      for row in MinorFunction.names(of: MajorFunction(UInt8(major))).reversed() {
        minorIndex[major << 8 | Int(row.value)] = UInt16(names.count)
        names.append("IRP_MN_" + row.name)
      }
    }
    self.minorIndex = UnsafePointer(minorIndex)
    minors = strings(names)

    names = []
    let slots = storage.allocate(of: StatusSlot(), count: Self.statusSlotCount)
    for row in NTStatusNames.all {
      let slot = Self.slot(of: row.value, in: slots)
      if slots[slot].index < 0 {
        slots[slot] = StatusSlot(status: row.value, index: Int32(names.count))
        names.append("STATUS_" + row.name)
      }
    }
    statusSlots = UnsafePointer(slots)
    statusNames = strings(names)
    self.storage = storage
  }

  /// Appends the status's name; false where it has none.
  @inline(__always) func put(status: UInt32, to out: inout ByteWriter) -> Bool {
    let index = statusSlots[Self.slot(of: status, in: statusSlots)].index
    if index >= 0 { statusNames.put(Int(index), to: &out) }
    return index >= 0
  }

  /// Whether a minor code has a name in the light of a major code.
  @inline(__always) func hasName(_ minor: MinorFunction, of major: MajorFunction) -> Bool {
    minorIndex[Int(major.rawValue) << 8 | Int(minor.rawValue)] != 0
  }

  /// Appends a minor code's name.
  func put(_ minor: MinorFunction, of major: MajorFunction, to out: inout ByteWriter) {
    minors.put(Int(minorIndex[Int(major.rawValue) << 8 | Int(minor.rawValue)]), to: &out)
  }

  /// A power of two, several times the number of names.
  private static let statusSlotCount = 4096

  @inline(__always)
  private static func slot(of status: UInt32, in slots: UnsafePointer<StatusSlot>) -> Int {
    var slot = Int((status &* 0x9E37_79B1) >> 20)
    while slots[slot].index >= 0 && slots[slot].status != status {
      slot = (slot + 1) & (statusSlotCount - 1)
    }
    return slot
  }
}
