import RuleEngine

/// What an IRP asks for: its major and minor code and their parameters.
struct Request: Hashable, Sendable {
  var major: MajorFunction
  var minor: MinorFunction?
  var powerType = PowerStateType.unknown
  var powerState = PowerState.unknown
  var relation = DeviceRelation.unknown
  var controlCode: UInt32 = 0

  init(_ major: MajorFunction, _ minor: MinorFunction? = nil) {
    self.major = major
    self.minor = minor
  }

  static let create = Request(.create)
  static let close = Request(.close)
  static let cleanup = Request(.cleanup)
  static let read = Request(.read)
  static let write = Request(.write)
  static let shutdown = Request(.shutdown)
  static let flushBuffers = Request(MajorFunction(0x09))
  static let queryInformation = Request(MajorFunction(0x05))
  static let deviceControl = control(.deviceControl, code: 0x0022_0004)
  static let internalDeviceControl = control(.internalDeviceControl, code: 0x0022_0003)
  static let waitWake = Request(.power, .waitWake)

  private static func control(_ major: MajorFunction, code: UInt32) -> Request {
    var request = Request(major)
    request.controlCode = code
    return request
  }

  static func pnp(_ minor: MinorFunction) -> Request { Request(.pnp, minor) }

  static func relations(_ relation: DeviceRelation) -> Request {
    var request = Request(.pnp, .queryDeviceRelations)
    request.relation = relation
    return request
  }

  static func setPower(_ state: PowerState) -> Request { power(.setPower, state) }

  static func queryPower(_ state: PowerState) -> Request { power(.queryPower, state) }

  private static func power(_ minor: MinorFunction, _ state: PowerState) -> Request {
    var request = Request(.power, minor)
    request.powerState = state
    request.powerType = state.rawValue >= PowerState.d0.rawValue ? .device : .system
    return request
  }

  /// IRP_MJ_SYSTEM_CONTROL with this minor code.
  static func wmi(_ minor: UInt8) -> Request { Request(.systemControl, MinorFunction(minor)) }

  /// The dispatch routine and the source file that it stands in, as a driver would name them.
  var routine: (name: String, file: String) {
    switch major {
    case .create: ("DispatchCreate", "create.c")
    case .close: ("DispatchClose", "create.c")
    case .cleanup: ("DispatchCleanup", "create.c")
    case .read: ("DispatchRead", "read.c")
    case .write: ("DispatchWrite", "write.c")
    case .deviceControl: ("DispatchIoctl", "ioctl.c")
    case .internalDeviceControl: ("DispatchInternal", "ioctl.c")
    case .pnp: ("DispatchPnp", "pnp.c")
    case .power: ("DispatchPower", "power.c")
    case .systemControl: ("DispatchWmi", "wmi.c")
    default: ("DispatchAny", "driver.c")
    }
  }
}

/// What a device object is to the scenarios: its role in the stack, and what its driver brings.
enum Role: UInt8, CaseIterable, Sendable {
  /// The function driver's device.
  case function
  /// The same, of a driver with a thread of its own that serves a queue.
  case threaded
  case filter
  /// A bus driver's child.
  case child
  /// A bus driver's own FDO.
  case bus

  var word: DeviceRole {
    switch self {
    case .function, .threaded, .bus: .fdo
    case .filter: .fido
    case .child: .pdo
    }
  }

  /// The driver's name.
  var driver: String {
    switch self {
    case .function: "ramport"
    case .threaded: "serline"
    case .filter: "volflt"
    case .child, .bus: "simbus"
    }
  }
}

/// A set of roles.
struct RoleSet: OptionSet, Sendable {
  var rawValue: UInt8

  init(rawValue: UInt8) { self.rawValue = rawValue }
  init(_ role: Role) { rawValue = 1 << role.rawValue }

  static let function: RoleSet = [RoleSet(.function), RoleSet(.threaded)]
  static let threaded = RoleSet(.threaded)
  static let filter = RoleSet(.filter)
  static let child = RoleSet(.child)
  static let bus = RoleSet(.bus)
  /// Everything that has a driver below it.
  static let forwarding: RoleSet = [.function, .filter, .bus]
  static let any: RoleSet = [.forwarding, .child]

  func contains(_ role: Role) -> Bool { rawValue & 1 << role.rawValue != 0 }
}

extension NTStatus {
  static let deviceDataError = NTStatus(0xC000_009C)
  static let insufficientResources = NTStatus(0xC000_009A)
  static let invalidDeviceRequest = NTStatus(0xC000_0010)
  static let invalidParameter = NTStatus(0xC000_000D)
  static let ioTimeout = NTStatus(0xC000_00B5)
  static let timeout = NTStatus(0x0000_0102)
  static let endOfFile = NTStatus(0xC000_0011)
}
