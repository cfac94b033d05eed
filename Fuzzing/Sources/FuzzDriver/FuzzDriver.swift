/// What libFuzzer calls with each input.
public typealias Target = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

/// libFuzzer's own loop.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ target: Target
) -> CInt

/// Hands inputs to `target` as the command line says, until it is over. SwiftPM renames the `main` of
/// an executable, and so libFuzzer's own cannot be used.
public func fuzz(_ target: Target) {
  var count = CommandLine.argc
  var arguments = CommandLine.unsafeArgv
  _ = runDriver(&count, &arguments, target)
}

/// Stops the run where something does not hold; libFuzzer then keeps the input.
public func require(_ problems: [String]) {
  if !problems.isEmpty { fatalError("\n" + problems.prefix(20).joined(separator: "\n")) }
}

/// The input as bytes.
public func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
  Array(UnsafeBufferPointer(start: start, count: count))
}
