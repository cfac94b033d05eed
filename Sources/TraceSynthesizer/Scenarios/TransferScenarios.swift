import RuleEngine

// READ, WRITE, DEVICE_CONTROL and INTERNAL_DEVICE_CONTROL, and the requests of an open file.
extension ScenarioLibrary {
  mutating func addTransfers() {
    let transfers: [(request: Request, share: Int)] = [
      (.read, 10), (.write, 8), (.deviceControl, 8), (.internalDeviceControl, 2),
    ]
    for (request, share) in transfers {
      addImmediate(request, share)
      addForwarded(request, share)
      addQueued(request, share)
      addChained(request, share)
    }
    for request in [Request.deviceControl, .internalDeviceControl] { addOwnIrps(request) }
  }

  private mutating func addImmediate(_ request: Request, _ share: Int) {
    path(request, on: .any, weight: 9 * share) { $0.completeAtOnce(.success) }
    path(request, on: .any, weight: 2 * share) { $0.completeAtOnce(.success, releaseFirst: true) }
    path(request, on: .any, weight: share, survives: true) {
      $0.completeAtOnce(.invalidParameter)
    }
    path(request, on: .any, weight: share) { $0.completeWithNullTag(.success) }
    path(request, on: .any, weight: share) { $0.completeAndStartWorkItem(.success) }
    path(request, on: .any, weight: share) { $0.completeAndSetTimer(.success) }
  }

  private mutating func addForwarded(_ request: Request, _ share: Int) {
    path(request, on: .forwarding, weight: 9 * share) { $0.passDown(.completes(.success)) }
    path(request, on: .forwarding, weight: 5 * share) { $0.passDown(.pends(.success)) }
    path(request, on: .forwarding, weight: share, survives: true) {
      $0.passDown(.completes(.deviceDataError))
    }
    path(request, on: .forwarding, weight: 6 * share) {
      $0.forwardAndRelease(.pends(.success))
    }
    path(request, on: .forwarding, weight: 3 * share) {
      $0.forwardAndRelease(.completes(.success))
    }
    path(request, on: .forwarding, weight: share) { $0.forwardAndRelease(.pends(.ioTimeout)) }
    path(request, on: .forwarding, weight: 2 * share) { $0.markAndForward(.pends(.success)) }
    path(request, on: .forwarding, weight: share) { $0.markAndForward(.completes(.endOfFile)) }
    path(request, on: .forwarding, weight: 3 * share) { $0.forwardAndWait(.pends(.success)) }
    path(request, on: .forwarding, weight: share) { $0.forwardAndWait(.completes(.success)) }
    path(request, on: .forwarding, weight: share) {
      $0.forwardAndWait(.pends(.deviceDataError), releaseFirst: true)
    }
  }

  private static let rareQueues: [(insert: EventKind, take: EventKind)] = [
    (.insertHeadList, .removeEntryList), (.ioCsqInsertIrpEx, .ioCsqRemoveIrp),
    (.exInterlockedInsertHeadList, .exInterlockedRemoveHeadList),
    (.exInterlockedPushEntryList, .exInterlockedRemoveHeadList),
  ]

  private mutating func addQueued(_ request: Request, _ share: Int) {
    path(request, on: .any, weight: 5 * share) { $0.queueForDpc(.success) }
    path(request, on: .any, weight: 2 * share) {
      $0.queueForDpc(.success, insert: .ioCsqInsertIrp, take: .ioCsqRemoveNextIrp)
    }
    for (insert, take) in Self.rareQueues {
      path(request, on: .any, weight: share / 2) {
        $0.queueForDpc(.success, insert: insert, take: take)
      }
    }
    path(request, on: .any, weight: share) {
      $0.queueForDpc(.ioTimeout, insert: .insertTailList, take: .removeHeadList, named: false)
    }
    path(request, on: .function, weight: 3 * share) { $0.startIo(.success) }
    path(request, on: .function, weight: share) { $0.queueAndCancel() }
    path(request, on: .function, weight: share) { $0.finishInWorkItem(.success) }
    path(request, on: .function, weight: share) { $0.queueForUntracedThread(.success) }
    path(request, on: .threaded, weight: 8 * share) { $0.queueForThread(.success) }
  }

  /// Through all traced drivers of a stack, down to the bus driver's child.
  private mutating func addChained(_ request: Request, _ share: Int) {
    for chain in Self.shapes where chain.count > 1 {
      for lower in [PathBuilder.Lower.completes(.success), .pends(.success)] {
        path(request, through: chain, weight: 6 * share) { $0.handle(lower) }
        path(request, through: chain, weight: 4 * share) {
          $0.handling = .completionRoutine
          $0.handle(lower)
        }
        path(request, through: chain, weight: 2 * share) {
          $0.handling = .forwardAndWait
          $0.handle(lower)
        }
      }
    }
  }

  private mutating func addOwnIrps(_ request: Request) {
    path(request, on: .forwarding, weight: 8) {
      $0.sendOwnIrpAndWait(.ioBuildDeviceIoControlRequest, .success)
    }
    path(request, on: .forwarding, weight: 4) {
      $0.sendOwnIrpAndWait(.ioBuildSynchronousFsdRequest, .success)
    }
    path(request, on: .forwarding, weight: 8) { $0.sendAllocatedIrp(.ioAllocateIrp, .success) }
    path(request, on: .forwarding, weight: 4) {
      $0.sendAllocatedIrp(.ioBuildAsynchronousFsdRequest, .success)
    }
    path(request, on: .forwarding, weight: 2) { $0.failToAllocateIrp() }
  }

  /// CREATE, CLEANUP, CLOSE and some that are rarer.
  mutating func addFileRequests() {
    for request in [Request.create, .cleanup, .close] {
      path(request, on: .any, weight: 40) { $0.completeAtOnce(.success) }
      path(request, on: .forwarding, weight: 25) { $0.passDown(.completes(.success)) }
      path(request, on: .forwarding, weight: 6) { $0.forwardAndRelease(.completes(.success)) }
    }
    for request in [Request.shutdown, .flushBuffers, .queryInformation] {
      path(request, on: .any, weight: 8) { $0.completeAtOnce(.success) }
      path(request, on: .forwarding, weight: 4) { $0.passDown(.completes(.success)) }
      path(request, on: .forwarding, weight: 2) { $0.forwardAndRelease(.pends(.success)) }
    }
    path(.queryInformation, on: .any, weight: 4) {
      $0.completeAtOnce(.invalidDeviceRequest)
    }
  }
}
