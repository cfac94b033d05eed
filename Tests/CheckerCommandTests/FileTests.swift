import Foundation
import RuleEngine
import Testing

@testable import CheckerCommand

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What files a command reads and writes, and how.
@Suite("files") struct FileTests {
  /// Files that must not be the same, and what is said about it. Nothing is read and nothing written.
  @Test(arguments: [
    ("check -o @a @a", "\"@a\" is read and is to be written as well"),
    ("check -o @./a @a", "\"@./a\" is read and is to be written as well"),
    ("check -o @link @a", "\"@link\" is read and is to be written as well"),
    ("check -o @hard @a", "\"@hard\" is read and is to be written as well"),
    ("check --report json=@a @a", "\"@a\" is read and is to be written as well"),
    ("check --report json=@x --report html=@./x @a", "two outputs go to \"@./x\""),
    ("check --report json=@x --write-baseline @x @a", "two outputs go to \"@x\""),
    ("check --report json=@known --baseline @known @a", "\"@known\" is read and is to be written"),
    ("check --report json=@x --report html=@x @a", "two reports go to \"@x\""),
    ("convert @a @a", "\"@a\" is read and is to be written as well"),
    ("convert --map @map @a @map", "\"@map\" is read and is to be written as well"),
    ("minimize --rule RemoveLockForwardRead @a -o @link", "\"@link\" is read"),
    ("synthesize -o @x --list-faults @./x", "two outputs go to \"@./x\""),
    ("merge -o @b @b", "\"@b\" is read and is to be written as well"),
  ])
  func clashes(line: String, message: String) throws {
    let directory = try TemporaryDirectory()
    for name in ["a", "b", "map", "known"] { try directory.write("kept", to: name) }
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/link", withDestinationPath: "a")
    try FileManager.default.linkItem(
      atPath: directory.path + "/a", toPath: directory.path + "/hard")
    let names = try directory.names
    let run = CommandRun(line.split(separator: " ").map(String.init), in: directory)
    #expect(run.status == 2)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(try directory.names == names)
    #expect(try directory.read("a") == "kept")
  }

  /// A baseline may be written anew where it is.
  @Test func baselineInPlace() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Traces.faulty, to: "t")
    _ = CommandRun(["check", "--write-baseline", "@known", "@t"], in: directory)
    let run = CommandRun(
      ["check", "--baseline", "@known", "--write-baseline", "@known", "@t"], in: directory)
    #expect(run.status == 0)
    #expect(try directory.read("known").contains("RemoveLockForwardRead"))
  }

  /// What is no plain file is refused where a file is read as a whole, and does not hang.
  @Test(arguments: ["--config", "--baseline", "--map"])
  func noPlainFile(option: String) throws {
    #if !os(Windows)
      let directory = try TemporaryDirectory()
      try directory.write(Traces.clean, to: "t")
      #expect(mkfifo(directory.path + "/pipe", 0o600) == 0)
      for (path, words) in [
        ("@pipe", "must be a plain file"), ("/dev/zero", "must be a plain file"),
        ("@", "it is a directory"), ("@none", "there is no such file"),
      ] {
        let run = CommandRun(["check", option, path, "@t"], in: directory)
        #expect(run.status == 2 && run.errors.contains(words), "\(path): \(run.errors)")
      }
      #expect(truncate(try directory.make("large"), 65 << 20) == 0)
      let run = CommandRun(["check", option, "@large", "@t"], in: directory)
      #expect(run.status == 2 && run.errors.contains("is too large"), "\(run.errors)")
    #endif
  }

  @Test func linksStayLinks() throws {
    #if !os(Windows)
      let directory = try TemporaryDirectory()
      try directory.write(Traces.faulty, to: "t")
      try FileManager.default.createDirectory(
        atPath: directory.path + "/sub", withIntermediateDirectories: false)
      try directory.write("old", to: "sub/target")
      chmod(directory.path + "/sub/target", 0o640)
      try FileManager.default.createSymbolicLink(
        atPath: directory.path + "/second", withDestinationPath: "sub/target")
      try FileManager.default.createSymbolicLink(
        atPath: directory.path + "/first", withDestinationPath: "second")
      #expect(CommandRun(["check", "-o", "@first", "@t"], in: directory).status == 1)
      #expect(try directory.read("sub/target").contains("RemoveLockForwardRead"))
      #expect(Platform.linkTarget(directory.path + "/first") == "second")
      #expect(Platform.status(directory.path + "/sub/target")?.mode == 0o640)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: directory.path + "/sub") == ["target"])
      // A link that leads nowhere yet makes the file that it names.
      try FileManager.default.removeItem(atPath: directory.path + "/sub/target")
      #expect(CommandRun(["check", "-o", "@first", "@t"], in: directory).status == 1)
      #expect(try directory.read("sub/target").contains("RemoveLockForwardRead"))
    #endif
  }

  @Test func devicesAreWritten() throws {
    #if !os(Windows)
      let directory = try TemporaryDirectory()
      try directory.write(Traces.faulty, to: "t")
      #expect(CommandRun(["check", "-o", "/dev/null", "@t"], in: directory).status == 1)
      #expect(Platform.status("/dev/null")?.isRegular == false)
      #expect(OutputPlace("/dev/stdout") == .descriptor(1))
      #expect(OutputPlace("/dev/fd/7") == .descriptor(7))
    #endif
  }

  /// Paths that are no UTF-8 are read, written and told.
  @Test func anyBytesAreAPath() throws {
    #if os(Linux)
      let directory = try TemporaryDirectory()
      try directory.write(Traces.faulty, to: "t")
      let name = Array("caf".utf8) + [0xE9] + Array(".log".utf8)
      let path = PathBytes.string(Array(directory.path.utf8) + [0x2F] + name)
      let to = PathBytes.string(Array(directory.path.utf8) + [0x2F] + name + [0xFF])
      #expect(
        rename(directory.path + "/t", (PathBytes.bytes(path) + [0]).map { CChar(bitPattern: $0) })
          == 0)
      let run = CommandRun(["check", "-o", to, path], in: directory)
      #expect(run.status == 1, "\(run.errors)")
      let again = CommandRun(["check", path, "nothing-\(to)"], in: directory)
      #expect(again.output.contains("caf\\xe9.log:5"), "\(again.output)")
    #endif
  }

  @Test(
    arguments: [
      [0x61], [0xE9], [0xC3, 0xA9], [0xC3, 0xA9, 0xC3], [0xF0, 0x9F, 0x98],
      [0xF4, 0x8F, 0xBC, 0x80],
      [0xF4, 0x8F, 0xBF, 0xBF], [0xED, 0xA0, 0x80], [0xFF, 0xFE], [],
    ] as [[UInt8]])
  func everyPathHasAString(path: [UInt8]) {
    let string = PathBytes.string(path)
    #expect(PathBytes.bytes(string) == path)
    #expect(PathBytes.string(PathBytes.bytes(string)) == string)
  }
}

extension TemporaryDirectory {
  /// The path of a new empty file.
  func make(_ name: String) throws -> String {
    try write("", to: name)
    return path + "/" + name
  }
}
