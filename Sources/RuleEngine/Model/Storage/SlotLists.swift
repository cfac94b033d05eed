/// Lists of a slab's slots by a key, the newest first. A slot is in one of them at most.
struct KeyedLists<Key: TableKey>: Sendable {
  private var firsts = OpenTable<Key>()
  /// The newest of a list knows the oldest as its previous.
  private var links = Store<Links>()

  /// See ``Store/claim()``.
  mutating func claim() { links.claim() }

  /// The newest slot of a key's list, or -1.
  @inline(__always)
  func first(_ key: Key) -> Int32 { firsts.find(key) }

  /// The oldest slot of a key's list, or -1.
  @inline(__always)
  func oldest(_ key: Key) -> Int32 {
    let first = firsts.find(key)
    return first >= 0 ? links[Int(first)].previous : -1
  }

  /// The next older slot of the same list, or -1.
  @inline(__always)
  func next(_ slot: Int32) -> Int32 { links[Int(slot)].next }

  mutating func insert(_ slot: Int32, _ key: Key) {
    if links.count <= Int(slot) {
      links.append(repeating: Links(), count: Int(slot) + 1 - links.count)
    }
    let first = firsts.find(key)
    if first >= 0 {
      links[Int(slot)] = Links(previous: links[Int(first)].previous, next: first)
      links[Int(first)].previous = slot
    } else {
      links[Int(slot)] = Links(previous: slot, next: -1)
    }
    firsts.set(key, slot)
  }

  mutating func remove(_ slot: Int32, _ key: Key) {
    let first = firsts.find(key)
    let link = links[Int(slot)]
    if slot != first {
      links[Int(link.previous)].next = link.next
      links[Int(link.next >= 0 ? link.next : first)].previous = link.previous
    } else if link.next >= 0 {
      links[Int(link.next)].previous = link.previous
      firsts.set(key, link.next)
    } else {
      firsts.remove(key)
    }
  }
}

/// Some of a slab's slots, in the order in which they came.
struct SlotQueue: Sendable {
  private var links = Store<Links>()
  private(set) var oldest: Int32 = -1
  private(set) var newest: Int32 = -1
  private(set) var count = 0

  /// See ``Store/claim()``.
  mutating func claim() { links.claim() }

  /// The next younger slot, or -1.
  func next(_ slot: Int32) -> Int32 { links[Int(slot)].next }

  mutating func append(_ slot: Int32) {
    if links.count <= Int(slot) {
      links.append(repeating: Links(), count: Int(slot) + 1 - links.count)
    }
    links[Int(slot)] = Links(previous: newest, next: -1)
    if newest >= 0 { links[Int(newest)].next = slot } else { oldest = slot }
    newest = slot
    count += 1
  }

  mutating func remove(_ slot: Int32) {
    let link = links[Int(slot)]
    if link.previous >= 0 { links[Int(link.previous)].next = link.next } else { oldest = link.next }
    if link.next >= 0 {
      links[Int(link.next)].previous = link.previous
    } else {
      newest = link.previous
    }
    count -= 1
  }
}
