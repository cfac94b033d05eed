import RuleEngine

/// A log that is being written: at its end the source waits for more, until the run is interrupted. A log
/// that is cut short, or replaced by a new one (rotated), has ended, and goes on with the new one.
struct FollowSource: TraceByteSource {
  private let path: String
  private var file: FileByteSource
  private var identity: Platform.FileIdentity
  private var offset: UInt64 = 0

  /// How often an unchanged log is looked at.
  private static let pause = 0.1

  init(path: String) throws(TraceReadError) {
    self.path = path
    file = try FileByteSource(path: path)
    identity = Platform.identity(path) ?? Platform.FileIdentity()
  }

  mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    while true {
      let count = try readOn(into: buffer)
      if count > 0 || Interruption.isRequested { return count }
      // What was written before the log had a successor is all that there will be of it.
      if successor != nil { return try readOn(into: buffer) }
      Platform.sleep(seconds: Self.pause)
    }
  }

  private mutating func readOn(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    let count = try file.read(into: buffer)
    offset += UInt64(count)
    return count
  }

  mutating func goOn() throws(TraceReadError) -> Bool {
    guard !Interruption.isRequested, let successor else { return false }
    file = try FileByteSource(path: path)
    identity = successor
    offset = 0
    return true
  }

  /// What has the log's name now, if that is another file, or the same cut short.
  private var successor: Platform.FileIdentity? {
    // A log that is gone for the moment is being rotated.
    guard let now = Platform.identity(path) else { return nil }
    return now.number != identity.number || now.size < offset ? now : nil
  }
}
