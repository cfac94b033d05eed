/// Drivers of which the trace has had an event of some kind, by string ids; 0 is one that is not known.
struct DriverSet: Sendable {
  private var drivers = OpenTable<UInt64>()
  private var hasUnknown = false

  /// So many drivers are told apart: there are no more on a machine.
  private static var limit: Int { 1 << 12 }

  /// Adds a driver; false where there is no room for it.
  @inline(__always) @discardableResult
  mutating func insert(_ driver: UInt32) -> Bool {
    if driver == 0 {
      hasUnknown = true
    } else if drivers.find(UInt64(driver)) < 0 {
      guard drivers.count < Self.limit else { return false }
      drivers.set(UInt64(driver), 0)
    }
    return true
  }

  /// Whether there was one of this driver, or where one of the two is not known.
  @inline(__always)
  func contains(_ driver: UInt32) -> Bool {
    hasUnknown || (driver == 0 ? drivers.count > 0 : drivers.find(UInt64(driver)) >= 0)
  }
}
