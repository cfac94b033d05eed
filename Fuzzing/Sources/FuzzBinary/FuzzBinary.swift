import FuzzDriver
import FuzzInputs

/// Inputs for the reader of binary traces.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  require(FuzzInput.checkBinary(bytes(start, count)))
  return 0
}

@main
struct FuzzBinary {
  static func main() { fuzz(test) }
}
