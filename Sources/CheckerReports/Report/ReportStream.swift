/// Takes a report as it is written, piece by piece, so that it is never whole in memory.
public struct ReportStream {
  /// What is written and not yet handed on. Writers append to it and call ``endElement()`` now and then.
  public var bytes: [UInt8] = []
  private var handedOn = 0
  private let sink: ([UInt8]) -> Void

  /// From so many bytes on they are handed on.
  private static let pieceBytes = 1 << 16

  /// Makes a stream that hands what is written to `sink`, in pieces of some size.
  public init(_ sink: @escaping ([UInt8]) -> Void) { self.sink = sink }

  /// How many bytes were written.
  public var count: Int { handedOn + bytes.count }

  /// Writes text.
  public mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Hands on what is there, where that is enough.
  public mutating func endElement() {
    if bytes.count >= Self.pieceBytes { flush() }
  }

  /// Hands on all that is there.
  public mutating func flush() {
    if bytes.isEmpty { return }
    sink(bytes)
    handedOn += bytes.count
    bytes.removeAll(keepingCapacity: true)
  }
}
