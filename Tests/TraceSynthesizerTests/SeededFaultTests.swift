import RuleEngine
import Rules
import Testing

@testable import TraceSynthesizer

@Suite("Seeded faults") struct SeededFaultTests {
  /// The rules of the specification, by section.
  static let rules: [String] =
    forwarding + release + removal + lockState + pending + completion + ownIRPs + routines
    + signals + memory + handling + holds + calls + irql

  private static let forwarding = [
    "RemoveLockForward", "RemoveLockForward2", "RemoveLockForwardDeviceControl",
    "RemoveLockForwardDeviceControl2", "RemoveLockForwardDeviceControlInternal",
    "RemoveLockForwardDeviceControlInternal2", "RemoveLockForwardRead", "RemoveLockForwardRead2",
    "RemoveLockForwardWrite", "RemoveLockForwardWrite2",
  ]
  private static let release = [
    "RemoveLockReleaseCleanup", "RemoveLockReleaseClose", "RemoveLockReleaseCreate",
    "RemoveLockReleaseDeviceControl", "RemoveLockReleaseInternalDeviceControl",
    "RemoveLockReleasePnp", "RemoveLockReleasePower", "RemoveLockReleaseRead",
    "RemoveLockReleaseShutdown", "RemoveLockReleaseSystemControl", "RemoveLockReleaseWrite",
    "RemoveLockRelease2", "RemoveLock",
  ]
  private static let removal = [
    "RemoveLockCheck", "RemoveLockMnRemove", "RemoveLockMnRemove2", "RemoveLockMnSurpriseRemove",
    "RemoveLockQueryMnRemove", "MultRemoveLock",
  ]
  private static let lockState = [
    "RemoveLockStateUninitialized", "RemoveLockStateReinitialized", "RemoveLockStateFailedAcquire",
    "RemoveLockStateUnderflow", "RemoveLockStateTagMismatch", "RemoveLockStateAcquiredAfterDrain",
    "RemoveLockStateLeaked", "RemoveLockStateStuck", "RemoveLockStateHeldTooLong",
    "RemoveLockStateHighWatermark", "IoReleaseRemoveLockAndWaitOutsideRemoveDevice",
  ]
  private static let pending = [
    "MarkStartDevice", "MarkQueryRelations", "MarkPower", "MarkPowerDown", "MarkDevicePower",
  ]
  private static let completion = [
    "NsRemoveLockMnRemove", "NsRemoveLockMnSurpriseRemove", "NsRemoveLockQueryMnRemove",
    "PowerDownFail", "PowerUpFail", "PowerDownAllocate", "CompleteRequestStatusCheck",
    "WmiForward",
  ]

  private static let ownIRPs = [
    "IoAllocateFree", "IoBuildFsdFree", "IoBuildDeviceControlNoFree",
    "IoBuildSynchronousFsdRequestNoFree", "IoAllocateForward", "IoBuildFsdForward",
    "IoAllocateComplete", "IoBuildFsdComplete", "IoBuildDeviceControlWait",
    "IoBuildSynchronousFsdRequestWait", "IoReuseIrp", "IoReuseIrp2",
    "IoBuildDeviceIoControlSetEvent", "OwnIrpMarkedPending", "ForwardedAtBadIrqlAllocate",
    "ForwardedAtBadIrqlFsdAsync", "ForwardedAtBadIrqlFsdSync",
  ]

  private static let memory = [
    "DoubleExFreePool", "PoolLeftAtUnload", "ZwRegistryCreate", "ZwRegistryOpen",
  ]

  private static let routines = [
    "CompletionRoutineRegistered", "IoSetCompletionRoutineExCheck",
    "IoSetCompletionExCompleteIrp", "CompletedWithCancelRoutine",
  ]

  private static let signals = [
    "SignalEventInCompletion", "IoAllocateIrpSignalEventInCompletion",
    "IoBuildFsdIrpSignalEventInCompletion",
  ]

  private static let handling = [
    "DoubleCompletion", "CompleteRequest", "IrpProcessingComplete", "LowerDriverReturn",
    "DispatchStatusDiffers", "ForwardedWhileBelow", "CompletionRoutineMarkPending",
    "CompletionEventChecking", "RequestNeverCompleted", "MarkIrpPending", "MarkIrpPending2",
    "PendedCompletedRequest", "PendedCompletedRequestEx", "PendedCompletedRequest2",
    "PendedCompletedRequest3", "MarkingInterlockedQueuedIrps", "PnpIrpCompletion",
    "PowerIrpCompletion", "PnpSurpriseRemove", "PnpRemove", "DeleteDevice", "DeviceLeftAtRemove",
    "WmiComplete", "ForwardedAtBadIrql",
  ]

  private static let holds = [
    "SpinLock", "QueuedSpinLock", "CancelSpinLock", "SpinlockRelease", "QueuedSpinLockRelease",
    "CancelSpinlockRelease", "SpinLockSafe", "IrqlKeReleaseSpinLock", "MarkingQueuedIrps",
    "CriticalRegions", "GuardedRegions", "ExclusiveResourceAccess", "WithinCriticalRegion",
  ]

  private static let calls = ["RequestedPowerIrp", "StartIoRecursion", "StartIoCancel"]

  private static let irql = [
    "IrqlKeSetEvent", "IrqlKeWaitForMutexObject", "IrqlKeWaitForMultipleObjects",
    "IrqlExAllocatePool", "IrqlExFree1", "IrqlExFree2", "IrqlExFree3", "IrqlKeRaiseLower",
    "IrqlKeRaiseLower2", "IrqlReturn", "IrqlExApcLte1", "IrqlExApcLte2", "IrqlExApcLte3",
    "IrqlExPassive", "IrqlIoApcLte", "IrqlIoDispatch", "IrqlIoPassive1", "IrqlIoPassive2",
    "IrqlIoPassive3", "IrqlIoPassive4", "IrqlIoPassive5", "IrqlIoRtlZwPassive", "IrqlDispatch",
    "IrqlKeApcLte1", "IrqlKeApcLte2", "IrqlKeDispatchLte", "IrqlApcLte", "IrqlMmApcLte",
    "IrqlMmDispatch", "IrqlObPassive", "IrqlPsPassive", "IrqlRtlPassive", "IrqlZwPassive",
    "PagedCode",
  ]

  @Test("there is a fault for each of these rules, and for no other")
  func allRulesHaveFaults() {
    #expect(TraceSynthesizer.faultRules == Self.rules.sorted())
  }

  @Test("there is a fault for each rule of the catalog")
  func catalogHasFaults() {
    #expect(TraceSynthesizer.faultRules == Catalog.all.map(\.id).sorted())
  }

  @Test("an unknown rule is an error")
  func unknownRuleIsRefused() {
    #expect(throws: SynthesizerError.unknownRule("RemoveLockForwardReed")) {
      var options = SynthesizerOptions()
      options.fault = "RemoveLockForwardReed"
      _ = try TraceSynthesizer(options)
    }
  }

  @Test("at least one fault is seeded where a rule is named", arguments: rules)
  func oneIsSeeded(rule: String) throws {
    for seed: UInt64 in 1...3 {
      let trace = try Synthesized {
        $0.fault = rule
        $0.seed = seed
        $0.events = 1000
        $0.devices = seed == 1 ? 16 : seed == 2 ? 1 : 5
        $0.threads = seed == 2 ? 1 : 4
      }
      let fault = try #require(trace.faults.first, "seed \(seed)")
      #expect(fault.rule == rule)
      #expect(!fault.companions.contains(rule))
      let event = trace.events[Int(fault.line) - 1]
      #expect(event.position.line == fault.line)
      #expect(!event.has(.dev) || event.device == fault.device)
    }
  }

  @Test("the rate decides how many", arguments: ["RemoveLockReleaseRead", "WmiForward"])
  func rateCounts(rule: String) throws {
    func count(_ rate: Double) throws -> Int {
      let trace = try Synthesized {
        $0.fault = rule
        $0.events = 25_000
        $0.faultRate = rate
      }
      return trace.faults.count
    }
    let some = try count(0.1)
    let many = try count(0.8)
    let none = try count(0)
    #expect(none == 1)
    #expect(some > 1)
    #expect(many > 3 * some)
  }

  @Test("without a rule every kind of fault is seeded")
  func anyRuleIsSeeded() throws {
    let trace = try Synthesized {
      $0.events = 150_000; $0.faultRate = 1
    }
    let seen = Set(trace.faults.flatMap { [$0.rule] + $0.companions })
    #expect(Set(Self.rules).subtracting(seen).isEmpty)
  }

  @Test("no fault without one being asked for")
  func cleanHasNone() throws {
    let trace = try Synthesized { $0.events = 50_000 }
    #expect(trace.faults.isEmpty)
  }
}
