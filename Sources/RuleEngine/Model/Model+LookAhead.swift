// Looking ahead: what coming events will need is loaded before their turn.
//
// With a million live contexts nothing that an event needs is in a cache, and each thing is found only
// through the one before: table, context, evidence. But the next events do not depend on each other: asked
// for what all of them need from the tables, then from what was found there, a processor waits for many
// places of memory at once.
extension DriverModel {
  /// How many events are looked at before they are taken.
  static var lookAheadEvents: Int { 32 }

  /// From how many live contexts on it pays. Measured: with a hundred thousand, which the third-level cache
  /// holds, an event takes a quarter longer with it, with a million a sixth less.
  static var lookAheadThreshold: Int { 250_000 }

  /// Loads what the tables say of an event.
  @inline(__always)
  mutating func lookAtTables(_ event: Event) {
    if event.has(.irp) { ahead &+= UInt64(bitPattern: Int64(requests.guess(event.irp))) }
    if event.has(.tag) {
      ahead &+= UInt64(bitPattern: Int64(locks.guess(event)))
      ahead &+= UInt64(bitPattern: Int64(requests.guess(event.tag)))
    }
  }

  /// Loads the context and the acquisition that an event is probably about; the context, or -1.
  @inline(__always)
  mutating func lookAtElements(_ event: Event) -> Int32 {
    guard event.has(.irp) || event.has(.tag) else { return -1 }
    if event.has(.tag) { ahead &+= locks.touch(locks.guess(event)) }
    let context = requests.guess(event.has(.irp) ? event.irp : event.tag)
    ahead &+= requests.touch(context)
    return context
  }

  /// Loads what the context of an event leads to.
  @inline(__always)
  mutating func lookAtDetails(_ event: Event) {
    guard event.has(.irp) || event.has(.tag) else { return }
    let context = requests.guess(event.has(.irp) ? event.irp : event.tag)
    guard requests.hasSlot(context) else { return }
    ahead &+= requests.touchDetails(context) &+ locks.touch(requests[context].holdings)
  }
}

extension Store {
  /// Loads the element, each part of it that a cache holds by itself; nothing where there is none. The
  /// value means nothing: it is to be kept somewhere, so that the loads are not left out.
  @inline(__always)
  func touch(_ index: Int) -> UInt64 {
    guard UInt(bitPattern: index) < UInt(bitPattern: count) else { return 0 }
    var sum: UInt64 = 0
    var offset = 0
    withElement(index) { element in
      while offset < MemoryLayout<Element>.stride {
        sum &+= UInt64(element.load(fromByteOffset: offset, as: UInt8.self))
        offset &+= 64
      }
      sum &+= UInt64(
        element.load(fromByteOffset: MemoryLayout<Element>.stride - 1, as: UInt8.self))
    }
    return sum
  }
}

extension Slab {
  /// See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ index: Int32) -> UInt64 { items.touch(Int(index)) }
}

extension TrackingSlab {
  /// See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ index: Int32) -> UInt64 { slab.touch(index) }
}

extension EvidenceStore {
  /// Loads the end of a chain, where the next record goes. See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ list: EvidenceList) -> UInt64 {
    guard list.last >= 0 else { return 0 }
    return chunks.touch(list.last) &+ records.touch(Int(list.last) * Self.chunkSize)
      &+ records.touch(Int(list.last) * Self.chunkSize + Self.chunkSize - 1)
  }
}
