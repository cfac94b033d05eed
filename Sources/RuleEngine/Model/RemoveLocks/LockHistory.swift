/// What reports tell of that is no part of any lock's state any more.
struct LockHistory: Sendable {
  /// Of the lock that was last found to be initialised again, what was known before.
  var initializedBefore: RemoveLock?
  /// The acquisition that was last found to be held too long.
  var heldTooLong: Acquisition?

  /// Where requests of each kind were last released, so that a report on one that was not can say where others
  /// were. A row for each major function and a few drivers; a driver takes the row of another that has the same.
  private var places = Store(repeating: Place(), count: drivers * majors)

  /// A release of a request.
  struct Place: Sendable, BitwiseCopyable {
    var released = EventStamp.none
    /// The IRP that was released.
    var irp: UInt64 = 0
    /// The driver as a string id; 0 where the event names none.
    var driver: UInt32 = 0
    /// The device's life that owns the lock, or -1.
    var owner: Int32 = -1
    var major = MajorFunction(0)
  }

  private static var drivers: Int { 4 }
  private static var majors: Int { 32 }

  /// See ``Store/claim()``.
  mutating func claim() { places.claim() }

  private static func row(_ major: MajorFunction, _ driver: UInt32) -> Int {
    (Int(major.rawValue) % majors) * drivers + Int(driver) % drivers
  }

  /// The event releases what was acquired for a request of a lock with this owner.
  @inline(__always)
  mutating func released(_ taken: Acquisition, of owner: Int32, by event: Event) {
    guard taken.irp != 0, event.kind == .ioReleaseRemoveLock else { return }
    places[Self.row(taken.major, event.driver.rawValue)] = Place(
      released: EventStamp(event), irp: taken.irp, driver: event.driver.rawValue, owner: owner,
      major: taken.major)
  }

  /// Where another request of the kind was released last, of the driver (a string id) or the device; nil where
  /// none was that is remembered.
  func lastRelease(of request: IRPContext, driver: UInt32) -> EventStamp? {
    let place = places[Self.row(request.major, driver)]
    guard place.irp != 0, place.irp != request.irp, place.major == request.major,
      driver != 0 ? place.driver == driver : place.owner == request.device
    else { return nil }
    return place.released
  }
}
