/// The threads and the routines of drivers that are open on each.
///
/// The room knows contexts by their numbers alone: what becomes of a context when a frame leaves it is for
/// ``DriverModel`` to pass on.
struct Threads: Sendable {
  private var threads: [ThreadState] = []
  private var table = OpenTable<UInt64>()
  private var last: Int32 = -1
  private var touches = Slab<Touch>()
  private let threadLimit: Int
  private let frameLimit: Int
  /// Frames of all threads, and how many there may be.
  private var frameCount = 0
  private let frameCountLimit: Int

  init(limits: Limits) {
    threadLimit = limits.threads
    frameLimit = limits.frames
    frameCountLimit = limits.allFrames
  }

  /// See ``Store/claim()``.
  mutating func claim() { touches.claim() }

  // MARK: Threads

  /// The place of a thread, or -1 where it is new.
  @inline(__always)
  mutating func place(of id: UInt64) -> Int {
    if last >= 0, threads[Int(last)].id == id { return Int(last) }
    last = table.find(id)
    return Int(last)
  }

  /// A wait on a thread has succeeded.
  @inline(__always)
  mutating func waited(_ thread: Int, _ position: TracePosition) {
    threads[thread].lastWait = position.rawValue
  }

  /// Where the last wait on a thread succeeded; 0 where none has, and the end of all traces where the thread
  /// is not known any more.
  mutating func lastWait(of id: UInt64) -> UInt64 {
    let thread = table.find(id)
    return thread >= 0 ? threads[Int(thread)].lastWait : .max
  }

  /// A wait of this kind was judged where it was called.
  mutating func setJudgedWait(_ kind: EventKind, _ thread: Int) {
    guard thread >= 0 else { return }
    threads[thread].judgedWait = kind
  }

  /// A wait of this kind returns; whether it was judged where it was called.
  mutating func takeJudgedWait(_ kind: EventKind, _ thread: Int) -> Bool {
    guard thread >= 0, threads[thread].judgedWait == kind else { return false }
    threads[thread].judgedWait = nil
    return true
  }

  /// What raised the IRQL of a thread.
  subscript(levels thread: Int) -> RaisedLevels {
    @inline(__always) _read { yield threads[thread].levels }
    @inline(__always) _modify { yield &threads[thread].levels }
  }

  /// The IRQL is lowered on a thread.
  mutating func lowered(_ thread: Int, _ position: TracePosition) {
    threads[thread].lastLowered = position.rawValue
  }

  /// Where the IRQL was lowered last on a thread; 0 where it was not.
  func lastLowered(_ thread: Int) -> UInt64 { threads[thread].lastLowered }

  /// On a thread something is handed on that others may go on with.
  mutating func handedOn(_ thread: Int, _ position: TracePosition) {
    threads[thread].lastHandOn = position.rawValue
  }

  /// Where something was handed on last on a thread; 0 where nothing was.
  func lastHandOn(_ thread: Int) -> UInt64 { threads[thread].lastHandOn }

  /// Where the last wait on a thread succeeded; 0 where none has.
  func lastWait(_ thread: Int) -> UInt64 { threads[thread].lastWait }

  /// See ``ThreadState/run``.
  func run(_ thread: Int) -> RunState { threads[thread].run }

  mutating func setRun(_ run: RunState, _ thread: Int) { threads[thread].run = run }

  /// What happened on the threads in a gap is not known: their runs are over.
  mutating func runsEnd() {
    for thread in threads.indices where !threads[thread].run.isEmpty { threads[thread].run = [] }
  }

  /// Whether there is no room for a new thread.
  var isFull: Bool { threads.count >= threadLimit }

  mutating func add(_ id: UInt64) -> Int {
    threads.append(ThreadState(id: id))
    last = Int32(threads.count - 1)
    table.set(id, last)
    return threads.count - 1
  }

  /// Whether so few threads are idle that to forget them makes room for few.
  var mostHaveFrames: Bool { threads.count { $0.frames.isEmpty } * 4 < threads.count }

  /// Takes a frame from one of the threads of the first half, from `thread` on; nil where none is left.
  mutating func popFrameOfFirstHalf(from thread: inout Int) -> Frame? {
    while thread < max(1, threads.count / 2) {
      if let frame = pop(thread) { return frame }
      thread += 1
    }
    return nil
  }

  /// Forgets the threads without frames.
  mutating func forgetIdle() {
    for thread in threads where thread.frames.isEmpty { table.remove(thread.id) }
    threads.removeAll { $0.frames.isEmpty }
    for (place, thread) in threads.enumerated() { table.set(thread.id, Int32(place)) }
    last = -1
  }

  // MARK: Frames

  /// See ``Event/threadKey``.
  @inline(__always)
  func key(of thread: Int) -> UInt64 { threads[thread].id }

  /// How many frames are open on a thread.
  @inline(__always)
  func depth(_ thread: Int) -> Int { threads[thread].frames.count }

  /// A frame of a thread; the outermost has place 0.
  @inline(__always)
  func frame(_ place: Int, of thread: Int) -> Frame { threads[thread].frames[place] }

  /// The frames of a thread, the outermost first; for what is not on the path of an event.
  func frames(of thread: Int) -> [Frame] { threads[thread].frames }

  /// The frame on top, where there is one.
  @inline(__always)
  func top(_ thread: Int) -> Frame? { threads[thread].frames.last }

  @inline(__always)
  mutating func push(_ frame: Frame, _ thread: Int) {
    threads[thread].frames.append(frame)
    frameCount += 1
  }

  /// The outermost frame, taken away, where there are too many.
  @inline(__always)
  mutating func popOutermostAtLimit(_ thread: Int) -> Frame? {
    let depth = threads[thread].frames.count
    guard depth > frameLimit || frameCount > frameCountLimit && depth > 1 else { return nil }
    frameCount -= 1
    return threads[thread].frames.removeFirst()
  }

  /// The top frame, taken away.
  @inline(__always)
  mutating func pop(_ thread: Int) -> Frame? {
    let frame = threads[thread].frames.popLast()
    if frame != nil { frameCount -= 1 }
    return frame
  }

  /// The nearest frame from the top that `matches`, or nil.
  @inline(__always)
  func nearest(_ thread: Int, where matches: (Frame) -> Bool) -> Int? {
    var place = threads[thread].frames.count - 1
    while place >= 0 {
      if matches(threads[thread].frames[place]) { return place }
      place -= 1
    }
    return nil
  }

  /// The context that the top frame has or works for is this from now on; -1 for none.
  @inline(__always)
  mutating func setTopContext(_ context: Int32, _ thread: Int) {
    threads[thread].frames[threads[thread].frames.count - 1].context = context
  }

  // MARK: What frames touched

  /// The top frame has handled a context in a way that keeps it open until the frame returns; false
  /// where that is known of the last one that it touched.
  @inline(__always)
  mutating func touch(_ context: SlabRef, _ thread: Int) -> Bool {
    let top = threads[thread].frames.count - 1
    let first = threads[thread].frames[top].touches
    if first >= 0, touches[first].context == context { return false }
    threads[thread].frames[top].touches = touches.insert(Touch(context: context, next: first))
    threads[thread].frames[top].touchesLeft -= 1
    return true
  }

  /// Whether the top frame has touched so much that it may be the same again and again, as where a routine
  /// that does not return handles two contexts in turn.
  @inline(__always)
  func hasManyTouches(_ thread: Int) -> Bool {
    threads[thread].frames[threads[thread].frames.count - 1].touchesLeft < 0
  }

  /// The top frame has touched these, the last one last, and as many again may follow before it is asked.
  mutating func setTouches(_ contexts: some Sequence<SlabRef>, _ thread: Int) {
    let top = threads[thread].frames.count - 1
    var count = Int(Frame.touchesAtFirst)
    for context in contexts {
      let first = threads[thread].frames[top].touches
      threads[thread].frames[top].touches = touches.insert(Touch(context: context, next: first))
      count += 1
    }
    threads[thread].frames[top].touchesLeft = Int16(clamping: count)
  }

  /// The top frame keeps nothing open any more; returns what it touched, for ``popTouch(_:)``.
  mutating func takeTouches(_ thread: Int) -> Int32 {
    let top = threads[thread].frames.count - 1
    let first = threads[thread].frames[top].touches
    threads[thread].frames[top].touches = -1
    return first
  }

  /// Takes the next touched context of a frame that lets go; -1 in `first` ends the list.
  @inline(__always)
  mutating func popTouch(_ first: inout Int32) -> SlabRef {
    let touch = touches[first]
    touches.remove(first)
    first = touch.next
    return touch.context
  }
}

// What a thread has handled.
extension Threads {
  /// Where one stands that goes through what a thread's frames have handled.
  struct HandledCursor {
    fileprivate var thread: Int
    fileprivate var place: Int
    fileprivate var touch: Int32
  }

  /// Begins to go through the contexts whose IRPs were taken from a queue, completed or forwarded in the
  /// thread's frames, down to its innermost dispatch or callback frame.
  func handled(_ thread: Int) -> HandledCursor {
    let top = threads[thread].frames.count - 1
    return HandledCursor(
      thread: thread, place: top, touch: top >= 0 ? threads[thread].frames[top].touches : -1)
  }

  /// The next of them, the IRP handled last first; nil behind the last.
  func next(_ cursor: inout HandledCursor) -> SlabRef? {
    while cursor.place >= 0 {
      if cursor.touch >= 0 {
        let touch = touches[cursor.touch]
        cursor.touch = touch.next
        return touch.context
      }
      guard threads[cursor.thread].frames[cursor.place].kind == .completion else { return nil }
      cursor.place -= 1
      if cursor.place >= 0 { cursor.touch = threads[cursor.thread].frames[cursor.place].touches }
    }
    return nil
  }
}

extension Threads {
  /// The threads with open frames, by number; for what is not on the path of an event.
  var busy: [ThreadState] { threads.filter { !$0.frames.isEmpty }.sorted { $0.id < $1.id } }

  /// Everything, for ``ModelAudit``.
  var contents: (threads: [ThreadState], table: OpenTable<UInt64>, touches: Slab<Touch>) {
    (threads, table, touches)
  }
}
