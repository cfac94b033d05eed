import FuzzDriver
import FuzzInputs

/// Inputs for the reader of binary traces, with checksums that are right.
@_cdecl("LLVMFuzzerTestOneInput")
public func testBinary(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  require(FuzzInput.checkBinary(bytes(start, count)))
  return 0
}

@main
struct FuzzBinary {
  static func main() { fuzz(testBinary) }
}
