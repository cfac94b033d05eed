/// Paths that are no UTF-8, as strings.
///
/// On POSIX systems a path is bytes, and what a directory made on another system holds need not be UTF-8. A
/// byte that is part of none stands in a string as the scalar U+10FF00 plus the byte, from a private plane
/// that nothing else uses; a path that holds one of those scalars is spelled by its bytes. So every path
/// has a string of its own, and the string leads back to the path.
package enum PathBytes {
  private static let base: UInt32 = 0x10_FF00

  /// The byte that stands for itself as this scalar.
  package static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
    scalar.value >> 8 == base >> 8 ? UInt8(truncatingIfNeeded: scalar.value) : nil
  }

  /// The string of a path.
  package static func string(_ path: some Collection<UInt8>) -> String {
    let plain = String(validating: path, as: UTF8.self)
    if let plain, !plain.unicodeScalars.contains(where: { byte($0) != nil }) { return plain }
    var text = String.UnicodeScalarView()
    var rest = Array(path)[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      let scalar = String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars.first
      if let scalar, byte(scalar) == nil {
        text.append(scalar)
        rest = rest.dropFirst(scalar.utf8.count)
      } else {
        if let stand = Unicode.Scalar(base + UInt32(first)) { text.append(stand) }
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// The path that a string stands for.
  package static func bytes(_ string: String) -> [UInt8] {
    if string.utf8.allSatisfy({ $0 < 0xF4 }) { return Array(string.utf8) }
    return string.unicodeScalars.flatMap { scalar in
      byte(scalar).map { [$0] } ?? Array(scalar.utf8)
    }
  }

  /// Calls `body` with the path as C takes it.
  package static func withCString<R>(
    _ string: String, _ body: (UnsafePointer<CChar>) -> R
  ) -> R {
    if string.utf8.allSatisfy({ $0 < 0xF4 }) { return string.withCString(body) }
    return (bytes(string).map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { path in
      path.baseAddress.map(body) ?? string.withCString(body)
    }
  }
}

extension Unicode.Scalar {
  fileprivate var utf8: String.UTF8View { String(self).utf8 }
}
