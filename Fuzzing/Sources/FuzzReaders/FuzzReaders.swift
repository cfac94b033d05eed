import FuzzDriver
import FuzzInputs

/// Inputs for the readers.
@_cdecl("LLVMFuzzerTestOneInput")
public func testReaders(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  require(FuzzInput.checkReaders(bytes(start, count)))
  return 0
}

@main
struct FuzzReaders {
  static func main() { fuzz(testReaders) }
}
