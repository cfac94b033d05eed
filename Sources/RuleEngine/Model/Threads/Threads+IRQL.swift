/// A KeRaiseIrql that has not been lowered.
struct Raise: Sendable {
  var stamp: EventStamp
  /// The entry of the frame on top, 0 in none.
  var frame: UInt64
  /// What tells the spin locks that the thread held from others.
  var held: UInt64
  /// The IRQL before it; nil where it is not known.
  var old: UInt8?
  /// The IRQL that it set.
  var new: UInt8
}

/// What raised the IRQL of a thread since the last gap.
struct RaisedLevels: Sendable {
  /// How many gaps there were when this was written.
  fileprivate var gaps: UInt32 = 0
  /// What is not lowered, outermost first.
  fileprivate var raises: [Raise] = []
  /// Raises have fallen out of the list.
  fileprivate var isPartial = false
  /// What tells the spin locks that the thread holds from others: the sum of their hashes.
  fileprivate var held: UInt64 = 0
  /// `sdv`: how many KeRaiseIrql there were more than KeLowerIrql, and the IRQLs before each change, outermost first.
  fileprivate var depth = 0
  fileprivate var before: [UInt8] = []
  /// `sdv`: the rules that have reported, and look no more until the outermost routine has ended.
  fileprivate var reported: ReportedByRun = []

  /// More are not kept, of raises and of IRQLs.
  fileprivate static let limit = 8

  fileprivate mutating func begin(after gaps: UInt32) {
    if self.gaps == gaps { return }
    self = RaisedLevels()
    self.gaps = gaps
  }
}

/// `sdv`: rules about KeRaiseIrql and KeLowerIrql.
struct ReportedByRun: OptionSet, Sendable {
  var rawValue: UInt8
  static let raiseLower = ReportedByRun(rawValue: 1)
  static let raiseLower2 = ReportedByRun(rawValue: 2)
}

// What raises and lowers the IRQL of threads.
extension Threads {
  /// KeRaiseIrql has returned. Whether there was room to keep it beside the others.
  mutating func raised(_ event: Event, _ thread: Int, after gaps: UInt32) -> Bool {
    self[levels: thread].begin(after: gaps)
    let isFull = self[levels: thread].raises.count >= RaisedLevels.limit
    if isFull {
      self[levels: thread].raises.removeFirst()
      self[levels: thread].isPartial = true
    }
    self[levels: thread].raises.append(
      Raise(
        stamp: EventStamp(event), frame: top(thread)?.entered ?? 0,
        held: self[levels: thread].held,
        old: event.has(.oldirql) ? event.oldIRQL : nil, new: event.newIRQL))
    return !isFull
  }

  /// The innermost raise that is not lowered, which is lowered now.
  mutating func lowered(_ thread: Int, after gaps: UInt32) -> Raise? {
    self[levels: thread].begin(after: gaps)
    return self[levels: thread].raises.popLast()
  }

  /// What is raised on each thread and not lowered, outermost first, as far as it is known since the last gap; for
  /// what is not on the path of an event.
  func raised(after gaps: UInt32) -> [(thread: UInt64, raises: [Raise])] {
    contents.threads.filter { $0.levels.gaps == gaps && !$0.levels.raises.isEmpty }
      .map { ($0.id, $0.levels.raises) }
  }

  /// Whether a thread holds the same spin locks as when a raise was made.
  func holdsTheSame(as raise: Raise, _ thread: Int) -> Bool {
    self[levels: thread].held == raise.held
  }

  /// A spin lock is taken, by its address or handle.
  mutating func spinLockTaken(_ lock: UInt64, _ thread: Int, after gaps: UInt32) {
    self[levels: thread].begin(after: gaps)
    self[levels: thread].held &+= lock.hashWord(seed: Self.lockSeed)
  }

  /// A spin lock is given back, and the IRQL set, where that is known: below what the innermost raise set that is
  /// lowered as well.
  mutating func spinLockReleased(
    _ lock: UInt64, to irql: UInt8?, _ thread: Int, after gaps: UInt32
  ) {
    self[levels: thread].begin(after: gaps)
    self[levels: thread].held &-= lock.hashWord(seed: Self.lockSeed)
    guard let irql, let raise = self[levels: thread].raises.last, irql < raise.new else { return }
    self[levels: thread].raises.removeLast()
  }

  private static var lockSeed: UInt64 { 0x6A09_E667_F3BC_C908 }

  /// Whether a raise may not be known: some fell out, or a routine that is open was entered before the last gap.
  func mayMissRaises(_ thread: Int, after gaps: UInt32) -> Bool {
    guard depth(thread) > 0 else { return true }
    return self[levels: thread].isPartial || frame(0, of: thread).gaps != gaps
  }

  /// A frame is gone: what was raised in it does not count any more. At the end of the outermost SDV begins anew.
  @inline(__always)
  mutating func forgetRaises(of frame: Frame, _ thread: Int) {
    if self[levels: thread].raises.isEmpty, self[levels: thread].isPristine { return }
    forget(frame.entered, thread)
  }

  private mutating func forget(_ entered: UInt64, _ thread: Int) {
    while let raise = self[levels: thread].raises.last, raise.frame == entered {
      self[levels: thread].raises.removeLast()
    }
    if depth(thread) == 0 { self[levels: thread].endRun() }
  }
}

extension RaisedLevels {
  /// Whether SDV has seen nothing, and nothing fell out.
  fileprivate var isPristine: Bool {
    depth == 0 && before.isEmpty && reported.isEmpty && !isPartial
  }

  /// The outermost routine has ended.
  fileprivate mutating func endRun() {
    isPartial = false
    depth = 0
    before.removeAll(keepingCapacity: true)
    reported = []
  }
}

// `sdv`: one stack of IRQLs, of which KeLowerIrql goes back one.
extension Threads {
  /// The IRQL is raised, or left as it is by a routine that SDV takes for one that raises it.
  mutating func sdvRaised(from old: UInt8, _ thread: Int, counts: Bool, after gaps: UInt32) {
    self[levels: thread].begin(after: gaps)
    if counts { self[levels: thread].depth += 1 }
    if self[levels: thread].before.count >= RaisedLevels.limit {
      self[levels: thread].before.removeFirst()
    }
    self[levels: thread].before.append(old)
  }

  /// The IRQL goes back to what it was; returns what that is, PASSIVE_LEVEL where nothing is known.
  mutating func sdvGoesBack(_ thread: Int, after gaps: UInt32) -> UInt8 {
    self[levels: thread].begin(after: gaps)
    return self[levels: thread].before.popLast() ?? 0
  }

  /// KeLowerIrql; whether there was a KeRaiseIrql for it.
  mutating func sdvLowered(_ thread: Int, after gaps: UInt32) -> Bool {
    self[levels: thread].begin(after: gaps)
    guard self[levels: thread].depth > 0 else { return false }
    self[levels: thread].depth -= 1
    return true
  }

  /// Whether a rule has reported since the outermost routine was entered.
  func hasReported(_ rule: ReportedByRun, _ thread: Int) -> Bool {
    self[levels: thread].reported.contains(rule)
  }

  /// A rule reports.
  mutating func reports(_ rule: ReportedByRun, _ thread: Int) {
    self[levels: thread].reported.insert(rule)
  }
}
