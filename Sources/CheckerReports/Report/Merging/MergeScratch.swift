import RuleEngine

/// Where a merge keeps what does not fit into its share of memory.
package protocol MergeScratch {
  /// Begins a file that nobody else sees and that is gone with its last use.
  func makeFile() throws(ReportReadError) -> any MergeScratchFile
}

/// Bytes that are written one after the other, and then read.
package protocol MergeScratchFile: AnyObject {
  /// Appends bytes.
  func append(_ bytes: [UInt8]) throws(ReportReadError)
  /// So many bytes from a place on; fewer only at the end.
  func read(at offset: UInt64, count: Int) throws(ReportReadError) -> [UInt8]
}

/// Why a report cannot be read.
package enum ReportReadError: Error, Sendable {
  /// What is wrong in it, and where.
  case problem(JSONNode.Problem)
  /// Reports that do not add up.
  case merge(ReportMergeError)
  /// Why its bytes cannot be had, for a person.
  case unreadable(String)
}

/// Scratch files in memory, for tests and for those who merge little.
package struct MemoryScratch: MergeScratch {
  /// Makes scratch files in memory.
  package init() {}

  /// Begins a file.
  package func makeFile() -> any MergeScratchFile { File() }

  private final class File: MergeScratchFile {
    private var bytes: [UInt8] = []
    func append(_ more: [UInt8]) { bytes += more }
    func read(at offset: UInt64, count: Int) -> [UInt8] {
      Array(bytes.dropFirst(Int(clamping: offset)).prefix(count))
    }
  }
}
