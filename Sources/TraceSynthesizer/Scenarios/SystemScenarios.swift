import RuleEngine

// PNP, POWER and SYSTEM_CONTROL of devices that are started.
extension ScenarioLibrary {
  /// The minor codes that a started device gets at any time.
  private static let queries: [UInt8] = [
    0x08, 0x0A, 0x0B, 0x0C, 0x0D, 0x0F, 0x10, 0x12, 0x13, 0x14, 0x15, 0x16, 0x18, 0x19,
  ]

  mutating func addPnP() {
    for minor in Self.queries {
      let request = Request.pnp(MinorFunction(minor))
      path(request, on: .forwarding, weight: 3) { $0.passDown(.completes(.notSupported)) }
      path(request, on: .forwarding, weight: 1) { $0.passDown(.completes(.success)) }
      path(request, on: .child, weight: 4) { $0.completeAtOnce(.success) }
    }
    for request in [Request.pnp(.queryCapabilities), .pnp(MinorFunction(0x0D))] {
      path(request, on: .forwarding, weight: 8) { $0.forwardAndWait(.completes(.success)) }
      path(request, on: .forwarding, weight: 4) { $0.forwardAndWait(.pends(.success)) }
    }
    for relation in DeviceRelation.allCases.dropFirst() {
      let request = Request.relations(relation)
      path(request, on: .forwarding, weight: 2) { $0.passDown(.completes(.success)) }
      path(request, on: .bus, weight: 5) { $0.forwardAndWait(.pends(.success)) }
      path(request, on: .bus, weight: 3) { $0.forwardAndRelease(.completes(.success)) }
      path(request, on: .bus, weight: 3) { $0.markAndForward(.pends(.success)) }
      path(request, on: .child, weight: 3) { $0.completeAtOnce(.notSupported) }
    }
    for chain in Self.shapes where chain.count > 1 {
      path(.pnp(.queryCapabilities), through: chain, weight: 8) {
        $0.handling = .forwardAndWait
        $0.handle(.completes(.success))
      }
      path(.relations(.bus), through: chain, weight: 4) { $0.handle(.completes(.success)) }
    }
  }

  mutating func addPower() {
    let states: [PowerState] = [.s0, .s1, .s3, .s4, .s5, .d0, .d2, .d3]
    for state in states {
      path(.queryPower(state), on: .forwarding, weight: 3) { $0.passDown(.completes(.success)) }
      path(.setPower(state), on: [.filter, .bus], weight: 5) {
        $0.passDown(.completes(.success))
      }
      path(.setPower(state), on: [.filter, .bus], weight: 3) { $0.passDown(.pends(.success)) }
      path(.setPower(state), on: [.filter, .bus], weight: 3) {
        $0.markAndForward(.pends(.success))
      }
      path(.setPower(state), on: .child, weight: 5) { $0.completeAtOnce(.success) }
      path(.setPower(state), on: .function, weight: 1) { $0.forwardAndWait(.completes(.success)) }
      // A bus driver at the root has nothing below to tell.
      path(.setPower(state), on: .bus, weight: 2) { $0.completeAtOnce(.success) }
    }
    path(.setPower(.s0), on: .function, weight: 14) { $0.powerUp(.pends(.success)) }
    path(.setPower(.s0), on: .function, weight: 6) { $0.powerUp(.completes(.success)) }
    for state in [PowerState.s1, .s3, .s4] {
      path(.setPower(state), on: .function, weight: 7) { $0.powerDown(state) }
    }
    path(.waitWake, on: .forwarding, weight: 6) { $0.markAndForward(.pends(.success)) }
    path(.waitWake, on: .forwarding, weight: 2) { $0.markAndForward(.pends(.cancelled)) }
  }

  mutating func addWmi() {
    for minor: UInt8 in [0x00, 0x01, 0x02, 0x04, 0x05, 0x08, 0x09, 0x0B] {
      let request = Request.wmi(minor)
      path(request, on: .any, weight: 3) { $0.wmiProcessed() }
      path(request, on: .any, weight: 1) { $0.wmiNotCompleted(.invalidDeviceRequest) }
      path(request, on: .forwarding, weight: 3) {
        $0.wmiForward(.forward, .completes(.success))
      }
      path(request, on: .forwarding, weight: 1) { $0.wmiForward(.forward, .pends(.success)) }
      path(request, on: .forwarding, weight: 1) {
        $0.wmiForward(.notWmi, .completes(.notSupported))
      }
    }
  }

  /// How stacks come and go, by shape, and devices that are plugged in for a moment.
  mutating func addLives() {
    for chain in Self.shapes { addLife(of: chain) }
    for order in PathBuilder.Removal.allCases {
      let index = freeze(.pnp(.startDevice), [.function]) { $0.plugAndRemove(order) }
      markHotplug(index, .function)
      hotplugs.append(index)
    }
  }

  private mutating func addLife(of chain: [Role]) {
    let start = Request.pnp(.startDevice)
    var ways: [(lower: PathBuilder.Lower, inWorker: Bool)] = [
      (.completes(.success), false), (.pends(.success), false),
    ]
    if chain.count == 1 { ways += [(.pends(.success), true), (.completes(.success), true)] }
    arrivals.append(
      ways.enumerated().map { index, way in
        freeze(start, chain) {
          $0.addChain(minutes: index == 0 ? 600 : 0, highWatermark: index == 1 ? 1 << 20 : 0)
          $0.startChain(way.lower, inWorker: way.inWorker)
          $0.startThreads()
        }
      })
    restarts.append(
      ways.map { way in
        freeze(start, chain) { $0.startChain(way.lower, inWorker: way.inWorker) }
      })
    removals.append(
      PathBuilder.Removal.allCases.map { order in
        freeze(.pnp(.removeDevice), chain) { $0.removeChain(order) }
      })
    let steps: [(MinorFunction, Outcome)] = [
      (.queryRemoveDevice, .removalQueried), (.cancelRemoveDevice, .removalCancelled),
      (.surpriseRemoval, .surpriseRemoved), (.queryStopDevice, .stopQueried),
      (.cancelStopDevice, .stopCancelled), (.stopDevice, .stopped),
    ]
    var passage: [Outcome: Int32] = [:]
    for (minor, outcome) in steps {
      passage[outcome] = freeze(.pnp(minor), chain) { $0.passThroughChain(minor, outcome) }
    }
    passages.append(passage)
  }
}
