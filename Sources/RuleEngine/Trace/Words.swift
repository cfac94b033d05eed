/// What a device object is in its stack (`role`).
public enum DeviceRole: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// Not said, or a word that this version does not know.
  case unknown
  /// Function device object.
  case fdo
  /// Filter device object.
  case fido
  /// Physical device object: created by a bus driver, completes what reaches it.
  case pdo

  /// The word in a trace.
  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .fdo: "FDO"
    case .fido: "FIDO"
    case .pdo: "PDO"
    }
  }
}

/// Which kind of power state an IRP_MJ_POWER request is about (`type`).
public enum PowerStateType: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// A state of the system or of one device; or a word that this version does not know.
  case unknown, system, device

  /// The word in a trace.
  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .system: "SystemPowerState"
    case .device: "DevicePowerState"
    }
  }
}

/// A system or device power state (`state`).
public enum PowerState: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// A word that this version does not know.
  case unknown
  /// The system works (S0), sleeps (S1 to S3), hibernates (S4), is off (S5).
  case s0, s1, s2, s3, s4, s5
  /// The device works (D0), sleeps (D1, D2), is off (D3).
  case d0, d1, d2, d3

  /// Whether it is a system's state or a device's, as the letter says.
  public var type: PowerStateType {
    switch self {
    case .unknown: .unknown
    case .s0, .s1, .s2, .s3, .s4, .s5: .system
    case .d0, .d1, .d2, .d3: .device
    }
  }

  /// The word in a trace.
  public var name: String {
    self == .unknown ? "unknown" : String(describing: self).uppercased()
  }
}

/// The parameter of IRP_MN_QUERY_DEVICE_RELATIONS (`relation`).
public enum DeviceRelation: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// The relation of the same name; or a word that this version does not know.
  case unknown, bus, ejection, power, removal, targetDevice

  /// The word in a trace.
  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .bus: "BusRelations"
    case .ejection: "EjectionRelations"
    case .power: "PowerRelations"
    case .removal: "RemovalRelations"
    case .targetDevice: "TargetDeviceRelation"
    }
  }
}

/// What `WmiSystemControl` says is to be done with the IRP (`disposition`).
public enum WMIDisposition: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// The disposition of the same name; or a word that this version does not know.
  case unknown, processed, notCompleted, notWmi, forward

  /// The word in a trace.
  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .processed: "IrpProcessed"
    case .notCompleted: "IrpNotCompleted"
    case .notWmi: "IrpNotWmi"
    case .forward: "IrpForward"
    }
  }
}

/// Which of the driver's routines a callback frame is (`kind`; letter case does not matter).
public enum CallbackKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// A word that this version does not know: a frame and nothing more.
  case other
  /// The routine of the same name: WDM's names for them.
  case dpc, workItem, timer, cancel, powerCompletion, startIo, thread
  /// The driver's AddDevice, DriverEntry and Unload routines, and an interrupt service routine.
  case addDevice, driverEntry, unload, isr

  /// The word in a trace.
  public var name: String {
    switch self {
    case .other: "other"
    case .dpc: "Dpc"
    case .workItem: "WorkItem"
    case .timer: "Timer"
    case .cancel: "Cancel"
    case .powerCompletion: "PowerCompletion"
    case .startIo: "StartIo"
    case .thread: "Thread"
    case .addDevice: "AddDevice"
    case .driverEntry: "DriverEntry"
    case .unload: "Unload"
    case .isr: "Isr"
    }
  }
}
