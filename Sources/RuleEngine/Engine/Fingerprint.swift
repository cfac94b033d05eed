/// What stays the same when one fault is seen again: rule, message, driver, function (or else source
/// file), major and minor code. No line numbers, no addresses.
///
/// Where something was done wrong the function is that of the deciding event. Where something was left
/// undone (a lock that is never released), which event decides depends on the threads: the return of
/// the dispatch routine, of a completion routine, of a worker. There it is the function of the
/// DispatchEnter, and that of the routine that ended the request, where it was another. Of a lock that is
/// waited for in vain it is the functions that acquired what is left.
package enum Fingerprint {
  /// The fingerprint of these parts, as 16 hex digits.
  package static func of(
    rule: String, message: String, driver: String, place: String, major: MajorFunction?,
    minor: MinorFunction?
  ) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ part: String) {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      // A byte that no UTF-8 text holds keeps the parts apart.
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    add(rule)
    add(message)
    add(driver)
    add(place)
    add(major.map(\.name) ?? "")
    add(minor.map { String($0.rawValue) } ?? "")
    return digits(hash)
  }

  /// The name of a fault whose headline has this fingerprint. It is none of a finding.
  package static func ofFault(headline: String) -> String {
    of(rule: "a fault", message: headline, driver: "", place: "", major: nil, minor: nil)
  }

  /// A hash as a fingerprint is written.
  static func digits(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The function, or else the source file.
  static func place(function: String, source: String) -> String {
    function.isEmpty ? file(of: source) : function
  }

  /// The file of `file.c:123`.
  static func file(of source: String) -> String {
    guard let colon = source.lastIndex(of: ":"),
      source[source.index(after: colon)...].allSatisfy(\.isNumber)
    else { return source }
    return String(source[..<colon])
  }
}
