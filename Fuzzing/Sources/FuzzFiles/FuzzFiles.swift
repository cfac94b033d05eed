@_spi(Audit) import CheckerCommand
import FuzzDriver
import Rules

/// Configurations, baselines, and reports that are merged.
@_cdecl("LLVMFuzzerTestOneInput")
public func testFiles(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  require(FileInvariants.check(bytes(start, count), rules: Catalog.all))
  return 0
}

@main
struct FuzzFiles {
  static func main() { fuzz(testFiles) }
}
