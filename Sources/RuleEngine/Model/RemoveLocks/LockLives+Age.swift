// How long an acquisition was held.
extension LockLives {
  /// Tells of an acquisition that is released and older than the lock allows, and returns it. Where it is open
  /// which one is released, the youngest is too old only if all are.
  func checkAge(
    of acquisition: Int32, isOpen: Bool, _ event: Event, _ lock: Int32, _ facts: inout FactSink
  ) -> Acquisition? {
    let held =
      isOpen ? acquisitions.youngest(lock, tag: event.tag) : acquisitions[acquisition]
    guard self[lock].isTooOld(held.acquired, at: event) else { return nil }
    tell(.heldTooLong, lock, operand: event.tag, &facts)
    return held
  }
}
