/// The strings of a run, each stored once. Grows to a limit, so that a trace in which every line
/// names another source position cannot fill the memory.
public struct StringTable: Sendable {
  private var ids: [String: UInt32] = [:]
  private var strings: [String] = [""]

  /// The largest number of strings that are kept.
  public let limit: Int
  /// How many strings came after the table was full; they read as ``overflowText``.
  public private(set) var overflowed = 0

  /// What a string reads as that no longer fitted.
  public static let overflowText = "(string table full)"

  /// Makes an empty table.
  public init(limit: Int = 1 << 18) { self.limit = limit }

  /// The id of `string`, which is added where it is new.
  public mutating func intern(_ string: String) -> StringID {
    if string.isEmpty { return .none }
    if let id = ids[string] { return StringID(id) }
    guard strings.count <= limit else {
      overflowed += 1
      return string == Self.overflowText ? .none : intern(overflow: ())
    }
    let id = UInt32(strings.count)
    strings.append(string)
    ids[string] = id
    return StringID(id)
  }

  private mutating func intern(overflow: Void) -> StringID {
    if let id = ids[Self.overflowText] { return StringID(id) }
    let id = UInt32(strings.count)
    strings.append(Self.overflowText)
    ids[Self.overflowText] = id
    return StringID(id)
  }

  /// The string with this id; empty for ``StringID/none`` and for ids of another table.
  public subscript(id: StringID) -> String {
    Int(id.rawValue) < strings.count ? strings[Int(id.rawValue)] : ""
  }

  /// The id of `string` where it has been seen.
  public func find(_ string: String) -> StringID? { ids[string].map { StringID($0) } }
}
