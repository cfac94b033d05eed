/// An IRP_MJ_ code: what an IRP asks for.
///
/// Names and values are those of `wdm.h`.
public struct MajorFunction: Hashable, Sendable, BitwiseCopyable {
  /// The code, 0x00–0x1B for the known ones.
  public var rawValue: UInt8
  /// Makes the code with this value.
  @inlinable public init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// `IRP_MJ_CREATE`.
  public static let create = MajorFunction(0x00)
  /// `IRP_MJ_CREATE_NAMED_PIPE`.
  public static let createNamedPipe = MajorFunction(0x01)
  /// `IRP_MJ_CLOSE`.
  public static let close = MajorFunction(0x02)
  /// `IRP_MJ_READ`.
  public static let read = MajorFunction(0x03)
  /// `IRP_MJ_WRITE`.
  public static let write = MajorFunction(0x04)
  /// `IRP_MJ_FLUSH_BUFFERS`.
  public static let flushBuffers = MajorFunction(0x09)
  /// `IRP_MJ_DEVICE_CONTROL`.
  public static let deviceControl = MajorFunction(0x0E)
  /// `IRP_MJ_INTERNAL_DEVICE_CONTROL`.
  public static let internalDeviceControl = MajorFunction(0x0F)
  /// `IRP_MJ_SHUTDOWN`.
  public static let shutdown = MajorFunction(0x10)
  /// `IRP_MJ_CLEANUP`.
  public static let cleanup = MajorFunction(0x12)
  /// `IRP_MJ_POWER`.
  public static let power = MajorFunction(0x16)
  /// `IRP_MJ_SYSTEM_CONTROL`.
  public static let systemControl = MajorFunction(0x17)
  /// `IRP_MJ_PNP`.
  public static let pnp = MajorFunction(0x1B)

  /// `IRP_MJ_READ`, or `IRP_MJ_0x…` for a code without a name.
  public var name: String {
    Int(rawValue) < Self.names.count
      ? "IRP_MJ_" + Self.names[Int(rawValue)]
      : "IRP_MJ_0x" + String(rawValue, radix: 16)
  }

  /// The names by value, without `IRP_MJ_`.
  static let names = [
    "CREATE", "CREATE_NAMED_PIPE", "CLOSE", "READ", "WRITE", "QUERY_INFORMATION",
    "SET_INFORMATION", "QUERY_EA", "SET_EA", "FLUSH_BUFFERS", "QUERY_VOLUME_INFORMATION",
    "SET_VOLUME_INFORMATION", "DIRECTORY_CONTROL", "FILE_SYSTEM_CONTROL", "DEVICE_CONTROL",
    "INTERNAL_DEVICE_CONTROL", "SHUTDOWN", "LOCK_CONTROL", "CLEANUP", "CREATE_MAILSLOT",
    "QUERY_SECURITY", "SET_SECURITY", "POWER", "SYSTEM_CONTROL", "DEVICE_CHANGE", "QUERY_QUOTA",
    "SET_QUOTA", "PNP",
  ]

  /// Other names of a code in the headers, without `IRP_MJ_`.
  static let synonyms: [(name: String, value: UInt8)] = [
    ("SCSI", 0x0F), ("PNP_POWER", 0x1B),
  ]
}

/// An IRP_MN_ code; it means something only together with its ``MajorFunction``.
///
/// Names and values are those of `wdm.h`.
public struct MinorFunction: Hashable, Sendable, BitwiseCopyable {
  /// The code.
  public var rawValue: UInt8
  /// Makes the code with this value.
  @inlinable public init(_ rawValue: UInt8) { self.rawValue = rawValue }

  // IRP_MJ_PNP
  /// `IRP_MN_START_DEVICE`.
  public static let startDevice = MinorFunction(0x00)
  /// `IRP_MN_QUERY_REMOVE_DEVICE`.
  public static let queryRemoveDevice = MinorFunction(0x01)
  /// `IRP_MN_REMOVE_DEVICE`.
  public static let removeDevice = MinorFunction(0x02)
  /// `IRP_MN_CANCEL_REMOVE_DEVICE`.
  public static let cancelRemoveDevice = MinorFunction(0x03)
  /// `IRP_MN_STOP_DEVICE`.
  public static let stopDevice = MinorFunction(0x04)
  /// `IRP_MN_QUERY_STOP_DEVICE`.
  public static let queryStopDevice = MinorFunction(0x05)
  /// `IRP_MN_CANCEL_STOP_DEVICE`.
  public static let cancelStopDevice = MinorFunction(0x06)
  /// `IRP_MN_QUERY_DEVICE_RELATIONS`.
  public static let queryDeviceRelations = MinorFunction(0x07)
  /// `IRP_MN_QUERY_CAPABILITIES`.
  public static let queryCapabilities = MinorFunction(0x09)
  /// IRP_MN_QUERY_RESOURCES.
  public static let queryResources = MinorFunction(0x0A)
  /// IRP_MN_QUERY_RESOURCE_REQUIREMENTS.
  public static let queryResourceRequirements = MinorFunction(0x0B)
  /// IRP_MN_QUERY_DEVICE_TEXT.
  public static let queryDeviceText = MinorFunction(0x0C)
  /// IRP_MN_FILTER_RESOURCE_REQUIREMENTS.
  public static let filterResourceRequirements = MinorFunction(0x0D)
  /// IRP_MN_QUERY_ID.
  public static let queryID = MinorFunction(0x13)
  /// IRP_MN_QUERY_BUS_INFORMATION.
  public static let queryBusInformation = MinorFunction(0x15)
  /// `IRP_MN_SURPRISE_REMOVAL`.
  public static let surpriseRemoval = MinorFunction(0x17)
  // IRP_MJ_POWER
  /// `IRP_MN_WAIT_WAKE`.
  public static let waitWake = MinorFunction(0x00)
  /// `IRP_MN_SET_POWER`.
  public static let setPower = MinorFunction(0x02)
  /// `IRP_MN_QUERY_POWER`.
  public static let queryPower = MinorFunction(0x03)

  /// `IRP_MN_START_DEVICE` in the light of IRP_MJ_PNP; `IRP_MN_0x…` for a code without a name.
  public func name(of major: MajorFunction) -> String {
    if let name = Self.names(of: major).first(where: { $0.value == rawValue })?.name {
      return "IRP_MN_" + name
    }
    return "IRP_MN_0x" + String(rawValue, radix: 16)
  }

  /// The names of a major function's minor codes, without `IRP_MN_`.
  static func names(of major: MajorFunction) -> [(name: String, value: UInt8)] {
    switch major {
    case .pnp: pnpNames
    case .power: powerNames
    case .systemControl: wmiNames
    case .read, .write: transferNames
    case MajorFunction(0x0C): [("QUERY_DIRECTORY", 0x01), ("NOTIFY_CHANGE_DIRECTORY", 0x02)]
    case MajorFunction(0x0D): fileSystemNames
    case MajorFunction(0x11): lockControlNames
    case .deviceControl, .internalDeviceControl: [("SCSI_CLASS", 0x01)]
    default: []
    }
  }

  private static let pnpNames: [(name: String, value: UInt8)] = [
    ("START_DEVICE", 0x00), ("QUERY_REMOVE_DEVICE", 0x01), ("REMOVE_DEVICE", 0x02),
    ("CANCEL_REMOVE_DEVICE", 0x03), ("STOP_DEVICE", 0x04), ("QUERY_STOP_DEVICE", 0x05),
    ("CANCEL_STOP_DEVICE", 0x06), ("QUERY_DEVICE_RELATIONS", 0x07), ("QUERY_INTERFACE", 0x08),
    ("QUERY_CAPABILITIES", 0x09), ("QUERY_RESOURCES", 0x0A),
    ("QUERY_RESOURCE_REQUIREMENTS", 0x0B), ("QUERY_DEVICE_TEXT", 0x0C),
    ("FILTER_RESOURCE_REQUIREMENTS", 0x0D), ("READ_CONFIG", 0x0F), ("WRITE_CONFIG", 0x10),
    ("EJECT", 0x11), ("SET_LOCK", 0x12), ("QUERY_ID", 0x13), ("QUERY_PNP_DEVICE_STATE", 0x14),
    ("QUERY_BUS_INFORMATION", 0x15), ("DEVICE_USAGE_NOTIFICATION", 0x16),
    ("SURPRISE_REMOVAL", 0x17), ("QUERY_LEGACY_BUS_INFORMATION", 0x18),
    ("DEVICE_ENUMERATED", 0x19),
  ]
  private static let powerNames: [(name: String, value: UInt8)] = [
    ("WAIT_WAKE", 0x00), ("POWER_SEQUENCE", 0x01), ("SET_POWER", 0x02), ("QUERY_POWER", 0x03),
  ]
  private static let wmiNames: [(name: String, value: UInt8)] = [
    ("QUERY_ALL_DATA", 0x00), ("QUERY_SINGLE_INSTANCE", 0x01), ("CHANGE_SINGLE_INSTANCE", 0x02),
    ("CHANGE_SINGLE_ITEM", 0x03), ("ENABLE_EVENTS", 0x04), ("DISABLE_EVENTS", 0x05),
    ("ENABLE_COLLECTION", 0x06), ("DISABLE_COLLECTION", 0x07), ("REGINFO", 0x08),
    ("EXECUTE_METHOD", 0x09), ("SET_TRACE_NOTIFY", 0x0A), ("REGINFO_EX", 0x0B),
  ]
  private static let transferNames: [(name: String, value: UInt8)] = [
    ("NORMAL", 0x00), ("DPC", 0x01), ("MDL", 0x02), ("MDL_DPC", 0x03), ("COMPLETE", 0x04),
    ("COMPRESSED", 0x08), ("COMPLETE_MDL", 0x06), ("COMPLETE_MDL_DPC", 0x07),
  ]
  private static let fileSystemNames: [(name: String, value: UInt8)] = [
    ("USER_FS_REQUEST", 0x00), ("MOUNT_VOLUME", 0x01), ("VERIFY_VOLUME", 0x02),
    ("LOAD_FILE_SYSTEM", 0x03), ("TRACK_LINK", 0x04), ("KERNEL_CALL", 0x04),
  ]
  private static let lockControlNames: [(name: String, value: UInt8)] = [
    ("LOCK", 0x01), ("UNLOCK_SINGLE", 0x02), ("UNLOCK_ALL", 0x03), ("UNLOCK_ALL_BY_KEY", 0x04),
  ]
}
