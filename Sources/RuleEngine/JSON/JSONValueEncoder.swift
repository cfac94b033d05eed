/// Turns a `Codable` value into a ``JSONValue`` with the members in the order of their declaration,
/// which a reader of a report can rely on, and no encoder of Foundation keeps.
package enum JSONValueEncoder {
  /// The value as JSON.
  package static func encode(_ value: some Encodable) throws -> JSONValue {
    let box = JSONBox()
    try value.encode(to: BoxEncoder(box: box, codingPath: []))
    return box.value
  }
}

/// A place in the tree that is being built.
private final class JSONBox {
  enum Content {
    case value(JSONValue)
    case array([JSONBox])
    case object([(key: String, box: JSONBox)])
  }

  var content = Content.object([])

  var value: JSONValue {
    switch content {
    case .value(let value): value
    case .array(let boxes): .array(boxes.map(\.value))
    case .object(let members): .object(members.map { JSONValue.Member($0.key, $0.box.value) })
    }
  }

  func member(_ key: String) -> JSONBox {
    let box = JSONBox()
    if case .object(var members) = content {
      content = .value(.null)
      members.append((key, box))
      content = .object(members)
    }
    return box
  }

  func element() -> JSONBox {
    let box = JSONBox()
    if case .array(var boxes) = content {
      content = .value(.null)
      boxes.append(box)
      content = .array(boxes)
    }
    return box
  }

  func set(_ value: some Encodable, _ path: [any CodingKey]) throws {
    switch value {
    case let text as String: content = .value(.string(text))
    case let flag as Bool: content = .value(.bool(flag))
    case let number as any BinaryInteger: content = .value(.integer("\(number)"))
    case let number as Double: content = .value(.double(number))
    case let json as JSONValue: content = .value(json)
    default: try value.encode(to: BoxEncoder(box: self, codingPath: path))
    }
  }
}

private struct BoxEncoder: Encoder {
  let box: JSONBox
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    box.content = .object([])
    return KeyedEncodingContainer(Keyed<Key>(box: box, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    box.content = .array([])
    return Unkeyed(box: box, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(box: box, codingPath: codingPath)
  }

  struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let box: JSONBox
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { box.member(key.stringValue).content = .value(.null) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
      try box.member(key.stringValue).set(value, codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      encoder(key.stringValue, key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      encoder(key.stringValue, key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
      BoxEncoder(box: box.member("super"), codingPath: codingPath)
    }

    func superEncoder(forKey key: Key) -> any Encoder { encoder(key.stringValue, key) }

    private func encoder(_ name: String, _ key: Key) -> BoxEncoder {
      BoxEncoder(box: box.member(name), codingPath: codingPath + [key])
    }
  }

  struct Unkeyed: UnkeyedEncodingContainer {
    let box: JSONBox
    let codingPath: [any CodingKey]

    var count: Int {
      if case .array(let boxes) = box.content { boxes.count } else { 0 }
    }

    func encodeNil() { box.element().content = .value(.null) }

    func encode(_ value: some Encodable) throws { try box.element().set(value, codingPath) }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
      BoxEncoder(box: box.element(), codingPath: codingPath).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      BoxEncoder(box: box.element(), codingPath: codingPath).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
      BoxEncoder(box: box.element(), codingPath: codingPath)
    }
  }

  struct Single: SingleValueEncodingContainer {
    let box: JSONBox
    let codingPath: [any CodingKey]

    func encodeNil() { box.content = .value(.null) }

    func encode(_ value: some Encodable) throws { try box.set(value, codingPath) }
  }
}
