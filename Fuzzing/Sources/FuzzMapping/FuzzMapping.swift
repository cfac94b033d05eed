import FuzzDriver
import FuzzInputs

/// Mappings, and logs that are read with them.
@_cdecl("LLVMFuzzerTestOneInput")
public func testMapping(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  require(FuzzInput.checkMapping(bytes(start, count)))
  return 0
}

@main
struct FuzzMapping {
  static func main() { fuzz(testMapping) }
}
