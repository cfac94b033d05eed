/// Names of events that the format does not know and no rule asked for, each with how often it came and
/// where first. A slip in a name (`IoReleaseRemovLock`) is an event that the model never sees.
public struct UnknownEvents: Sendable, Equatable {
  /// A name.
  public struct Name: Sendable, Equatable {
    /// As it is written; of a long one the beginning.
    public var text: String
    /// How often it came.
    public var count: UInt64
    /// Where it came first.
    public var first: TracePosition
  }

  /// The first names that came, in their order.
  public private(set) var names: [Name] = []
  /// Events with other names than these.
  public private(set) var others: UInt64 = 0
  /// By place in ``names``: a hash of the whole name.
  private var hashes: [UInt64] = []

  /// How many names are told apart.
  static let limit = 64
  /// How many bytes of a name are kept.
  static let nameLimit = 80

  /// Nothing yet.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { names.isEmpty }

  /// Counts an event with an unknown name.
  @inline(never)
  mutating func add(_ name: UnsafeBufferPointer<UInt8>, at position: TracePosition) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    if let place = hashes.firstIndex(of: hash) {
      names[place].count &+= 1
    } else if names.count < Self.limit {
      hashes.append(hash)
      names.append(
        Name(
          text: String(decoding: name.prefix(Self.nameLimit), as: UTF8.self), count: 1,
          first: position))
    } else {
      others &+= 1
    }
  }

  /// Adds what came later in the trace.
  public static func += (a: inout Self, b: Self) {
    for (name, hash) in zip(b.names, b.hashes) {
      if let place = a.hashes.firstIndex(of: hash) {
        a.names[place].count &+= name.count
      } else if a.names.count < limit {
        a.names.append(name)
        a.hashes.append(hash)
      } else {
        a.others &+= name.count
      }
    }
    a.others &+= b.others
  }

  static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum += b
    return sum
  }

  /// Calls `body` with each name's place.
  mutating func forEachPlace(_ body: (inout TracePosition) -> Void) {
    for place in names.indices { body(&names[place].first) }
  }

  mutating func removeAll() {
    if names.isEmpty { return }
    self = UnknownEvents()
  }
}

extension UnknownEvents.Name {
  /// The name of the format that is meant if this one is a slip: the nearest one, where at most every
  /// fourth letter is another.
  public var nearest: String? { Self.nearest(to: text)?.name }

  /// Whether the name is so near to a known one that it is hardly anything else.
  public var isSlip: Bool { Self.nearest(to: text).map { $0.distance <= 2 } ?? false }

  private static let known = EventKind.schema.flatMap { [$0.name] + $0.synonyms }

  private static func nearest(to text: String) -> (name: String, distance: Int)? {
    let letters = Array(text.lowercased())
    var best: (name: String, distance: Int)?
    for name in known where abs(name.count - letters.count) <= letters.count / 4 {
      let distance = EditDistance.between(letters, Array(name.lowercased()))
      if distance * 4 <= letters.count, distance < best?.distance ?? .max {
        best = (name, distance)
      }
    }
    return best
  }
}
