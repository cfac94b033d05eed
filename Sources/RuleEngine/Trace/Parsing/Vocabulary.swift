/// Every word of the format, ready to be recognised by its bytes.
///
/// `@unchecked Sendable`: the tables are filled in `init` and never written again, and the memory
/// they point to belongs to this object and lives as long as it.
final class Vocabulary: @unchecked Sendable {
  /// What an event kind's fields mean.
  struct KindFields: BitwiseCopyable {
    var kind = EventKind.malformed
    /// The fields that are read, as a ``FieldSet``'s bits.
    var allowed: UInt64 = 0
    /// The fields that must be there.
    var required: UInt64 = 0
  }

  /// What an event beyond the format is made of.
  struct CustomFields: BitwiseCopyable {
    /// The bytes of its signature, padded.
    var signature: BytePointer
    var signatureBytes = 0
    /// The fields of the format that are read, as a ``FieldSet``'s bits.
    var allowed: UInt64 = 0
    /// By number of a field of one's own: its slot, 0xFF for none.
    var slots: UnsafePointer<UInt8>
  }

  /// Event names: the kind's raw value, for the names that a rule asked for 256 and more.
  let events: WordTable
  /// All field names: the field's raw value, for the names that a rule asked for 256 and more.
  let fields: WordTable
  /// The events that a rule asked for, by event number less 256.
  let customs: UnsafePointer<CustomFields>
  /// Their signatures.
  let signatures: [String]
  /// Field names of up to seven bytes with `"` or `=` behind them.
  let jsonKeys: KeyTable
  let textKeys: KeyTable
  /// By field: its entry.
  let entries: UnsafePointer<KeyTable.Entry>
  /// By kind.
  let kinds: UnsafePointer<KindFields>
  /// `STATUS_…`: an index into ``statusValues``.
  let statusNames: WordTable
  let statusValues: UnsafePointer<UInt32>
  let majorNames: WordTable
  /// Minor codes of any major code, for an event on which `mn` means nothing.
  let anyMinorNames: WordTable
  /// Minor codes by major code.
  private let minorNames: UnsafePointer<WordTable>
  private let roles: WordTable
  private let powerTypes: WordTable
  private let powerStates: WordTable
  private let relations: WordTable
  private let dispositions: WordTable
  /// Callback kinds in small letters.
  private let callbackKinds: WordTable

  private let storage: WordTable.Storage

  /// The words of the format and nothing else.
  static let standard = Vocabulary()

  /// The words of the format, and the names of further events and their fields. What cannot be a name
  /// is passed over.
  init(customEvents: [CustomEvent] = []) {
    let storage = WordTable.Storage()
    self.storage = storage
    let named = EventKind.schema.flatMap { row in
      ([row.name] + row.synonyms).map { (word: $0, value: Int32(row.kind.rawValue)) }
    }
    let custom = CustomEvent.merge(customEvents).filter { CustomEvent.isUsable($0.name) }
    events = WordTable(named + Self.numbered(custom.map(\.name)), in: storage)
    let layouts = custom.map { CustomLayout($0) }
    let own = Self.ownNames(layouts)
    fields = WordTable(
      Field.allCases.map { (word: $0.name, value: Int32($0.rawValue)) } + Self.numbered(own),
      in: storage)
    customs = Self.customFields(layouts, own, in: storage)
    signatures = layouts.map(\.signature)
    jsonKeys = KeyTable(terminator: Ascii.quote, in: storage)
    textKeys = KeyTable(terminator: Ascii.equals, in: storage)
    entries = Self.fieldEntries(in: storage)
    kinds = Self.kindFields(in: storage)

    let statuses = NTStatusNames.all
    statusNames = WordTable(
      statuses.enumerated().map { (word: "STATUS_" + $1.name, value: Int32($0)) }, in: storage)
    let values = storage.allocate(of: UInt32(0), count: statuses.count)
    for (index, row) in statuses.enumerated() { values[index] = row.value }
    statusValues = UnsafePointer(values)

    majorNames = WordTable(Self.majors, in: storage)
    anyMinorNames = WordTable(
      (0..<256).flatMap { Self.minors(MajorFunction(UInt8($0))) }, in: storage)
    minorNames = Self.minorTables(in: storage)
    roles = Self.table(DeviceRole.allCases.dropFirst(), \.name, in: storage)
    powerTypes = Self.table(PowerStateType.allCases.dropFirst(), \.name, in: storage)
    powerStates = Self.table(PowerState.allCases.dropFirst(), \.name, in: storage)
    relations = Self.table(DeviceRelation.allCases.dropFirst(), \.name, in: storage)
    dispositions = Self.table(WMIDisposition.allCases.dropFirst(), \.name, in: storage)
    callbackKinds = WordTable(
      CallbackKind.allCases.dropFirst().map {
        (word: $0.name.lowercased(), value: Int32($0.rawValue))
      }, in: storage)
  }

  /// The names of a major function's minor codes.
  func minorNames(of major: MajorFunction) -> WordTable { minorNames[Int(major.rawValue)] }

  /// The words of a field with a fixed list of them; ``callbackKinds`` for `kind`.
  func words(of field: Field) -> WordTable {
    switch field {
    case .role: roles
    case .type: powerTypes
    case .state: powerStates
    case .relation: relations
    case .disposition: dispositions
    default: callbackKinds
    }
  }
}

extension Vocabulary {
  /// What a callback's kind is matched by, the FNV-1a hash (64 bits) of the word in small letters, and
  /// its number, negative for an unknown one.
  func callbackKind(_ p: BytePointer, _ length: Int) -> (hash: UInt64, number: Int32) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<length {
      hash = (hash ^ UInt64(Ascii.lower(p[index]))) &* 0x100_0000_01B3
    }
    guard length <= 16 else { return (hash, -1) }
    var lowered = (UInt64(0), UInt64(0), UInt64(0))
    let number = withUnsafeMutableBytes(of: &lowered) { raw in
      raw.withMemoryRebound(to: UInt8.self) { bytes in
        for index in 0..<length { bytes[index] = Ascii.lower(p[index]) }
        return bytes.baseAddress.map { callbackKinds.find($0, length) } ?? -1
      }
    }
    return (hash, number)
  }

  /// The fields of the format that an event with a name of a rule's own may carry: the common ones, and
  /// one for each slot of an ``Event``. Fields of its own may take the places of some.
  static let customFields = EventSchema.common.union(
    FieldSet(.irp, .lock, .tag, .object, .status, .mj, .mn, .type, .state, .size, .pending))

  private static func fieldEntries(
    in storage: WordTable.Storage
  ) -> UnsafePointer<KeyTable.Entry> {
    let entries = storage.allocate(of: KeyTable.Entry(), count: Field.allCases.count)
    for field in Field.allCases { entries[Int(field.rawValue)] = KeyTable.entry(field) }
    return UnsafePointer(entries)
  }

  private static func kindFields(in storage: WordTable.Storage) -> UnsafePointer<KindFields> {
    let kinds = storage.allocate(of: KindFields(), count: EventKind.allCases.count)
    let name = FieldSet(.ev)
    for row in EventKind.schema {
      let allowed = row.required.union(row.optional).union(EventSchema.common).subtracting(name)
      kinds[Int(row.kind.rawValue)] = KindFields(
        kind: row.kind, allowed: allowed.rawValue, required: row.required.rawValue)
    }
    kinds[Int(EventKind.custom.rawValue)] = KindFields(kind: .custom)
    return UnsafePointer(kinds)
  }

  /// Names that are beyond the format, with the numbers that tell so.
  private static func numbered(_ names: [String]) -> [(word: String, value: Int32)] {
    names.enumerated().map { (word: $1, value: Int32(256 + $0)) }
  }

  /// The names of all events' own fields, each once.
  private static func ownNames(_ layouts: [CustomLayout]) -> [String] {
    var known: Set<String> = []
    let names = layouts.flatMap { $0.own.compactMap { $0 } }.filter { known.insert($0).inserted }
    // A number of one has 16 bits in a key's entry.
    return Array(names.prefix(1 << 16))
  }

  private static func customFields(
    _ layouts: [CustomLayout], _ own: [String], in storage: WordTable.Storage
  ) -> UnsafePointer<CustomFields> {
    let numbers = Dictionary(uniqueKeysWithValues: own.enumerated().map { ($1, $0) })
    let none = CustomFields(
      signature: UnsafePointer(storage.allocate(of: UInt8(0), count: 1)),
      slots: UnsafePointer(storage.allocate(of: UInt8(0xFF), count: 1)))
    let fields = storage.allocate(of: none, count: layouts.count)
    for (index, layout) in layouts.enumerated() {
      let bytes = Array(layout.signature.utf8)
      let signature = storage.allocate(of: UInt8(0), count: bytes.count + bytePadding)
      for (place, byte) in bytes.enumerated() { signature[place] = byte }
      let slots = storage.allocate(of: UInt8(0xFF), count: own.count)
      for (slot, name) in layout.own.enumerated() {
        if let name, let number = numbers[name] { slots[number] = UInt8(slot) }
      }
      fields[index] = CustomFields(
        signature: UnsafePointer(signature), signatureBytes: bytes.count,
        allowed: layout.allowed, slots: UnsafePointer(slots))
    }
    return UnsafePointer(fields)
  }

  private static func table<C: Collection>(
    _ cases: C, _ name: KeyPath<C.Element, String>, in storage: WordTable.Storage
  ) -> WordTable where C.Element: RawRepresentable<UInt8> {
    WordTable(
      cases.map { (word: $0[keyPath: name], value: Int32($0.rawValue)) }, in: storage)
  }

  private static var majors: [(word: String, value: Int32)] {
    MajorFunction.names.enumerated().map { (word: "IRP_MJ_" + $1, value: Int32($0)) }
      + MajorFunction.synonyms.map { (word: "IRP_MJ_" + $0.name, value: Int32($0.value)) }
  }

  private static func minors(_ major: MajorFunction) -> [(word: String, value: Int32)] {
    MinorFunction.names(of: major).map { (word: "IRP_MN_" + $0.name, value: Int32($0.value)) }
  }

  private static func minorTables(in storage: WordTable.Storage) -> UnsafePointer<WordTable> {
    let none = WordTable([], in: storage)
    let tables = storage.allocate(of: none, count: 256)
    for major in 0..<256 {
      let names = minors(MajorFunction(UInt8(major)))
      if !names.isEmpty { tables[major] = WordTable(names, in: storage) }
    }
    return UnsafePointer(tables)
  }
}
