/// Finds the file that a trace's `src` means among the files of a source tree. It does no I/O: whoever
/// makes it has walked the tree.
///
/// Tracers log `__FILE__`, which is a name alone, a path of the build machine, or a path relative to
/// some project. So a file is searched by its name, and of several that bear it the one is taken that
/// shares most of its path with `src`, or has a folder named as the driver. Where that leaves more
/// than one, none is: a wrong place is worse than none.
public struct SourceIndex: Sendable {
  /// The folder that the paths are relative to, as a `file:` URI that ends in `/`; nil where unknown.
  public let base: String?
  private var byName: [String: [[Substring]]] = [:]

  /// Takes the files of a tree, with `/` or `\` between the parts of a path.
  public init(base: String?, files: some Sequence<String>) {
    self.base = base
    for file in files {
      let parts = Self.parts(of: file)
      guard let name = parts.last else { continue }
      byName[name.lowercased(), default: []].append(parts)
    }
  }

  /// The path, with `/` between its parts, of the file that `source` means.
  public func path(of source: String, driver: String? = nil) -> String? {
    let wanted = Self.parts(of: source)
    guard let name = wanted.last, let candidates = byName[name.lowercased()] else { return nil }
    if candidates.count == 1 { return candidates[0].joined(separator: "/") }
    var best = Self.best(candidates) { Self.commonSuffix($0, wanted) }
    if best.count > 1, let driver {
      best = Self.best(best) { $0.dropLast().contains { Self.isSame($0, driver) } ? 1 : 0 }
    }
    return best.count == 1 ? best[0].joined(separator: "/") : nil
  }

  private static func best(
    _ candidates: [[Substring]], by score: ([Substring]) -> Int
  ) -> [[Substring]] {
    let most = candidates.map(score).max() ?? 0
    return candidates.filter { score($0) == most }
  }

  private static func commonSuffix(_ a: [Substring], _ b: [Substring]) -> Int {
    zip(a.reversed(), b.reversed()).prefix { isSame($0, $1) }.count
  }

  /// Windows tells no letter case apart.
  private static func isSame(_ a: some StringProtocol, _ b: some StringProtocol) -> Bool {
    a.lowercased() == b.lowercased()
  }

  /// The name of the file that a `src` means, in lower case.
  public static func fileName(of source: String) -> String {
    parts(of: SourcePosition(source).file).last?.lowercased() ?? ""
  }

  /// The `file:` URI of a folder, for ``base``.
  public static func directoryURI(_ path: String) -> String {
    var parts: [Substring] = []
    for part in Self.parts(of: path) {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    let isRooted = path.hasPrefix("/") || path.hasPrefix("\\")
    let start = path.hasPrefix("//") || path.hasPrefix("\\\\") ? "//" : isRooted ? "/" : ""
    return SARIFReport.uri(start + parts.joined(separator: "/")) + "/"
  }

  private static func parts(of path: String) -> [Substring] {
    path.split { $0 == "/" || $0 == "\\" }.filter { $0 != "." }
  }
}

/// A `src`, taken apart.
struct SourcePosition: Sendable, Hashable {
  /// The file as the trace names it.
  var file: String
  /// From 1.
  var line: Int?

  /// Reads `file.c:123`.
  init(_ text: String) {
    file = text
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let number = Int(text[text.index(after: colon)...]), number > 0
    else { return }
    file = String(text[..<colon])
    line = number
  }
}

/// A place that an editor can open.
struct ReportPlace: Sendable, Hashable {
  /// With `/` between its parts.
  var path: String
  /// From 1.
  var line: UInt64
  /// Whether it is in a driver's source; otherwise it is in a trace.
  var isSource: Bool

  /// A place in a trace.
  init(trace: String, line: UInt64) {
    path = Self.slashed(trace == "-" ? "stdin" : trace)
    self.line = max(1, line)
    isSource = false
  }

  /// A place in a driver's source.
  init(source: String, driver: String?, _ options: ReportOptions) {
    let position = SourcePosition(source)
    path =
      options.sources?.path(of: position.file, driver: driver) ?? Self.slashed(position.file)
    line = UInt64(position.line ?? 1)
    isSource = true
  }

  private static func slashed(_ path: String) -> String {
    var parts = path.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "/")
    while parts.hasPrefix("./") { parts.removeFirst(2) }
    return parts
  }
}

extension Report.Finding {
  /// The event that tells where in the source the fault is: the deciding one, or else the last before
  /// it that names a place; those come first that have to do with the fault (an acquisition that is
  /// not released), before mere steps.
  var sourceAndFunction: (source: String, function: String?)? {
    if let source { return (source, function) }
    let placed = evidence.filter { $0.source != nil }
    let last = placed.last(where: \.isTelling) ?? placed.last
    return last.flatMap { event in event.source.map { ($0, event.function) } }
  }

  /// Where to send the reader: the driver's source if it is known, otherwise the trace.
  func place(_ options: ReportOptions) -> ReportPlace {
    if let source = sourceAndFunction?.source {
      return ReportPlace(source: source, driver: driver, options)
    }
    return ReportPlace(trace: trace, line: line)
  }
}
