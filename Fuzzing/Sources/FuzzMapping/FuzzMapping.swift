import FuzzDriver
import FuzzInputs

/// Inputs for mappings and the logs that are read with them.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  require(FuzzInput.checkMapping(bytes(start, count)))
  return 0
}

@main
struct FuzzMapping {
  static func main() { fuzz(test) }
}
