import RuleEngine

/// A log that is being written: at its end the source waits for more, until the run is interrupted. A log
/// that is cut short, written anew, or replaced by another (rotated), has ended, and goes on with the new
/// one.
struct FollowSource: TraceByteSource {
  private let path: String
  private var log: WatchedLog
  private var isReplaced = false

  /// How often an unchanged log is looked at.
  private static let pause = 0.1

  init(path: String) throws(TraceReadError) {
    self.path = path
    log = try WatchedLog(path)
  }

  mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    while true {
      let count = try readOn(into: buffer)
      if count > 0 || Interruption.isRequested || isReplaced { return count }
      // What was written before the log had a successor is all that there will be of it.
      if hasSuccessor { return try readOn(into: buffer) }
      Platform.sleep(seconds: Self.pause)
    }
  }

  private mutating func readOn(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    if isReplaced { return 0 }
    let count = try log.read(into: buffer)
    isReplaced = count == nil
    return count ?? 0
  }

  mutating func goOn() throws(TraceReadError) -> Bool {
    guard !Interruption.isRequested, isReplaced || hasSuccessor else { return false }
    log = try WatchedLog(path)
    isReplaced = false
    return true
  }

  /// Whether another file has the log's name now, or the same cut short.
  private var hasSuccessor: Bool {
    // A log that is gone for the moment is being rotated.
    guard let now = Platform.status(path) else { return false }
    return !log.identity.isSame(as: now) || now.size < log.offset
  }
}

/// The file that a log is in, and what was read of it, as far as that tells a log that was written anew in
/// place from one that has grown.
private struct WatchedLog: Sendable {
  /// A descriptor that is closed with its last owner.
  private final class OpenFile: Sendable {
    let descriptor: Int32
    init(_ path: String) throws(Platform.Problem) {
      descriptor = try Platform.openForReading(path)
    }
    deinit { try? Platform.close(descriptor) }
  }

  /// What the file is; while it is open no other can have its number.
  let identity: Platform.FileStatus
  /// How many bytes were read.
  private(set) var offset: UInt64 = 0

  private let path: String
  private let file: OpenFile
  /// The first bytes of the log, and the last that were read.
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var modified: Int64 = 0

  /// How many bytes at the beginning, and at the end of what was read, are compared.
  private static let watchedBytes = 1024

  init(_ path: String) throws(TraceReadError) {
    self.path = path
    do {
      file = try OpenFile(path)
    } catch {
      throw TraceReadError(file: path, errno: error.code)
    }
    identity = Platform.status(file.descriptor) ?? Platform.FileStatus()
  }

  /// Reads on; nil where what was read before does not stand there any more.
  mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int? {
    do throws(Platform.Problem) {
      let count = try Platform.read(file.descriptor, at: offset, into: buffer)
      // Only who writes changes the time, and most reads of a log that is not written find nothing.
      let now = Platform.status(file.descriptor)?.modified ?? 0
      if now != modified || count > 0 {
        guard try isAsRead(head, at: 0), try isAsRead(tail, at: offset - UInt64(tail.count)) else {
          return nil
        }
        modified = now
      }
      pass(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      return count
    } catch {
      throw TraceReadError(file: path, errno: error.code)
    }
  }

  private func isAsRead(_ bytes: [UInt8], at place: UInt64) throws(Platform.Problem) -> Bool {
    if bytes.isEmpty { return true }
    var found = [UInt8](repeating: 0, count: bytes.count)
    let count = found.withUnsafeMutableBytes { room in
      Result { () throws(Platform.Problem) in
        try Platform.read(file.descriptor, at: place, into: room)
      }
    }
    return try count.get() == bytes.count && found == bytes
  }

  private mutating func pass(_ bytes: UnsafeRawBufferPointer) {
    offset += UInt64(bytes.count)
    if head.count < Self.watchedBytes {
      head += bytes.prefix(Self.watchedBytes - head.count)
    }
    tail = Array((tail + bytes.suffix(Self.watchedBytes)).suffix(Self.watchedBytes))
  }
}
