import Testing

@_spi(Audit) @testable import RuleEngine

/// What threads hold at the end of small traces: docs/model.md, "What a thread holds".
@Suite("What threads hold") struct HoldTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Kinds of what each thread holds, threads by number, in the order in which it was taken.
    var held: [String]
    var trace: String

    init(_ title: String, _ held: [String], _ trace: String) {
      (testDescription, self.held, self.trace) = (title, held, trace)
    }
  }

  static let cases: [Case] = [
    Case("a spin lock", ["1: spin lock"], "KeAcquireSpinLock lock=a oldirql=0"),
    Case(
      "released by its holder", [],
      "KeAcquireSpinLock lock=a oldirql=0\nKeReleaseSpinLock lock=a newirql=0"),
    Case(
      "another thread acquires it", ["2: spin lock"],
      "KeAcquireSpinLock lock=a\nT2: KeAcquireSpinLock lock=a"),
    Case(
      "another thread acquires it, queued", ["2: in-stack queued spin lock"],
      "KeAcquireSpinLock lock=a\nT2: KeAcquireInStackQueuedSpinLock lock=a handle=h"),
    Case(
      "another thread releases it", [],
      "KeAcquireSpinLock lock=a\nT2: KeReleaseSpinLockFromDpcLevel lock=a"),
    Case(
      "another thread releases the handle", [],
      """
      KeAcquireInStackQueuedSpinLock lock=a handle=h
      T2: KeReleaseInStackQueuedSpinLock handle=h
      """),
    Case(
      "two threads have the handle, and a third releases it",
      ["1: in-stack queued spin lock", "2: in-stack queued spin lock"],
      """
      KeAcquireInStackQueuedSpinLock lock=a handle=h
      T2: KeAcquireInStackQueuedSpinLock lock=b handle=h
      T3: KeReleaseInStackQueuedSpinLock handle=h
      """),
    Case(
      "its holder is at PASSIVE_LEVEL", [], "KeAcquireSpinLock lock=a\nallocate irql=0"),
    Case(
      "its holder had been there before", ["1: spin lock"],
      "allocate irql=0\nKeAcquireSpinLock lock=a oldirql=0 irql=2\nallocate irql=2"),
    Case(
      "its holder lowered the IRQL", ["1: spin lock"],
      "KeAcquireSpinLock lock=a\nKeLowerIrql newirql=0\nallocate irql=0"),
    Case(
      "its holder released another, which lowered the IRQL", ["1: spin lock"],
      """
      KeAcquireSpinLock lock=a oldirql=0
      KeAcquireSpinLock lock=b oldirql=2
      KeReleaseSpinLock lock=b newirql=0
      allocate irql=0
      """),
    Case(
      "its holder released another without lowering the IRQL", [],
      """
      KeAcquireSpinLock lock=a oldirql=0
      KeAcquireSpinLockAtDpcLevel lock=b
      KeReleaseSpinLockFromDpcLevel lock=b
      allocate irql=0
      """),
    Case(
      "an acquire below DISPATCH_LEVEL", ["1: spin lock"],
      "KeAcquireSpinLock lock=a oldirql=0\nKeAcquireSpinLock lock=b oldirql=0"),
    Case(
      "not granted", [], "KeTryToAcquireSpinLockAtDpcLevel lock=a granted=0"),
    Case("granted", ["1: spin lock"], "KeTryToAcquireSpinLockAtDpcLevel lock=a granted=1"),
    Case("a gap", [], "KeAcquireSpinLock lock=a\nKeEnterGuardedRegion\nlost"),
    Case(
      "the frame in which it was taken has no exit", ["1: guarded region"],
      """
      enter READ
      KeEnterGuardedRegion
      callback Dpc
      KeAcquireSpinLock lock=a
      exit SUCCESS
      """),
    Case(
      "a cancel routine", ["2: cancel spin lock"],
      """
      IoAcquireCancelSpinLock
      IoReleaseCancelSpinLock
      T2: callback Cancel
      """),
    Case(
      "a cancel routine at PASSIVE_LEVEL", [],
      "IoAcquireCancelSpinLock\nIoReleaseCancelSpinLock\nT2: callback Cancel irql=0"),
    Case(
      "a cancel routine of another driver", [],
      """
      IoAcquireCancelSpinLock drv=upper
      IoReleaseCancelSpinLock drv=upper
      T2: callback Cancel drv=lower
      """),
    Case(
      "an idle thread of no known processor", [],
      "T0: KeAcquireSpinLock lock=a\nT0: KeEnterCriticalRegion"),
    Case(
      "idle threads of two processors", ["0: spin lock", "0: spin lock"],
      "T0: KeAcquireSpinLock lock=a cpu=1\nT0: KeAcquireSpinLock lock=b cpu=2"),
    Case(
      "an idle thread of no known processor releases it", [],
      "KeAcquireSpinLock lock=a\nT0: KeReleaseSpinLock lock=a"),
    Case(
      "a resource three times, released once", ["1: resource", "1: resource"],
      """
      ExAcquireResourceSharedLite object=r granted=1
      ExAcquireResourceExclusiveLite object=r granted=1
      ExAcquireResourceExclusiveLite object=r granted=0
      ExAcquireResourceSharedLite object=r granted=1
      ExReleaseResourceLite object=r
      """),
    Case(
      "another thread releases the oldest hold", ["2: resource"],
      """
      ExAcquireResourceSharedLite object=r granted=1
      T2: ExAcquireResourceSharedLite object=r granted=1
      T3: ExReleaseResourceLite object=r
      """),
    Case(
      "with a region around it", ["1: critical region", "1: resource"],
      "ExEnterCriticalRegionAndAcquireResourceShared object=r"),
    Case(
      "and left", [],
      """
      ExEnterCriticalRegionAndAcquireResourceExclusive object=r
      ExReleaseResourceAndLeaveCriticalRegion object=r
      """),
    Case(
      "regions are told apart", ["1: critical region"],
      "KeEnterCriticalRegion\nKeEnterGuardedRegion\nKeLeaveGuardedRegion"),
    Case(
      "the IRQL raised, and a lock", ["1: IRQL 1, raised from 0", "1: spin lock"],
      "KeRaiseIrql newirql=1 oldirql=0\nKeAcquireSpinLock lock=a oldirql=1"),
    Case(
      "raised from where is not known", ["2: IRQL 2, raised"], "T2: KeRaiseIrql newirql=2"),
    Case("raised and lowered", [], "KeRaiseIrql newirql=2 oldirql=0\nKeLowerIrql newirql=0"),
    Case(
      "raised in a routine that has returned", [],
      "enter READ\nKeRaiseIrql newirql=2 oldirql=0\nexit SUCCESS"),
    Case("raised before a gap", [], "KeRaiseIrql newirql=2 oldirql=0\nlost"),
  ]

  @Test(arguments: cases) func held(_ test: Case) throws {
    let notation = try ShortNotation(test.trace)
    var checker = try Checker(rules: [])
    checker.consume(notation.events, strings: notation.strings)
    let found = checker.snapshot(strings: notation.strings).holding.flatMap { thread in
      thread.held.map { "\(thread.id): \($0.words.split(separator: " 0x")[0])" }
    }
    #expect(found == test.held)
    #expect(checker.inconsistencies().isEmpty)
  }

  @Test("where and how long it is held") func places() throws {
    let notation = try ShortNotation(
      "KeAcquireSpinLock lock=a src=io.c:7 fn=Start drv=toaster ts=100")
    var checker = try Checker(rules: [])
    checker.consume(notation.events, strings: notation.strings)
    let held = try #require(
      checker.snapshot(strings: notation.strings, now: 350).holding.first?.held.first)
    #expect(held.taken.source == "io.c:7" && held.taken.function == "Start")
    #expect(held.driver == "toaster" && held.age == 250)
    #expect(held.words.hasPrefix("spin lock 0x"))
  }
}
