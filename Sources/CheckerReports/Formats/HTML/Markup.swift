/// Markup that is safe by construction: literals are taken as they stand, every text that is put into
/// one is escaped, and only markup goes in as markup.
///
///     let cell: Markup = "<td title=\"\(finding.driver)\">\(finding.message)</td>"
struct Markup: Sendable, ExpressibleByStringInterpolation {
  private(set) var text: String

  init() { text = "" }

  init(stringLiteral value: StaticString) { text = "\(value)" }

  init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

  /// Text that has been made markup elsewhere, with the same care.
  init(trusted text: String) { self.text = text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: StaticString) { text += "\(literal)" }

    mutating func appendInterpolation(_ text: some StringProtocol) {
      self.text += MarkupText.escape(String(text))
    }

    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }

    mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }

    /// A length or coordinate.
    mutating func appendInterpolation(_ number: Double) { text += MarkupText.number(number) }
  }

  static func += (a: inout Markup, b: Markup) { a.text += b.text }

  static func + (a: Markup, b: Markup) -> Markup { Markup(trusted: a.text + b.text) }

  var isEmpty: Bool { text.isEmpty }
}

extension Sequence<Markup> {
  func joined(by separator: Markup = "") -> Markup {
    Markup(trusted: map(\.text).joined(separator: separator.text))
  }
}
