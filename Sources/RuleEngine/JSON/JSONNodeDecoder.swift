/// Makes a `Decodable` value of a JSON document. What does not fit is told with its place.
package enum JSONNodeDecoder {
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from node: JSONNode
  ) throws(JSONNode.Problem) -> Value {
    do {
      return try Value(from: NodeDecoder(node: node, codingPath: []))
    } catch let problem as JSONNode.Problem {
      throw problem
    } catch DecodingError.dataCorrupted(let context) {
      throw problem(context, context.debugDescription, node)
    } catch {
      throw node.problem("\(error)")
    }
  }

  /// A problem that a type found itself: its place is where the path leads.
  private static func problem(
    _ context: DecodingError.Context, _ message: String, _ root: JSONNode
  ) -> JSONNode.Problem {
    var node = root
    for key in context.codingPath {
      if let index = key.intValue, case .array(let elements) = node.value, index < elements.count {
        node = elements[index]
      } else if let member = node.member(key.stringValue) {
        node = member
      }
    }
    return node.problem(message)
  }
}

private struct IndexKey: CodingKey {
  var intValue: Int?
  var stringValue: String { "\(intValue ?? 0)" }
  init(intValue: Int) { self.intValue = intValue }
  init?(stringValue: String) { return nil }
}

private struct NodeDecoder: Decoder {
  let node: JSONNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    return KeyedDecodingContainer(
      Keyed<Key>(node: node, members: try node.object("this"), codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    Unkeyed(elements: try node.array("this"), node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    Single(node: node, codingPath: codingPath)
  }

  static func value<Value: Decodable>(
    _ type: Value.Type, _ node: JSONNode, _ path: [any CodingKey]
  ) throws -> Value {
    let single = Single(node: node, codingPath: path)
    switch type {
    case is String.Type:
      if case .string(let text) = node.value, let value = text as? Value { return value }
      throw node.problem("expected a string, found \(node.kind)")
    case is Bool.Type:
      if case .bool(let flag) = node.value, let value = flag as? Value { return value }
      throw node.problem("expected true or false, found \(node.kind)")
    case is UInt64.Type: return try cast(single.whole(UInt64.self), node)
    case is Int64.Type: return try cast(single.whole(Int64.self), node)
    case is Int.Type: return try cast(single.whole(Int.self), node)
    default: return try Value(from: NodeDecoder(node: node, codingPath: path))
    }
  }

  private static func cast<Value>(_ value: Any, _ node: JSONNode) throws -> Value {
    guard let value = value as? Value else { throw node.problem("unexpected value") }
    return value
  }

  struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let node: JSONNode
    let members: [JSONNode.Member]
    let codingPath: [any CodingKey]

    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }
    func contains(_ key: Key) -> Bool { find(key) != nil }

    // Types have few fields, so that looking is cheaper than a dictionary for each object.
    private func find(_ key: Key) -> JSONNode? {
      let name = key.stringValue
      return members.first { $0.key == name }?.value
    }

    private func member(_ key: Key) throws -> JSONNode {
      guard let member = find(key) else {
        throw node.problem("\"\(key.stringValue)\" is missing")
      }
      return member
    }

    func decodeNil(forKey key: Key) throws -> Bool {
      if case .null = try member(key).value { true } else { false }
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try NodeDecoder.value(type, try member(key), codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
      try NodeDecoder(node: member(key), codingPath: codingPath + [key]).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try NodeDecoder(node: member(key), codingPath: codingPath + [key]).unkeyedContainer()
    }

    func superDecoder() -> any Decoder { NodeDecoder(node: node, codingPath: codingPath) }

    func superDecoder(forKey key: Key) throws -> any Decoder {
      NodeDecoder(node: try member(key), codingPath: codingPath + [key])
    }
  }

  struct Unkeyed: UnkeyedDecodingContainer {
    let elements: [JSONNode]
    let node: JSONNode
    let codingPath: [any CodingKey]
    var currentIndex = 0

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private mutating func take() throws -> (JSONNode, [any CodingKey]) {
      guard !isAtEnd else { throw node.problem("too few elements") }
      defer { currentIndex += 1 }
      return (elements[currentIndex], codingPath + [IndexKey(intValue: currentIndex)])
    }

    mutating func decodeNil() throws -> Bool {
      guard !isAtEnd, case .null = elements[currentIndex].value else { return false }
      currentIndex += 1
      return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      let (element, path) = try take()
      return try NodeDecoder.value(type, element, path)
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
      let (element, path) = try take()
      return try NodeDecoder(node: element, codingPath: path).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      let (element, path) = try take()
      return try NodeDecoder(node: element, codingPath: path).unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
      let (element, path) = try take()
      return NodeDecoder(node: element, codingPath: path)
    }
  }

  struct Single: SingleValueDecodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool {
      if case .null = node.value { true } else { false }
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try NodeDecoder.value(type, node, codingPath)
    }

    func whole<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
      guard case .number(let text) = node.value, let number = Number(text) else {
        throw node.problem("expected a whole number, found \(node.kind)")
      }
      return number
    }
  }
}
