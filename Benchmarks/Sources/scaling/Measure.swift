import Foundation

/// The processor time that this process has used, in nanoseconds.
func processorTime() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) * 1e9 }

/// Bytes of this process that are in memory; 0 where the system does not tell (other than Linux).
func residentBytes() -> Int {
  guard let status = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
    return 0
  }
  let pages = status.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// A row of a table in Markdown.
func row(_ cells: String...) { print("| " + cells.joined(separator: " | ") + " |") }

func heading(_ cells: String...) {
  print("| " + cells.joined(separator: " | ") + " |")
  print("|" + String(repeating: "---:|", count: cells.count))
}

/// A number with a fixed count of decimals.
func fixed(_ number: Double, _ decimals: Int = 0) -> String {
  String(format: "%.\(decimals)f", number)
}
