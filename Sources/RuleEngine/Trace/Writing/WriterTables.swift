/// Byte strings by number, made once, to be copied in steps of eight.
struct ByteStrings: Sendable {
  private var bytes: [UInt8] = []
  private var places: [(offset: UInt32, length: UInt32)] = []

  init(_ strings: [String]) {
    for string in strings {
      places.append((UInt32(bytes.count), UInt32(string.utf8.count)))
      bytes.append(contentsOf: string.utf8)
    }
    bytes.append(contentsOf: repeatElement(0, count: bytePadding))
  }

  /// Appends string number `index` to `out`.
  @inline(__always) func put(_ index: Int, to out: inout ByteWriter) {
    let place = places[index]
    bytes.withUnsafeBufferPointer {
      guard let start = $0.baseAddress else { return }
      out.put(padded: start + Int(place.offset), Int(place.length))
    }
  }

  /// The length of string number `index`.
  @inline(__always) func length(_ index: Int) -> Int { Int(places[index].length) }
}

/// The words that ``TraceWriter`` copies.
final class WriterTables: Sendable {
  static let shared = WriterTables()

  /// `{"ev":"IoCallDriver"` and `@ddi IoCallDriver` by kind.
  let jsonEvents: ByteStrings
  let textEvents: ByteStrings
  /// `,"irp":` and ` irp=` by field.
  let jsonKeys: ByteStrings
  let textKeys: ByteStrings
  /// `STATUS_…` by the index that ``statusIndex(_:)`` finds.
  let statusNames: ByteStrings
  let majors: ByteStrings
  /// By major code times 256 plus minor code: an index into ``minors``, which is 0 for no name.
  let minorIndex: [UInt16]
  let minors: ByteStrings

  private let statusSlots: [(status: UInt32, index: Int32)]

  private init() {
    jsonEvents = ByteStrings(EventKind.allCases.map { "{\"ev\":\"\($0.name)\"" })
    textEvents = ByteStrings(EventKind.allCases.map { "@ddi \($0.name)" })
    jsonKeys = ByteStrings(Field.allCases.map { ",\"\($0.name)\":" })
    textKeys = ByteStrings(Field.allCases.map { " \($0.name)=" })
    majors = ByteStrings((0..<MajorFunction.names.count).map { MajorFunction(UInt8($0)).name })

    var minorNames = [""]
    var minorIndex = [UInt16](repeating: 0, count: 256 * 256)
    for major in 0..<256 {
      for row in MinorFunction.names(of: MajorFunction(UInt8(major))).reversed() {
        minorIndex[major << 8 | Int(row.value)] = UInt16(minorNames.count)
        minorNames.append("IRP_MN_" + row.name)
      }
    }
    self.minorIndex = minorIndex
    minors = ByteStrings(minorNames)

    var names: [String] = []
    var slots = [(status: UInt32, index: Int32)](repeating: (0, -1), count: 4096)
    for row in NTStatusNames.all {
      let slot = Self.slot(of: row.value, in: slots)
      if slots[slot].index < 0 {
        slots[slot] = (row.value, Int32(names.count))
        names.append("STATUS_" + row.name)
      }
    }
    statusNames = ByteStrings(names)
    statusSlots = slots
  }

  /// The index of the status's name in ``statusNames``, negative for none.
  @inline(__always) func statusIndex(_ status: UInt32) -> Int {
    Int(statusSlots[Self.slot(of: status, in: statusSlots)].index)
  }

  @inline(__always)
  private static func slot(
    of status: UInt32, in slots: [(status: UInt32, index: Int32)]
  ) -> Int {
    let mask = slots.count - 1
    var slot = Int((status &* 0x9E37_79B1) >> 20) & mask
    while slots[slot].index >= 0 && slots[slot].status != status { slot = (slot + 1) & mask }
    return slot
  }
}
