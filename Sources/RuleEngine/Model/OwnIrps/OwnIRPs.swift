/// The IRPs that drivers make themselves: whatever was known of such an IRP's memory is over.
struct OwnIRPs: Sendable {
  /// IoAllocateIrp or one of IoBuild…Request has returned; `current` is the current context of the reading,
  /// or -1.
  func made(
    _ event: Event, by current: Int32, _ requests: inout Requests, _ facts: inout FactSink
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
  }
}
