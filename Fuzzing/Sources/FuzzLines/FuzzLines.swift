import FuzzDriver
import FuzzInputs
import Synchronization

/// One for all inputs: what the parser has learnt of forms must change nothing, and making one takes longer than a
/// line.
private let lines = Mutex(LineInvariants())

/// Lines in forms that mean the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func testLines(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = bytes(start, count)
  require(lines.withLock { $0.problems(input) })
  return 0
}

@main
struct FuzzLines {
  static func main() { fuzz(testLines) }
}
