/// How the lines of a log that is no trace become events: for drivers that log what they do in words
/// of their own. Read from a mapping file; docs/mapping.md describes it.
public struct LogMapping: Sendable {
  /// Lines of one form, and what they say.
  struct Line: Sendable {
    /// Text that such a line holds; empty for any. Looked at before the expression, which is slower.
    var contains: [UInt8]
    /// Groups are meant by their numbers in it.
    var expression: LineExpression
    var event: String
    /// By the names of the fields.
    var fields: [(name: String, value: Value)]
  }

  /// Where a field's value comes from.
  enum Value: Sendable {
    /// Constant text and what groups matched.
    case template([Part])
    /// By what a group matched; without an entry the line is malformed, unless there is a default.
    case table(group: Int, [String: String], otherwise: String?)
    /// A number that a group matched in decimal, as hex.
    case decimal(group: Int)
    /// A number made of what a group matched, the same for the same text: for things that a log calls by
    /// name and the trace by address.
    case name(group: Int)
  }

  /// A piece of a template.
  enum Part: Sendable, Hashable {
    case text(String)
    /// What the group with this number matched.
    case group(Int)
  }

  /// How many steps of matching are allowed: a line cannot stop a run.
  struct Budget: Sendable {
    /// Before the first byte is read.
    var first = 1 << 24
    /// For each byte of a line. Logs with a mapping that fits take some ten.
    var perByte = 128
    /// What lines have not used is kept up to here.
    var largest = 1 << 25
  }

  /// In the order in which they are tried.
  var lines: [Line]
  /// What matching them may cost.
  var budget = Budget()

  /// Reads a mapping.
  ///
  /// - Parameters:
  ///   - text: A JSON document.
  ///   - customEvents: Events beyond the format that rules ask for, with their fields.
  /// - Throws: ``LogMappingError`` with the place of what is wrong.
  public init(_ text: String, customEvents: [CustomEvent] = []) throws(LogMappingError) {
    do {
      var reader = MappingReader(customEvents: customEvents)
      lines = try reader.read(try JSONDocument.parse(text))
    } catch {
      throw LogMappingError(
        line: error.place.line, column: error.place.column, message: error.message)
    }
  }
}

/// What is wrong with a mapping file, and where.
public struct LogMappingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line, counted from 1.
  public var line: Int
  /// The byte in the line, counted from 1.
  public var column: Int
  /// Lower case, no final full stop.
  public var message: String
  /// `4:15: unknown event "IoAquireRemoveLock"`.
  public var description: String { "\(line):\(column): \(message)" }
}
