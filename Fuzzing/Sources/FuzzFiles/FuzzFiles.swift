@_spi(Audit) import CheckerCommand
import FuzzDriver
import Rules

/// Inputs for the files that people and other checks write: configurations, baselines, reports.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  require(FileInvariants.check(bytes(start, count), rules: Catalog.all))
  return 0
}

@main
struct FuzzFiles {
  static func main() { fuzz(test) }
}
