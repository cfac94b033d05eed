/// The findings of a run that are kept, and how many there were of each fault.
struct KeptFindings: Sendable {
  /// In the order of their discovery, once ``putInOrder()`` was called.
  private(set) var findings: [Finding] = []
  /// How many findings there were, by fingerprint.
  private(set) var counts: [UInt64: UInt64] = [:]
  /// What was found since the last call of ``takeAnnounced()``, if it ``announces``: findings that are kept,
  /// and the first of each fault, kept or not. Without evidence.
  private(set) var announced: [Finding] = []
  var announces = false

  /// How many are kept; 0 for all.
  private let limit: Int
  /// When each of the findings was found; empty where all are kept.
  private var serials: [Int] = []
  private var nextSerial = 0
  private var isInOrder = true
  /// How many of the findings bear each fingerprint; empty where all are kept.
  private var numbers: [UInt64: Int] = [:]
  /// The places of those that are not the first of their fault.
  private var repetitions: [Int] = []
  /// Where the next one that is kept goes; nil for the end.
  private var place: Int?

  /// Faults that are counted, at least; others are only part of the sum.
  private static let faultLimit = 100_000

  init(limit: Int) { self.limit = limit }

  /// Counts a finding; returns whether there is room to keep it, and then the next call is ``keep(_:)``.
  mutating func count(_ finding: Finding) -> Bool {
    let fault = UInt64(finding.fingerprint, radix: 16) ?? 0
    let known = counts[fault] ?? 0
    if known > 0 || limit == 0 || counts.count < max(limit, Self.faultLimit) {
      counts[fault] = known + 1
    }
    let hasRoom = makeRoom(for: fault)
    if announces, hasRoom || known == 0 && counts[fault] != nil { announced.append(finding) }
    return hasRoom
  }

  private mutating func makeRoom(for fault: UInt64) -> Bool {
    place = nil
    if limit == 0 { return true }
    let number = numbers[fault] ?? 0
    if findings.count < limit {
      if number > 0 { repetitions.append(findings.count) }
      numbers[fault] = number + 1
      return true
    }
    // There is no room. A fault that is not there takes the place of one that is there twice.
    guard number == 0, let last = repetitions.popLast() else { return false }
    let other = UInt64(findings[last].fingerprint, radix: 16) ?? 0
    numbers[other, default: 1] -= 1
    numbers[fault] = 1
    place = last
    return true
  }

  /// Keeps the finding that was counted last.
  mutating func keep(_ finding: Finding) {
    nextSerial += 1
    if let place {
      findings[place] = finding
      serials[place] = nextSerial
      isInOrder = false
    } else {
      findings.append(finding)
      if limit > 0 { serials.append(nextSerial) }
    }
  }

  /// Brings the findings into the order in which they were found.
  mutating func putInOrder() {
    if isInOrder { return }
    let order = findings.indices.sorted { serials[$0] < serials[$1] }
    findings = order.map { findings[$0] }
    serials = order.map { serials[$0] }
    // No finding takes the place of another any more.
    repetitions = []
    isInOrder = true
  }

  /// What was announced; it is not announced again.
  mutating func takeAnnounced() -> [Finding] {
    defer { announced.removeAll() }
    return announced
  }
}

/// Texts of findings, each kept once, and none longer than a reader can use: a trace whose names are long
/// must not make a report many times as long.
struct FindingTexts: Sendable {
  private var known: Set<String> = []

  private static let limit = 1 << 12
  /// The longest text, in bytes. A path on Windows has 260 characters at most, as a rule.
  private static let longest = 512

  /// The text, or as much of it as is shown.
  static func shortened(_ text: String) -> String {
    if text.utf8.count <= longest { return text }
    return String(decoding: text.utf8.prefix(longest), as: UTF8.self) + "…"
  }

  /// Has the finding hold texts of earlier ones where they are the same.
  mutating func share(_ finding: inout Finding) {
    share(&finding.driver)
    share(&finding.source)
    share(&finding.function)
    for place in finding.evidence.indices {
      share(&finding.evidence[place].source)
      share(&finding.evidence[place].function)
      share(&finding.evidence[place].words)
    }
  }

  private mutating func share(_ text: inout String) {
    // A short text is kept in place.
    if text.utf8.count <= 15 { return }
    if let index = known.firstIndex(of: text) {
      text = known[index]
      return
    }
    if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
    known.insert(text)
  }
}

extension Checker {
  /// What was found since the last call, where ``Options/announcesFindings`` is set: findings that are kept,
  /// and the first of each fault, kept or not. Their evidence is left out.
  public mutating func takeAnnouncedFindings() -> [Finding] { kept.takeAnnounced() }

  /// How often the fault with this fingerprint was found.
  public func occurrences(of fingerprint: String) -> UInt64 {
    UInt64(fingerprint, radix: 16).flatMap { kept.counts[$0] } ?? 0
  }
}
