/// What a baseline still accepts while a report is gone through: of each fault as many findings as were found
/// when it was written.
struct BaselineBook {
  /// Whether the file is of version 1.
  let isFormer: Bool
  private let acceptsAnyCount: Bool
  private var entries: [String: Baseline.Entry] = [:]
  private var taken: [String: UInt64] = [:]
  private var refused: [String: UInt64] = [:]
  private var isFormerUsed = false

  init(_ known: Acceptances) {
    isFormer = known.baseline?.isFormer ?? false
    acceptsAnyCount = known.acceptsAnyCount
    for entry in known.baseline?.entries ?? [] { entries[entry.fingerprint] = entry }
  }

  /// The entry for a fingerprint.
  func entry(_ fingerprint: String) -> Baseline.Entry? { entries[fingerprint] }

  /// Counts a finding that is accepted already.
  mutating func take(_ finding: Report.Finding) {
    if let entry = find(finding) { taken[entry.fingerprint, default: 0] += 1 }
  }

  /// The entry that accepts a finding, if one does.
  mutating func accept(_ finding: Report.Finding) -> Baseline.Entry? {
    guard let entry = find(finding) else { return nil }
    if room(entry) == 0 {
      refused[entry.fingerprint, default: 0] += 1
      return nil
    }
    taken[entry.fingerprint, default: 0] += 1
    if entry.fingerprint != finding.fingerprint { isFormerUsed = true }
    return entry
  }

  /// How many of the findings that are not kept are accepted.
  mutating func accept(_ dropped: Report.Dropped) -> UInt64 {
    guard let entry = entries[dropped.fingerprint] else { return 0 }
    let count = min(dropped.count, room(entry))
    taken[entry.fingerprint, default: 0] += count
    if count < dropped.count { refused[entry.fingerprint, default: 0] += dropped.count - count }
    return count
  }

  private func find(_ finding: Report.Finding) -> Baseline.Entry? {
    if let entry = entries[finding.fingerprint] { return entry }
    return isFormer ? finding.formerFingerprint.flatMap { entries[$0] } : nil
  }

  /// How many more findings the entry accepts; one that was written without a count accepts any.
  private func room(_ entry: Baseline.Entry) -> UInt64 {
    if acceptsAnyCount || entry.count == 0 { return .max }
    return entry.count - min(entry.count, taken[entry.fingerprint] ?? 0)
  }

  /// What is to be said of it.
  var remarks: [String] {
    var remarks: [String] = []
    for (fingerprint, count) in refused.sorted(by: { $0.key < $1.key }) {
      guard let entry = entries[fingerprint] else { continue }
      remarks.append(
        "\(count) more than the baseline's \(entry.count) of a known fault (\(entry.words)): they are new; "
          + "--baseline-any-count accepts them")
    }
    if isFormerUsed {
      remarks.append(
        "a baseline of an earlier version, which does not tell routines apart in which something is left "
          + "undone; write it again with --write-baseline")
    }
    return remarks
  }
}
