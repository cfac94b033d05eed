import RuleEngine

/// Numbers that look random and are the same in every run.
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Makes events of every kind with any of the fields that they may carry.
struct EventGenerator {
  var random: TestRandom
  var strings = StringTable()

  init(seed: UInt64) { random = TestRandom(seed: seed) }

  private static let texts = [
    "", "a", "toaster", "file.c:123", "two words", "\"", "a\"b", "\\", "c:\\dir\\f.c:7", "\\\"",
    "ä😀",
    "@ddi x", "mail@ddi", "=", "x=y", "tab\tstop", "eight888", "sixteen_sixteen_",
    "seventeen_sevente",
    "a rather long text that goes on for more than twenty-four bytes", "\u{1}\u{1F}",
    "{\"ev\":\"x\"}",
  ]

  mutating func event(_ row: EventSchema) -> Event {
    var event = Event(row.kind)
    let optional = row.optional.union(EventSchema.common).subtracting(FieldSet(.ev))
    for field in row.required.union(optional).fields
    where row.required.contains(field) || Bool.random(using: &random) {
      event.fields.insert(field)
      set(field, &event)
    }
    if event.has(.state) && !event.has(.type) {
      event.powerType =
        switch event.powerState {
        case .unknown: .unknown
        case .s0, .s1, .s2, .s3, .s4, .s5: .system
        case .d0, .d1, .d2, .d3: .device
        }
    }
    return event
  }

  mutating func number() -> UInt64 {
    let bits = UInt64.random(in: 0...64, using: &random)
    return bits == 0 ? 0 : random.next() >> (64 - bits)
  }

  mutating func text() -> StringID {
    strings.intern(Self.texts.randomElement(using: &random) ?? "")
  }

  private mutating func set(_ field: Field, _ event: inout Event) {
    switch field.valueKind {
    case .pointer: setPointer(field, &event)
    case .integer: setInteger(field, &event)
    case .timestamp: event.timestamp = Int64(bitPattern: number())
    case .duration: event.number = number()
    case .status: setStatus(&event)
    case .majorFunction: event.major = MajorFunction(UInt8.random(in: 0...40, using: &random))
    case .minorFunction: event.minor = MinorFunction(UInt8.random(in: 0...40, using: &random))
    case .word: setWord(field, &event)
    case .text:
      switch field {
      case .drv: event.driver = text()
      case .src: event.source = text()
      case .fn: event.function = text()
      default: event.text = text()
      }
    }
  }

  private mutating func setPointer(_ field: Field, _ event: inout Event) {
    switch field {
    case .dev: event.device = number()
    case .irp: event.irp = number()
    case .lock: event.lock = number()
    case .tag, .previous: event.tag = number()
    default: event.operand = number()
    }
  }

  private mutating func setInteger(_ field: Field, _ event: inout Event) {
    if let flag = Event.Flags(field) {
      if Bool.random(using: &random) { event.flags.insert(flag) }
      return
    }
    switch field {
    case .tid: event.thread = number()
    case .cpu: event.cpu = UInt32(truncatingIfNeeded: number())
    case .irql: event.irql = UInt8(truncatingIfNeeded: number())
    case .highwater: event.highWatermark = UInt32(truncatingIfNeeded: number())
    case .oldirql: event.oldIRQL = UInt8(truncatingIfNeeded: number())
    case .newirql: event.newIRQL = UInt8(truncatingIfNeeded: number())
    case .pooltype, .poolflags: event.tag = number()
    default: event.number = number()
    }
  }

  private mutating func setStatus(_ event: inout Event) {
    switch UInt8.random(in: 0..<4, using: &random) {
    case 0:
      event.flags.insert(.unknownStatus)
      event.statusBits = strings.intern("STATUS_X\(random.next() % 7)").rawValue
    case 1: event.statusBits = UInt32(truncatingIfNeeded: random.next())
    default:
      let known: [NTStatus] = [.success, .pending, .deletePending, .moreProcessingRequired]
      event.statusBits = (known.randomElement(using: &random) ?? .success).rawValue
    }
  }

  private mutating func setWord(_ field: Field, _ event: inout Event) {
    switch field {
    case .type: event.powerType = PowerStateType.allCases.randomElement(using: &random) ?? .unknown
    case .state: event.powerState = PowerState.allCases.randomElement(using: &random) ?? .unknown
    case .role: event.word = UInt8.random(in: 0...3, using: &random)
    case .relation: event.word = UInt8.random(in: 0...5, using: &random)
    case .disposition: event.word = UInt8.random(in: 0...4, using: &random)
    default:
      let words = CallbackKind.allCases.map(\.name) + ["MyKind", "x y"]
      let word = words.randomElement(using: &random) ?? ""
      event.text = strings.intern(word)
      event.operand = word.lowercased().utf8.reduce(0xCBF2_9CE4_8422_2325) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01B3
      }
      let kind = CallbackKind.allCases.first { $0 != .other && $0.name == word }
      event.word = (kind ?? .other).rawValue
    }
  }
}
