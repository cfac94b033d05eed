import RuleEngine

/// A part of a report of which there are many, and which stands in one order whatever it was made from.
protocol ReportElement: Codable, Hashable, Sendable {
  /// Appends what the element is ordered by; those that this leaves equal are ordered by their JSON.
  func appendOrder(to key: inout OrderKey)
}

/// What elements are ordered by, as bytes that compare as the fields do, one field after the other.
struct OrderKey {
  private(set) var bytes: [UInt8] = []

  /// Appends a text: a shorter one stands before those that begin with it.
  mutating func append(_ text: String) {
    for byte in text.utf8 {
      bytes.append(byte)
      if byte == 0 { bytes.append(0xFF) }
    }
    bytes.append(0)
    bytes.append(1)
  }

  /// Appends a number.
  mutating func append(_ number: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }
}

extension Report.Trace: ReportElement {
  /// A file that continues a trace stands behind the one that begins it.
  func appendOrder(to key: inout OrderKey) {
    key.append(continues ?? path)
    key.append(continues == nil ? 0 : 1)
    key.append(path)
    key.append(events)
  }
}

extension Report.Finding: ReportElement {
  func appendOrder(to key: inout OrderKey) {
    key.append(trace)
    key.append(line)
    key.append(rule)
  }
}

extension Report.Diagnostic: ReportElement {
  func appendOrder(to key: inout OrderKey) {
    key.append(trace ?? "")
    key.append(line ?? 0)
    key.append(message)
  }
}

/// An element as it is written, behind what it is ordered by.
struct OrderedElement: Comparable, Sendable {
  /// The key and then the JSON: no key is the beginning of another, so that the whole compares as its parts.
  let bytes: [UInt8]
  /// How many of the bytes are the key.
  let keyCount: Int

  init(bytes: [UInt8], keyCount: Int) {
    self.bytes = bytes
    self.keyCount = keyCount
  }

  init(_ element: some ReportElement) {
    var key = OrderKey()
    element.appendOrder(to: &key)
    var bytes = key.bytes
    keyCount = bytes.count
    Self.appendJSON(element, to: &bytes)
    self.bytes = bytes
  }

  var json: ArraySlice<UInt8> { bytes[keyCount...] }

  static func < (a: OrderedElement, b: OrderedElement) -> Bool {
    a.bytes.lexicographicallyPrecedes(b.bytes)
  }

  static func appendJSON(_ element: some Encodable, to bytes: inout [UInt8]) {
    if let direct = element as? any DirectJSON { return direct.appendJSON(to: &bytes) }
    // The types of a report have synthesized encodings, which do not throw.
    let json = (try? JSONValueEncoder.encode(element)) ?? .null
    json.append(to: &bytes)
  }
}

extension Report {
  /// The indices of elements in their order; nil where they are in it already.
  static func order(of elements: [some ReportElement]) -> [Int]? {
    let keys = elements.map { element in
      var key = OrderKey()
      element.appendOrder(to: &key)
      return key.bytes
    }
    func precedes(_ a: Int, _ b: Int) -> Bool {
      if keys[a] != keys[b] { return keys[a].lexicographicallyPrecedes(keys[b]) }
      if elements[a] == elements[b] { return false }
      // Strings that are equal in Unicode's eyes may differ in their bytes.
      return OrderedElement(elements[a]) < OrderedElement(elements[b])
    }
    let isInOrder = zip(keys.indices, keys.indices.dropFirst()).allSatisfy { !precedes($1, $0) }
    return isInOrder ? nil : elements.indices.sorted(by: precedes)
  }

  /// Brings elements into their order.
  static func sort<Element: ReportElement>(_ elements: inout [Element]) {
    if let order = order(of: elements) { elements = order.map { elements[$0] } }
  }
}
