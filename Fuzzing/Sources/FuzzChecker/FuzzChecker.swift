import FuzzDriver
import FuzzInputs
import RuleEngine
import Rules

private let templates: [Reading: Checker] = {
  do {
    return try FuzzInput.templates(Catalog.all)
  } catch {
    fatalError("\(error)")
  }
}()

/// Inputs for the whole checker.
@_cdecl("LLVMFuzzerTestOneInput")
public func testChecker(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  require(FuzzInput.checkChecker(bytes(start, count), templates))
  return 0
}

@main
struct FuzzChecker {
  static func main() { fuzz(testChecker) }
}
