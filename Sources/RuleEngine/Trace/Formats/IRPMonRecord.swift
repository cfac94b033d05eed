/// One request of an IRPMon log: the lines `Column = value` up to a blank line, or an object.
///
/// The columns and their words are those that IRPMon's GUI writes (`RequestListModel.pas`,
/// `IRPRequest.pas` and `IRPMonRequest.pas` of MartinDrab/IRPMon).
struct IRPMonRecord {
  /// The columns that are read.
  enum Column: String, CaseIterable {
    case id = "ID"
    case type = "Type"
    case device = "Device object"
    case driver = "Driver name"
    case result = "Result value"
    case resultName = "Result constant"
    case subtype = "Subtype"
    case major = "Major function"
    case minor = "Minor function"
    case irp = "IRP address"
    case thread = "Thread ID"
    case irql = "IRQL"
    case status = "IOSB.Status value"
    case statusName = "IOSB.Status constant"
    case ioctl = "IOCTL"
  }

  /// A value and where it stands.
  struct Value {
    var text: String
    var line: UInt64
    var column: Int
  }

  private var values: [Column: Value] = [:]
  /// The record's first line.
  private(set) var line: UInt64 = 0
  /// How many lines it has.
  private(set) var lineCount: UInt64 = 0

  init() {}

  /// A record without columns yet.
  init(line: UInt64, lineCount: UInt64) {
    self.line = line
    self.lineCount = lineCount
  }

  /// Takes a value by its column's name; the first of two counts.
  mutating func take(_ name: String, _ value: Value) {
    guard let column = Self.columns[name], values[column] == nil else { return }
    values[column] = value
  }

  /// The value of a column; nil where it is not in the record.
  subscript(_ column: Column) -> Value? { values[column] }

  /// The text of a column.
  func text(_ column: Column) -> String? { values[column]?.text }

  private static let columns = Dictionary(
    uniqueKeysWithValues: Column.allCases.map { ($0.rawValue, $0) })

  /// Takes a line; false where it cannot belong to this record, because it begins the next.
  mutating func take(_ line: UnsafeBufferPointer<UInt8>, _ number: UInt64) -> Bool {
    let (column, value) = Self.split(line)
    if column == .id && lineCount > 0 { return false }
    if lineCount == 0 { self.line = number }
    lineCount += 1
    guard let column, values[column] == nil, value < line.count else { return true }
    let text = String(decoding: line[value...], as: UTF8.self)
    let end = text.lastIndex { $0 != " " && $0 != "\t" }.map(text.index(after:)) ?? text.startIndex
    values[column] = Value(text: String(text[..<end]), line: number, column: value + 1)
    return true
  }

  /// The column that a line is about, and where its value begins. Data lines begin with a blank.
  private static func split(_ line: UnsafeBufferPointer<UInt8>) -> (Column?, value: Int) {
    guard let equals = line.firstIndex(of: Ascii.equals), equals >= 2,
      line[equals - 1] == Ascii.space, line[0] > Ascii.space
    else { return (nil, 0) }
    let name = String(decoding: line[..<(equals - 1)], as: UTF8.self)
    let value = line[(equals + 1)...].firstIndex { $0 != Ascii.space } ?? line.count
    return (columns[name], value)
  }
}

extension IRPMonRecord {
  /// Major and minor function: two columns, or one that holds both (`PnP:Remove`).
  var function: (major: String, minor: String)? {
    if let major = text(.major) { return (major, text(.minor) ?? "") }
    guard let subtype = text(.subtype) else { return nil }
    let parts = subtype.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }

  /// What the dispatch routine, or AddDevice, returned.
  var returned: Value? { status(.result, .resultName) }

  /// `Irp->IoStatus.Status`.
  var ioStatus: Value? { status(.status, .statusName) }

  /// The numeric column where there is one, otherwise the name. IRPMon writes `None` for no status.
  private func status(_ value: Column, _ name: Column) -> Value? {
    if let value = self[value], value.text.hasPrefix("0x") { return value }
    if let name = self[name], name.text.hasPrefix("STATUS_") || name.text.hasPrefix("0x") {
      return name
    }
    return nil
  }

  /// The driver's name without its directory in the object manager's namespace.
  var driver: String? {
    text(.driver).map { name in name.split(separator: "\\").last.map(String.init) ?? name }
  }

  /// `IRQL` as a number.
  var irql: String? {
    switch text(.irql) {
    case "Passive": "0"
    case "APC": "1"
    case "Dispatch": "2"
    default: nil
    }
  }

  /// The I/O control code, where its column holds it in hex.
  var ioctl: String? {
    guard let text = text(.ioctl), let mark = text.firstRange(of: "0x") else { return nil }
    let digits = text[mark.upperBound...].prefix { $0.isHexDigit }
    return digits.isEmpty || digits.count > 8 ? nil : "0x" + digits
  }

  /// The codes by IRPMon's words.
  static let majors: [String: String] = [
    "Create": "CREATE", "CreateNamedPipe": "CREATE_NAMED_PIPE", "Close": "CLOSE", "Read": "READ",
    "Write": "WRITE", "Query": "QUERY_INFORMATION", "Set": "SET_INFORMATION",
    "QueryEA": "QUERY_EA", "SetEA": "SET_EA", "Flush": "FLUSH_BUFFERS",
    "QueryVolume": "QUERY_VOLUME_INFORMATION", "SetVolume": "SET_VOLUME_INFORMATION",
    "DirectoryControl": "DIRECTORY_CONTROL", "FSControl": "FILE_SYSTEM_CONTROL",
    "DeviceControl": "DEVICE_CONTROL", "InternalDeviceControl": "INTERNAL_DEVICE_CONTROL",
    "Shutdown": "SHUTDOWN", "Lock": "LOCK_CONTROL", "Cleanup": "CLEANUP",
    "CreateMailslot": "CREATE_MAILSLOT", "QuerySecurity": "QUERY_SECURITY",
    "SetSecurity": "SET_SECURITY", "Power": "POWER", "SystemControl": "SYSTEM_CONTROL",
    "DeviceChange": "DEVICE_CHANGE", "QueryQuota": "QUERY_QUOTA", "SetQuota": "SET_QUOTA",
    "PnP": "PNP",
  ]

  /// The name of a PnP request's minor code; nil for other requests, and for what is left out.
  var pnpMinor: String? {
    guard let function, function.major == "PnP" else { return nil }
    return Self.pnpMinor(function.minor.trimmingBlanks)
  }

  /// What the dispatch routine returned, as a number.
  var returnedStatus: NTStatus? { returned.flatMap { NTStatus(name: $0.text) } }

  /// `Irp->IoStatus.Status` as a number.
  var completedStatus: NTStatus? { ioStatus.flatMap { NTStatus(name: $0.text) } }

  /// The name of a PnP request's minor code by IRPMon's word for it, blanks and letter case aside.
  static func pnpMinor(_ word: String) -> String? {
    pnpMinors[word] ?? spelled[word.lowercased().filter { $0 != " " }]
  }

  private static let spelled = Dictionary(
    uniqueKeysWithValues: pnpMinors.map { ($0.key.lowercased(), $0.value) })

  /// The minor codes of PnP requests. `Start` is left out: see ``IRPMonLog``.
  private static let pnpMinors: [String: String] = [
    "QueryRemove": "QUERY_REMOVE_DEVICE", "Remove": "REMOVE_DEVICE",
    "CancelRemove": "CANCEL_REMOVE_DEVICE", "Stop": "STOP_DEVICE",
    "QueryStop": "QUERY_STOP_DEVICE", "CancelStop": "CANCEL_STOP_DEVICE",
    "QueryRelations": "QUERY_DEVICE_RELATIONS", "QueryInterface": "QUERY_INTERFACE",
    "QueryCapabilities": "QUERY_CAPABILITIES", "QueryResources": "QUERY_RESOURCES",
    "QueryResourceRequirements": "QUERY_RESOURCE_REQUIREMENTS",
    "QueryDeviceText": "QUERY_DEVICE_TEXT",
    "FilterResourceRequirements": "FILTER_RESOURCE_REQUIREMENTS",
    "ReadConfig": "READ_CONFIG", "WriteConfig": "WRITE_CONFIG", "Eject": "EJECT",
    "SetLock": "SET_LOCK", "QueryId": "QUERY_ID", "QueryState": "QUERY_PNP_DEVICE_STATE",
    "QueryBusInfo": "QUERY_BUS_INFORMATION", "UsageNotifications": "DEVICE_USAGE_NOTIFICATION",
    "SurpriseRemoval": "SURPRISE_REMOVAL", "Enumerated": "DEVICE_ENUMERATED",
  ]
}
