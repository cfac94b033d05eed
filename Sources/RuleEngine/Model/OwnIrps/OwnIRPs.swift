/// One IRP that a driver made itself.
struct OwnIRP: Sendable {
  /// `drv` of the event that made it, as a string id; 0 where it is not known.
  var driver: UInt32
  var isForwarded = false
}

/// The IRPs that drivers make themselves: which there are, and that whatever was known of such an IRP's
/// memory is over.
struct OwnIRPs: Sendable {
  private var lives = Slab<OwnIRP>()
  private var table = OpenTable<UInt64>()
  private let limit: Int

  init(limits: Limits) { limit = limits.contexts }

  /// See ``Store/claim()``.
  mutating func claim() { lives.claim() }

  /// IoAllocateIrp, IoMakeAssociatedIrp or one of IoBuild…Request has returned; `current` is the current
  /// context of the reading, or -1.
  mutating func made(
    _ event: Event, by current: Int32, _ requests: inout Requests, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) {
    guard event.irp != 0 else {
      if event.kind == .ioAllocateIrp, current >= 0 {
        requests.note(event, current)
        requests.tell(.irpAllocationFailed, current, &facts)
      }
      return
    }
    while case let context = requests.newest(ofIRP: event.irp), context >= 0 {
      requests.supersede(context, &facts)
    }
    end(event.irp)
    if lives.count >= limit {
      coverage.reached(.contexts)
      gap()
    }
    table.set(event.irp, lives.insert(OwnIRP(driver: event.driver.rawValue)))
  }

  /// IoFreeIrp.
  mutating func freed(_ event: Event) { end(event.irp) }

  /// The event forwards an IRP that belongs to no request; whether it is one of the driver's own.
  mutating func forwarded(_ event: Event) -> Bool {
    let life = table.find(event.irp)
    guard life >= 0, isSameDriver(event, life) else { return false }
    lives[life].isForwarded = true
    return true
  }

  /// A dispatch routine of the driver gets the address, which it has not been sent: the memory is used again.
  @inline(__always)
  mutating func dispatched(_ event: Event) {
    guard lives.count > 0 else { return }
    let life = table.find(event.irp)
    if life >= 0, !lives[life].isForwarded, isSameDriver(event, life) { end(event.irp) }
  }

  /// What is live at a gap may be over.
  mutating func gap() {
    guard lives.count > 0 else { return }
    lives = Slab<OwnIRP>()
    table = OpenTable<UInt64>()
  }

  private func isSameDriver(_ event: Event, _ life: Int32) -> Bool {
    let driver = event.driver.rawValue
    return driver == 0 || lives[life].driver == 0 || driver == lives[life].driver
  }

  private mutating func end(_ irp: UInt64) {
    let life = table.find(irp)
    guard life >= 0 else { return }
    table.remove(irp)
    lives.remove(life)
  }
}
