/// What a scanner of one piece after the other keeps between them.
final class ScannerMemory {
  /// Events that are read but not yet in the batch.
  let stage = EventStage()
  /// Escaped strings, written out.
  let scratch = PaddedBytes()
  let jsonGuesses = KeyGuesses()
  let textGuesses = KeyGuesses()
}

/// Room for some events, so that they are written where they stay until a whole stage of them goes into
/// a batch at once.
final class EventStage {
  let start: UnsafeMutablePointer<Event>
  let end: UnsafeMutablePointer<Event>

  private static let capacity = 32

  init() {
    start = .allocate(capacity: Self.capacity)
    start.initialize(repeating: Event(), count: Self.capacity)
    end = start + Self.capacity
  }

  /// Puts the events up to `next` into the batch and begins anew.
  @inline(never)
  func flush(_ next: inout UnsafeMutablePointer<Event>, to batch: inout EventBatch) {
    batch.events.append(contentsOf: UnsafeBufferPointer(start: start, count: next - start))
    next = start
  }

  deinit { start.deallocate() }
}
