/// Reads a mapping file and checks what it says before any line of a log is read.
struct MappingReader {
  private typealias Node = JSONDocument.Node
  private typealias Failure = JSONDocument.Failure

  private let customEvents: [CustomEvent]
  /// Reads constants as a trace would be read.
  private var parser: TraceParser
  private var defaults: [(name: String, value: LogMapping.Value)] = []

  /// What an event can be mapped to.
  private struct Schema {
    /// The fields of the format.
    var allowed: FieldSet
    /// Fields of its own.
    var own: [String] = []
    var required: FieldSet = []

    func allows(_ field: String) -> Bool {
      Field.named(field).map { allowed.contains($0) } ?? own.contains(field)
    }
  }

  init(customEvents: [CustomEvent]) {
    self.customEvents = CustomEvent.merge(customEvents)
    var options = TraceParser.Options()
    options.customEvents = self.customEvents
    parser = TraceParser(options: options)
  }

  /// Reads the document: a list of lines, or an object with `lines` and `defaults`.
  mutating func read(
    _ document: JSONDocument.Node
  ) throws(JSONDocument.Failure) -> [LogMapping.Line] {
    var lines = document
    if case .object(let members) = document.content {
      try check(members, allowed: ["comment", "defaults", "lines"])
      if let found = members.first(where: { $0.key == "defaults" }) {
        try readDefaults(found.value)
      }
      guard let found = members.first(where: { $0.key == "lines" }) else {
        throw Failure(place: document.place, message: "the mapping has no \"lines\"")
      }
      lines = found.value
    }
    guard case .array(let nodes) = lines.content else {
      throw Failure(place: lines.place, message: "expected a list of lines")
    }
    if nodes.isEmpty { throw Failure(place: lines.place, message: "the list of lines is empty") }
    var read: [LogMapping.Line] = []
    for node in nodes { read.append(try line(node)) }
    return read
  }

  private func check(
    _ members: [JSONDocument.Member], allowed: [String]
  ) throws(Failure) {
    for member in members where !allowed.contains(member.key) {
      throw Failure(
        place: member.place,
        message: "unknown member \"\(member.key)\"; expected \(Self.list(allowed))")
    }
  }

  private static func list(_ words: [String]) -> String {
    words.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  private mutating func readDefaults(_ node: Node) throws(Failure) {
    guard case .object(let members) = node.content else {
      throw Failure(place: node.place, message: "expected an object of fields and values")
    }
    for member in members {
      try checkField(member)
      defaults.append((member.key, try constant(member.value)))
    }
  }

  /// Checks that a field is one of the format, or of any event that rules ask for.
  private func checkField(_ member: JSONDocument.Member) throws(Failure) {
    if let field = Field.named(member.key), field != .ev { return }
    guard customEvents.contains(where: { $0.fields.contains(member.key) }) else {
      throw Failure(
        place: member.place,
        message: "unknown field \"\(member.key)\"; docs/trace-format.md lists the fields")
    }
  }

  private func constant(_ node: Node) throws(Failure) -> LogMapping.Value {
    switch node.content {
    case .number(let text): return .template([.text(text)])
    case .string(let text):
      let parts = try template(text, node.place, nil)
      return .template(parts)
    default: throw Failure(place: node.place, message: "expected a string or a number")
    }
  }

  // MARK: Lines

  private mutating func line(_ node: Node) throws(Failure) -> LogMapping.Line {
    guard case .object(let members) = node.content else {
      throw Failure(place: node.place, message: "expected an object with \"match\" and \"event\"")
    }
    try check(members, allowed: ["comment", "contains", "event", "fields", "match"])
    let match = try string("match", members, node)
    let name = try string("event", members, node)
    let expression: LineExpression
    do {
      expression = try LineExpression(match.text)
    } catch {
      throw Failure(
        place: match.place, message: "the expression cannot be read: \(error.description)")
    }
    guard let schema = schema(of: name.text) else {
      throw Failure(
        place: name.place,
        message: "unknown event \"\(name.text)\"; docs/trace-format.md lists the events")
    }
    var fields: [(name: String, value: LogMapping.Value)] = []
    if let found = members.first(where: { $0.key == "fields" }) {
      guard case .object(let values) = found.value.content else {
        throw Failure(place: found.value.place, message: "expected an object of fields and values")
      }
      for member in values {
        try checkField(member)
        if !schema.allows(member.key) {
          throw Failure(
            place: member.place, message: "\(name.text) has no field \"\(member.key)\"")
        }
        let value = try value(member.value, expression)
        fields.append((member.key, value))
        guard let field = Field.named(member.key) else { continue }
        try checkConstants(value, field, name.text, fields, member.value.place)
      }
    }
    for item in defaults
    where schema.allows(item.name) && !fields.contains(where: { $0.name == item.name }) {
      fields.append(item)
    }
    if let missing = schema.required.fields.first(where: { field in
      !fields.contains { $0.name == field.name }
    }) {
      throw Failure(
        place: name.place, message: "\(name.text) needs the field \"\(missing.name)\"")
    }
    let contains =
      try members.first { $0.key == "contains" }
      .map { member throws(Failure) in try string(member.key, members, node).text } ?? ""
    return LogMapping.Line(
      contains: Array(contains.utf8), expression: expression, event: name.text, fields: fields)
  }

  private func string(
    _ key: String, _ members: [JSONDocument.Member], _ node: Node
  ) throws(Failure) -> (text: String, place: JSONDocument.Place) {
    guard let member = members.first(where: { $0.key == key }) else {
      throw Failure(place: node.place, message: "a line needs \"\(key)\"")
    }
    guard case .string(let text) = member.value.content, !text.isEmpty else {
      throw Failure(place: member.value.place, message: "expected a string for \"\(key)\"")
    }
    return (text, member.value.place)
  }

  private func schema(of name: String) -> Schema? {
    let row = EventKind.schema.first { $0.name == name || $0.synonyms.contains(name) }
    if let row {
      return Schema(
        allowed: row.required.union(row.optional).union(EventSchema.common),
        required: row.required)
    }
    guard let event = customEvents.first(where: { $0.name == name }) else { return nil }
    let layout = CustomLayout(event)
    return Schema(
      allowed: FieldSet(rawValue: layout.allowed), own: layout.own.compactMap { $0 })
  }
}

/// Values.
extension MappingReader {
  private func value(
    _ node: JSONDocument.Node, _ expression: LineExpression
  ) throws(JSONDocument.Failure) -> LogMapping.Value {
    switch node.content {
    case .number(let text): return .template([.text(text)])
    case .string(let text): return .template(try template(text, node.place, expression))
    case .object(let members): return try transform(members, node, expression)
    default:
      throw JSONDocument.Failure(
        place: node.place, message: "expected a string, a number or an object with \"group\"")
    }
  }

  private func transform(
    _ members: [JSONDocument.Member], _ node: JSONDocument.Node, _ expression: LineExpression
  ) throws(JSONDocument.Failure) -> LogMapping.Value {
    try check(members, allowed: ["as", "default", "group", "table"])
    let (group, place) = try string("group", members, node)
    guard let group = expression.number(of: group) else { throw missing(group, place) }
    let kind = members.contains { $0.key == "as" } ? try string("as", members, node) : nil
    guard let table = members.first(where: { $0.key == "table" }) else {
      switch kind?.text {
      case "decimal": return .decimal(group: group)
      case "name": return .name(group: group)
      case let word:
        throw JSONDocument.Failure(
          place: kind?.place ?? node.place,
          message: word == nil
            ? "expected \"table\", or \"as\" with \"decimal\" or \"name\""
            : "expected \"decimal\" or \"name\" for \"as\"")
      }
    }
    guard case .object(let entries) = table.value.content, kind == nil else {
      throw JSONDocument.Failure(
        place: table.place, message: "expected an object for \"table\", and no \"as\" beside it")
    }
    var words: [String: String] = [:]
    for entry in entries { words[entry.key] = try text(entry.value) }
    let otherwise = try members.first { $0.key == "default" }
      .map { member throws(JSONDocument.Failure) in try text(member.value) }
    return .table(group: group, words, otherwise: otherwise)
  }

  private func text(_ node: JSONDocument.Node) throws(JSONDocument.Failure) -> String {
    switch node.content {
    case .string(let text), .number(let text): return text
    default:
      throw JSONDocument.Failure(place: node.place, message: "expected a string or a number")
    }
  }

  private func missing(
    _ group: String, _ place: JSONDocument.Place
  ) -> JSONDocument.Failure {
    JSONDocument.Failure(
      place: place,
      message: "the expression has no group \"\(group)\"; name one with (?<\(group)>…)")
  }

  /// Takes a template apart: `$name` and `${name}` stand for groups, `$$` for a dollar sign.
  private func template(
    _ text: String, _ place: JSONDocument.Place, _ expression: LineExpression?
  ) throws(JSONDocument.Failure) -> [LogMapping.Part] {
    var parts: [LogMapping.Part] = []
    var plain = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "$" else {
        plain.append(character)
        continue
      }
      if rest.first == "$" {
        plain.append("$")
        rest.removeFirst()
        continue
      }
      let isBraced = rest.first == "{"
      if isBraced { rest.removeFirst() }
      let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      rest.removeFirst(name.count)
      if isBraced, rest.popFirst() != "}" || name.isEmpty {
        throw JSONDocument.Failure(place: place, message: "expected \"}\" behind a group's name")
      }
      if name.isEmpty {
        throw JSONDocument.Failure(
          place: place, message: "a \"$\" without a group's name; write \"$$\" for the sign")
      }
      guard let expression else {
        throw JSONDocument.Failure(
          place: place, message: "a default cannot hold \"$\(name)\": it belongs to no match")
      }
      guard let group = expression.number(of: name) else { throw missing(name, place) }
      if !plain.isEmpty { parts.append(.text(plain)) }
      plain = ""
      parts.append(.group(group))
    }
    if !plain.isEmpty || parts.isEmpty { parts.append(.text(plain)) }
    return parts
  }

  /// Checks that constants can be read as values of their field, which the parser knows best.
  private mutating func checkConstants(
    _ value: LogMapping.Value, _ field: Field, _ event: String,
    _ others: [(name: String, value: LogMapping.Value)], _ place: JSONDocument.Place
  ) throws(JSONDocument.Failure) {
    let words: [String]
    switch value {
    case .template(let parts):
      guard parts.count == 1, case .text(let text) = parts[0] else { return }
      words = [text]
    case .table(_, let table, let otherwise):
      words = table.values.sorted() + (otherwise.map { [$0] } ?? [])
    case .decimal, .name: return
    }
    var line: [UInt8] = []
    for word in words {
      var members = [JSONValue.Member("ev", .string(event))]
      if field == .mn,
        case .template(let major)? = others.first(where: { $0.name == Field.mj.name })?.value,
        major.count == 1, case .text(let name) = major[0]
      {
        members.append(JSONValue.Member("mj", .string(name)))
      } else if field == .mn && event != EventKind.poRequestPowerIrp.name {
        return
      }
      for other in schema(of: event)?.required.fields ?? []
      where other != field && !members.contains(where: { $0.key == other.name }) {
        members.append(JSONValue.Member(other.name, .string(Self.stand(in: other))))
      }
      members.append(JSONValue.Member(field.name, .string(word)))
      line.removeAll()
      JSONValue.object(members).append(to: &line)
      var batch = EventBatch()
      parser.strings.removeAll()
      parser.parse(line, into: &batch)
      if let message = batch.diagnostics.first?.message, message.hasPrefix("expected") {
        throw JSONDocument.Failure(place: place, message: message)
      }
      if batch.counts.unknownFields > 0 {
        throw JSONDocument.Failure(
          place: place, message: "\"\(word)\" is no word for \"\(field.name)\"")
      }
    }
  }

  /// A value that any event takes for the field.
  private static func stand(in field: Field) -> String {
    switch field {
    case .role: DeviceRole.fdo.name
    case .disposition: WMIDisposition.forward.name
    case .kind: CallbackKind.dpc.name
    default: "0"
    }
  }
}
