/// Which IRP contexts a rule is about.
public struct ContextScope: Sendable, Hashable {
  /// The major functions; nil for every one.
  public var majors: [MajorFunction]?
  /// The minor functions; nil for every one. A request that names none is not among them.
  public var minors: [MinorFunction]?
  /// Requests that are left out.
  public var except: [Request] = []
  /// Major functions that are left out.
  public var exceptMajors: [MajorFunction] = []
  /// Whether a request that names no minor function is left out as well.
  public var needsMinor = false
  /// The power states that the request sets; nil for every request.
  public var powerStates: [PowerState]?
  /// The relation that is queried; a request that names none is taken for it. Nil for every one.
  public var relation: DeviceRelation?
  /// The I/O control codes; nil for every one.
  public var ioctls: [UInt32]?
  /// What the device must be.
  public var devices: DeviceScope = []

  /// Conditions on the context's device, looked at when a verdict falls.
  public struct DeviceScope: OptionSet, Sendable, Hashable {
    /// The bits.
    public var rawValue: UInt8
    /// Makes a scope from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// FDO and FIDO only: not where the device is known to be a PDO.
    public static let functionOrFilter = DeviceScope(rawValue: 1)
    /// Not where AddDevice said `bus=1`.
    public static let notBus = DeviceScope(rawValue: 2)
    /// Only where AddDevice said `bus=1`.
    public static let onlyBus = DeviceScope(rawValue: 4)
    /// Only devices that use remove locks.
    public static let usesRemoveLocks = DeviceScope(rawValue: 8)
    /// Only where AddDevice said that the device is an FDO or FIDO.
    public static let knownFunctionOrFilter = DeviceScope(rawValue: 16)
  }

  /// A major function with one of its minor functions.
  public struct Request: Sendable, Hashable {
    /// The major function.
    public var major: MajorFunction
    /// The minor function.
    public var minor: MinorFunction
    /// Makes a request.
    public init(_ major: MajorFunction, _ minor: MinorFunction) {
      self.major = major
      self.minor = minor
    }
    /// IRP_MN_REMOVE_DEVICE.
    public static let removeDevice = Request(.pnp, .removeDevice)
    /// IRP_MN_QUERY_REMOVE_DEVICE.
    public static let queryRemoveDevice = Request(.pnp, .queryRemoveDevice)
    /// IRP_MN_SURPRISE_REMOVAL.
    public static let surpriseRemoval = Request(.pnp, .surpriseRemoval)
  }

  /// Makes a scope; what is left out does not restrict it.
  public init(
    majors: [MajorFunction]? = nil, minors: [MinorFunction]? = nil,
    except: [Request] = [], needsMinor: Bool = false,
    powerStates: [PowerState]? = nil, relation: DeviceRelation? = nil, ioctls: [UInt32]? = nil,
    devices: DeviceScope = []
  ) {
    self.majors = majors
    self.minors = minors
    self.except = except
    self.needsMinor = needsMinor
    self.powerStates = powerStates
    self.relation = relation
    self.ioctls = ioctls
    self.devices = devices
  }

  /// The scope in words, for tables and documentation.
  public var words: String {
    var parts: [String] = []
    if let majors {
      parts.append(majors.map(\.name).joined(separator: ", "))
    } else {
      parts.append("every major function")
    }
    if !exceptMajors.isEmpty {
      parts.append("except " + exceptMajors.map(\.name).joined(separator: ", "))
    }
    let major = majors?.first ?? .pnp
    if let minors {
      parts.append(minors.map { $0.name(of: major) }.joined(separator: ", "))
    }
    if !except.isEmpty {
      parts.append(
        "except " + except.map { $0.minor.name(of: $0.major) }.joined(separator: ", ")
          + (needsMinor ? " (no minor code: out of scope)" : ""))
    }
    if let powerStates {
      parts.append(powerStates.map(\.name).joined(separator: ", "))
    }
    if let relation { parts.append("\(relation.name) or none given") }
    if let ioctls {
      parts.append("IOCTL " + ioctls.map { "0x" + String($0, radix: 16) }.joined(separator: ", "))
    }
    if devices.contains(.functionOrFilter) { parts.append("FDO and FIDO only") }
    if devices.contains(.knownFunctionOrFilter) { parts.append("known FDO and FIDO only") }
    if devices.contains(.notBus) { parts.append("not bus drivers") }
    if devices.contains(.onlyBus) { parts.append("bus drivers only") }
    return parts.joined(separator: "; ")
  }
}

extension ContextScope {
  /// What a context is, as far as a scope can ask.
  struct Subject: Hashable {
    var major: MajorFunction
    var minor: MinorFunction?
    var powerState: PowerState
    var relation: DeviceRelation?
    var ioctl: UInt32?
  }

  /// Whether a context of this kind is in scope, its device aside.
  func contains(_ subject: Subject) -> Bool {
    if let majors, !majors.contains(subject.major) { return false }
    if exceptMajors.contains(subject.major) { return false }
    if let minor = subject.minor {
      if let minors, !minors.contains(minor) { return false }
      if except.contains(Request(subject.major, minor)) { return false }
    } else if minors != nil || needsMinor {
      return false
    }
    if let powerStates, !powerStates.contains(subject.powerState) { return false }
    if let relation, let asked = subject.relation, asked != relation { return false }
    if let ioctls, !ioctls.contains(where: { $0 == subject.ioctl }) { return false }
    return true
  }
}

/// Which lives of a remove lock arm a rule.
public enum LockScope: String, Sendable, Hashable {
  /// Every life, from its beginning.
  case everyLife
  /// Lives in which the number of acquisitions is known.
  case countKnown
  /// Lives whose initialisation set a maximum time.
  case maximumTime
  /// Lives whose initialisation set a high watermark.
  case highWatermark

  /// The scope in words.
  public var words: String {
    switch self {
    case .everyLife: "every life of a remove lock"
    case .countKnown: "lives of a remove lock whose number of acquisitions is known"
    case .maximumTime: "remove locks initialised with a maximum time"
    case .highWatermark: "remove locks initialised with a high watermark"
    }
  }
}

/// Which allocations of pool memory arm a rule.
public enum AllocationScope: String, Sendable, Hashable {
  /// Every one, from where an ExAllocatePool… returns it.
  case everyLife
  /// Those whose driver is known, what it allocates to answer PnP requests left out: their callers free that.
  case ofDriver

  /// The scope in words.
  public var words: String {
    switch self {
    case .everyLife: "each allocation of pool memory"
    case .ofDriver:
      "each allocation of pool memory by a known driver, answers to PnP requests left out"
    }
  }
}

/// Which handles of registry keys arm a rule.
public enum KeyHandleScope: String, Sendable, Hashable {
  /// Every one.
  case every
  /// Those that ZwCreateKey returns.
  case created
  /// Those that ZwOpenKey and the other routines that open keys return.
  case opened

  /// The scope in words.
  public var words: String {
    switch self {
    case .every: "each handle of a registry key"
    case .created: "each handle that ZwCreateKey returns"
    case .opened: "each handle that ZwOpenKey or another routine that opens keys returns"
    }
  }
}

/// Which IRPs of drivers' own arm a rule.
public struct OwnIRPScope: Sendable, Hashable {
  /// How they were made.
  public var kinds: Set<OwnIRPKind>
  /// Only those that were built with an event object which the trace names.
  public var needsEvent: Bool

  /// Makes a scope of these kinds.
  public init(_ kinds: Set<OwnIRPKind>, needsEvent: Bool = false) {
    self.kinds = kinds
    self.needsEvent = needsEvent
  }

  /// Every kind, with IRPs that are handled as if they were the driver's own.
  public static let all = OwnIRPScope(Set(OwnIRPKind.allCases))

  /// The scope in words.
  public var words: String {
    if self == .all { return "each IRP that the driver makes itself" }
    let names = OwnIRPKind.allCases.filter(kinds.contains).map(\.ddi)
    return "each IRP that \(names.joined(separator: ", ")) returned"
      + (needsEvent ? ", with the event object named" : "")
  }
}

/// Which calls arm a rule.
public struct CallScope: Sendable, Hashable {
  /// DDIs, each with the IRQL that it allows. The model compares each call with them, and tells the rule a fact
  /// such as ``CallFact/calledAboveAPC``.
  public var limits: [IRQLLimit]
  /// Events of which the model says more than that; the rule is told the other facts of these alone.
  public var events: Set<EventKind>
  /// Of calls that free memory, which memory.
  public var memory: Memory
  /// Whether the rule is about the IRQL of the call, which the trace has to tell then.
  public var goesByIRQL = true

  /// Memory by the DDI that allocated it.
  public enum Memory: Sendable, Hashable {
    /// Any.
    case any
    /// What one of these DDIs returned.
    case allocated(by: Set<EventKind>)
    /// What another than these returned, or the trace does not tell which.
    case allocatedOtherwise(than: Set<EventKind>)

    /// The memory in words.
    public var words: String {
      switch self {
      case .any: "was allocated"
      case .allocated(let kinds): Self.names(kinds) + " returned"
      case .allocatedOtherwise(let kinds): "another routine than \(Self.names(kinds)) returned"
      }
    }

    private static func names(_ kinds: Set<EventKind>) -> String {
      EventKind.allCases.filter(kinds.contains).map(\.name).joined(separator: ", ")
    }

    /// Whether it is what a DDI returned; nil where that is not known.
    func contains(_ ddi: EventKind?) -> Bool {
      switch self {
      case .any: true
      case .allocated(let kinds): ddi.map(kinds.contains) ?? false
      case .allocatedOtherwise(let kinds): !(ddi.map(kinds.contains) ?? false)
      }
    }
  }

  /// Makes a scope.
  public init(limits: [IRQLLimit] = [], events: Set<EventKind> = [], memory: Memory = .any) {
    self.limits = limits
    self.events = events
    self.memory = memory
  }

  /// DDIs with their limits.
  public static func ddis(_ limits: [IRQLLimit]) -> CallScope {
    CallScope(limits: limits, events: [])
  }

  /// Calls that these events tell.
  public static func calls(_ events: EventKind...) -> CallScope {
    CallScope(limits: [], events: Set(events))
  }

  /// Calls that these events tell, at whatever IRQL.
  public static func callsAtAnyIRQL(_ events: EventKind...) -> CallScope {
    var scope = CallScope(events: Set(events))
    scope.goesByIRQL = false
    return scope
  }

  /// The scope in words.
  public var words: String {
    let names = limits.map(\.ddi) + EventKind.allCases.filter(events.contains).map(\.name)
    let shown = names.prefix(Self.namesShown)
    let rest = names.count - shown.count
    return "each call\(goesByIRQL ? ", with its IRQL," : "") of \(shown.joined(separator: ", "))"
      + (rest > 0 ? " and \(rest) further routines" : "")
      + (memory == .any ? "" : ", of memory that \(memory.words)")
  }

  private static let namesShown = 12
}

/// What a thread holds where a rule is armed.
public struct HoldScope: Sendable, Hashable {
  /// The kinds.
  public var kinds: Set<HoldKind>

  /// Makes a scope of these kinds.
  public init(_ kinds: Set<HoldKind>) { self.kinds = kinds }

  /// Every kind of spin lock.
  public static let spinLocks = HoldScope([.spinLock, .queuedSpinLock, .cancelSpinLock])

  /// The scope in words.
  public var words: String {
    let names = HoldKind.allCases.filter(kinds.contains).map(\.words)
    return "each \(names.joined(separator: ", ")) that a thread takes, until it is given back"
  }
}
