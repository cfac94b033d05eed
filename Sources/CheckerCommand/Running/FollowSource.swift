import RuleEngine

/// A log that is being written: at its end the source waits for more, until the run is interrupted.
/// A log that is cut short, or replaced by a new one (rotated), is read on from its beginning.
struct FollowSource: TraceByteSource {
  private let path: String
  private var file: FileByteSource
  private var identity: Platform.FileIdentity
  private var offset: UInt64 = 0
  /// The first bytes, by which UTF-16 is told.
  private var isWide = false

  /// How often an unchanged log is looked at.
  private static let pause = 0.1
  private static let gap = Array("\n@ddi TraceLost\n".utf8)

  init(path: String) throws(TraceReadError) {
    self.path = path
    file = try FileByteSource(path: path)
    identity = Platform.identity(path) ?? Platform.FileIdentity()
  }

  mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    while true {
      let count = try file.read(into: buffer)
      if count > 0 {
        if offset == 0, count >= 2 {
          isWide = buffer[0] == 0xFF && buffer[1] == 0xFE || buffer[0] == 0xFE && buffer[1] == 0xFF
        }
        offset += UInt64(count)
        return count
      }
      if Interruption.isRequested { return 0 }
      if try reopenIfChanged() {
        // What stood between the two is not known. UTF-16 has no place for a line in UTF-8.
        guard !isWide, buffer.count >= Self.gap.count else { continue }
        buffer.copyBytes(from: Self.gap)
        return Self.gap.count
      }
      Platform.sleep(seconds: Self.pause)
    }
  }

  /// Whether the log was cut short or replaced; then it is open anew.
  private mutating func reopenIfChanged() throws(TraceReadError) -> Bool {
    // A log that is gone for the moment is being rotated.
    guard let now = Platform.identity(path) else { return false }
    guard now.number != identity.number || now.size < offset else { return false }
    file = try FileByteSource(path: path)
    identity = now
    offset = 0
    return true
  }
}
