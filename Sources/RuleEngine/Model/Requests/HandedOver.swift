/// Which contexts of each device are handed over: marked pending, in a queue, or a callback's. Who deletes the
/// device asks for these alone.
struct HandedOver: Sendable {
  /// For each device's number the first context, or -1.
  private var first = Store<Int32>()
  /// How many contexts there are.
  private(set) var count = 0

  /// See ``Store/claim()``.
  mutating func claim() { first.claim() }

  /// Adds a context, if it is not there.
  mutating func insert(_ context: Int32, _ device: Int32, _ places: inout Store<IRPPlace>) {
    guard !places[Int(context)].state.contains(.listed) else { return }
    let device = Int(device)
    if device >= first.count { first.append(repeating: -1, count: device + 1 - first.count) }
    let next = first[device]
    places[Int(context)].handedOver = Links(previous: -1, next: next)
    places[Int(context)].state.insert(.listed)
    if next >= 0 { places[Int(next)].handedOver.previous = context }
    first[device] = context
    count += 1
  }

  /// Takes a context out, if it is there.
  @inline(__always)
  mutating func remove(_ context: Int32, _ device: Int32, _ places: inout Store<IRPPlace>) {
    guard places[Int(context)].state.contains(.listed) else { return }
    let links = places[Int(context)].handedOver
    if links.previous >= 0 {
      places[Int(links.previous)].handedOver.next = links.next
    } else {
      first[Int(device)] = links.next
    }
    if links.next >= 0 { places[Int(links.next)].handedOver.previous = links.previous }
    places[Int(context)].state.remove(.listed)
    count -= 1
  }

  /// A context of the device, or -1.
  func any(ofDevice device: Int32) -> Int32 {
    Int(device) < first.count ? first[Int(device)] : -1
  }
}
