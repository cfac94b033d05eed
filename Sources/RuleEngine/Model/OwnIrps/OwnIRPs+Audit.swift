// Whether the lists of own IRPs agree with each other, for ``ModelAudit``.
extension OwnIRPs {
  /// What does not agree.
  func inconsistencies(_ limits: Limits) -> [String] {
    var problems = table.inconsistencies()
    if table.live.count > limits.ownIRPs { problems.append("more own IRPs than the limit") }
    if table.kept.count > limits.keptOwnIRPs {
      problems.append(
        "more own IRPs kept than the "
          + "limit")
    }
    return problems
  }
}

extension SlotQueue {
  /// The slots, oldest first, as far as the queue says that there are.
  var slots: [Int32] {
    var all: [Int32] = []
    var slot = oldest
    while slot >= 0, all.count <= count {
      all.append(slot)
      slot = next(slot)
    }
    return all
  }
}

extension KeyedLists {
  /// Whether a slot is in the list of a key; looks through that list.
  func contains(_ slot: Int32, _ key: Key, atMost limit: Int) -> Bool {
    var next = first(key)
    var steps = 0
    while next >= 0, next != slot, steps < limit {
      next = self.next(next)
      steps += 1
    }
    return next == slot
  }
}
