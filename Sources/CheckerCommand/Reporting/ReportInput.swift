import CheckerReports
import RuleEngine

/// Reads a file of reports piece by piece, so that a long one is never whole in memory.
enum ReportInput {
  private static let pieceBytes = 1 << 18

  /// Adds what the file holds.
  static func add(
    _ path: String, to merger: inout ReportMerger, _ streams: CommandStreams
  ) throws(CommandError) {
    do {
      if path == "-" {
        try addStandardInput(to: &merger, streams)
      } else {
        try addFile(path, to: &merger)
      }
    } catch {
      throw self.error(error, path)
    }
  }

  /// What is wrong, in a line.
  static func error(_ error: ReportReadError, _ path: String) -> CommandError {
    switch error {
    case .problem(let problem): WholeFile.error(path, problem)
    case .merge(let problem): CommandError("cannot add \(path.quoted): \(problem)")
    case .unreadable(let words): CommandError(words)
    }
  }

  private static func addStandardInput(
    to merger: inout ReportMerger, _ streams: CommandStreams
  ) throws(ReportReadError) {
    var source: any TraceByteSource
    do {
      source = try streams.input()
    } catch {
      throw .unreadable("\(error)")
    }
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    try merger.add { () throws(ReportReadError) in
      do throws(TraceReadError) {
        let count = try read(&source, into: &piece)
        return Array(piece.prefix(count))
      } catch {
        throw .unreadable("\(error)")
      }
    }
  }

  private static func read(
    _ source: inout any TraceByteSource, into piece: inout [UInt8]
  ) throws(TraceReadError) -> Int {
    var result = Result<Int, TraceReadError>.success(0)
    piece.withUnsafeMutableBytes { room in
      do throws(TraceReadError) {
        result = .success(try source.read(into: room))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  private static func addFile(
    _ path: String, to merger: inout ReportMerger
  ) throws(ReportReadError) {
    let file = try open(path)
    defer { try? Platform.close(file) }
    var offset: UInt64 = 0
    try merger.add { () throws(ReportReadError) in
      do throws(Platform.Problem) {
        let piece = try Platform.read(file, at: offset, count: pieceBytes)
        offset += UInt64(piece.count)
        return piece
      } catch {
        throw .unreadable("cannot read \(path.quoted): \(error.readingWords)")
      }
    }
  }

  private static func open(_ path: String) throws(ReportReadError) -> Int32 {
    do throws(Platform.Problem) {
      let file = try Platform.openForReading(path)
      if Platform.status(file)?.isRegular == true { return file }
      try? Platform.close(file)
      if Platform.entries(of: path) != nil {
        throw Platform.Problem.isDirectory
      }
    } catch {
      let verb = error.isFromOpening ? "open" : "read"
      throw .unreadable("cannot \(verb) \(path.quoted): \(error.readingWords)")
    }
    throw .unreadable(
      "cannot read \(path.quoted): a report must be a plain file, no pipe and no device; save it in "
        + "a file first, or give it as standard input (-)")
  }
}

/// Scratch files of a merge, in the folder for temporary files.
struct TemporaryScratch: MergeScratch {
  let folder: String

  init(_ streams: CommandStreams) {
    let wanted = ["TMPDIR", "TEMP", "TMP"].lazy.compactMap { streams.variable($0) }
      .first { !$0.isEmpty }
    folder = wanted ?? (Platform.entries(of: "/tmp") == nil ? "." : "/tmp")
  }

  func makeFile() throws(ReportReadError) -> any MergeScratchFile {
    let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
    let path = "\(folder)/checker-merge-\(suffix).tmp"
    do throws(Platform.Problem) {
      return try TemporaryFile(path)
    } catch {
      throw .unreadable(
        "cannot write \(path.quoted): \(error.words); name another folder in TMPDIR")
    }
  }

  private final class TemporaryFile: MergeScratchFile {
    private let path: String
    private let writing: Int32
    private let reading: Int32

    init(_ path: String) throws(Platform.Problem) {
      self.path = path
      writing = try Platform.create(path, .new(mode: 0o600))
      do throws(Platform.Problem) {
        reading = try Platform.openForReading(path)
      } catch {
        try? Platform.close(writing)
        Platform.remove(path)
        throw error
      }
      // Where the system keeps an open file that has no name, nothing can stay behind.
      Platform.remove(path)
    }

    func append(_ bytes: [UInt8]) throws(ReportReadError) {
      do throws(Platform.Problem) {
        try Platform.write(writing, bytes)
      } catch {
        throw .unreadable("cannot write \(path.quoted): \(error.words)")
      }
    }

    func read(at offset: UInt64, count: Int) throws(ReportReadError) -> [UInt8] {
      do throws(Platform.Problem) {
        return try Platform.read(reading, at: offset, count: count)
      } catch {
        throw .unreadable("cannot read \(path.quoted): \(error.words)")
      }
    }

    deinit {
      try? Platform.close(writing)
      try? Platform.close(reading)
      Platform.remove(path)
    }
  }
}
