import RuleEngine

// Drivers that allocate and free pool memory, and open and close registry keys.
extension ScenarioLibrary {
  private static let openers: [(EventKind, rule: String)] = [
    (.zwCreateKey, "ZwRegistryCreate"), (.zwOpenKey, "ZwRegistryOpen"),
  ]

  mutating func addMemoryTraffic() {
    for request in [Request.deviceControl, .create] {
      for (opener, _) in Self.openers {
        path(request, on: .any, weight: 1) { $0.readSettings(opener) }
      }
      path(request, on: .any, weight: 2) { $0.allocateInBetween(.exAllocatePoolWithQuotaTag) }
    }
  }

  mutating func addMemoryFaults() {
    for request in [Request.deviceControl, .create] {
      fault(["DoubleExFreePool"], request) { $0.freeTwice() }
      fault(["PoolLeftAtUnload"], request) { $0.unloadHelperWithPool() }
      for (opener, rule) in Self.openers {
        fault([rule], request) { $0.useClosedKey(opener) }
      }
    }
  }
}

extension PathBuilder {
  /// Reads a value from the registry while the request is handled.
  fileprivate mutating func readSettings(_ opener: EventKind) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.key(opener)
      $0.key(.zwQueryValueKey)
      $0.key(.zwClose)
      $0.complete(.success)
      $0.release()
    }
  }

  /// Two blocks, one after the other at the same address.
  fileprivate mutating func allocateInBetween(_ kind: EventKind) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.allocate(512, by: kind)
      $0.free()
      $0.allocate(64)
      $0.free()
      $0.complete(.success)
      $0.release()
    }
  }

  fileprivate mutating func freeTwice() {
    dispatch(returns: .unsuccessful) {
      $0.acquire()
      $0.allocate(512)
      $0.free()
      $0.complete(.unsuccessful)
      $0.free()
      $0.decides()
      $0.release()
    }
  }

  fileprivate mutating func useClosedKey(_ opener: EventKind) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.key(opener)
      $0.key(.zwClose)
      $0.key(.zwQueryValueKey)
      $0.decides()
      $0.complete(.success)
      $0.release()
    }
  }

  /// A driver without devices is unloaded, and has freed one block of two.
  fileprivate mutating func unloadHelperWithPool() {
    completeAtOnce(.success)
    on(.worker) { lane in
      lane.isHelper = true
      lane.callback(.workItem, named: "HelperWork") {
        $0.allocate(96)
        $0.free()
        $0.allocate(96)
      }
      lane.driverUnload()
      lane.decides()
      lane.isHelper = false
    }
  }
}
