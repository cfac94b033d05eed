import RuleEngine

// With a completion routine.
extension ForwardingRule {
  var routineExamples: [Example] {
    [
      Example(
        "forwarded before the acquire", .violation,
        """
        enter \(entry)
        copy
        set-routine
        forward                 !
        acquire
        exit PENDING
        """),
      Example(
        "released before the acquire", .violation,
        """
        enter \(entry)
        set-routine
        release                 !
        exit SUCCESS
        """),
      Example(
        "release-and-wait before the acquire", tracked: .violation, sdv: .passes,
        """
        enter \(entry)
        set-routine
        release-wait            !tracked
        exit SUCCESS
        """),
      Example(
        "forwarded and waited for, never released", .violation,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        completion SUCCESS
        completion-exit MORE_PROCESSING_REQUIRED
        returns SUCCESS
        complete SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "the completion routine on another thread never releases", tracked: .violation,
        sdv: .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: completion-exit SUCCESS   !tracked
        """),
      Example(
        "the completion routine keeps the lock after the dispatch routine has returned",
        tracked: .violation, sdv: .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns SUCCESS
        exit SUCCESS
        T2: completion
        T2: completion-exit MORE_PROCESSING_REQUIRED   !tracked
        """),
      Example(
        "the completion routine releases in the forward", .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        completion SUCCESS
        release
        completion-exit SUCCESS
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "the completion routine releases on another thread", .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "forwarded, waited for, released", .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        completion SUCCESS
        completion-exit MORE_PROCESSING_REQUIRED
        returns SUCCESS
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "a worker finishes what the completion routine kept", tracked: .passes, sdv: .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: completion-exit MORE_PROCESSING_REQUIRED
        T3: callback WorkItem irp=irp
        T3: complete SUCCESS
        T3: release
        T3: callback-exit WorkItem
        """),
      Example(
        "a second acquire fails while the first is held", .undecided,
        """
        enter \(entry)
        acquire
        set-routine
        acquire DELETE_PENDING
        forward
        exit PENDING
        """),
      Example(
        "the dispatch routine puts something in a queue", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        queue
        forward
        completion SUCCESS
        release
        completion-exit SUCCESS
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "the dispatch routine takes something from a queue", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        dequeue
        forward
        completion SUCCESS
        release
        completion-exit SUCCESS
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "without a completion routine", tracked: .notArmed, sdv: .passes,
        """
        enter \(entry)
        acquire
        skip
        forward
        returns SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "the plain rule reports before a routine is set", tracked: .notArmed, sdv: .violation,
        """
        enter \(entry)
        forward                 !sdv
        acquire
        set-routine
        exit SUCCESS
        """),
      Example(
        "events are lost", .undecided,
        """
        enter \(entry)
        acquire
        set-routine
        lost
        forward
        exit PENDING
        """),
    ] + openExamples + lateExamples + dormantExamples + kept + returned
  }

  /// After a completion routine has returned holding the lock.
  private var kept: [Example] {
    let start = """
      enter \(entry)
      acquire
      copy
      set-routine
      forward
      completion SUCCESS
      completion-exit MORE_PROCESSING_REQUIRED
      """
    return [
      Example(
        "kept; then an acquire fails", .undecided,
        """
        \(start)
        acquire DELETE_PENDING
        release
        exit SUCCESS
        """),
      Example(
        "kept; then forwarded again without the lock", .violation,
        """
        \(start)
        release
        forward                 !
        exit PENDING
        """),
      Example(
        "kept; then released twice", .violation,
        """
        \(start)
        release
        release                 !
        exit SUCCESS
        """),
      Example(
        "kept; then release-and-wait too much", tracked: .violation, sdv: .passes,
        """
        \(start)
        release
        release-wait            !tracked
        exit SUCCESS
        """),
      Example(
        "kept; then something is taken from a queue", tracked: .passes, sdv: .undecided,
        """
        \(start)
        dequeue
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "kept; then something is put in a queue", tracked: .passes, sdv: .undecided,
        """
        \(start)
        queue
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "kept and released; then the memory is a new IRP", tracked: .passes, sdv: .undecided,
        """
        \(start)
        release
        allocate-irp
        """),
      Example(
        "released in time; then the memory is a new IRP", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        set-routine
        release
        allocate-irp
        """),
    ]
  }

  /// After the dispatch routine has returned: the completion routine runs on another thread.
  private var returned: [Example] {
    let start = """
      enter \(entry)
      acquire
      copy
      set-routine
      forward
      returns PENDING
      exit PENDING
      T2: completion
      """
    return [
      Example(
        "later; an acquire fails", tracked: .undecided, sdv: .passes,
        """
        \(start)
        T2: acquire DELETE_PENDING
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "later; forwarded again without the lock", tracked: .violation, sdv: .passes,
        """
        \(start)
        T2: release
        T2: forward             !tracked
        T2: completion-exit MORE_PROCESSING_REQUIRED
        """),
      Example(
        "later; released twice", tracked: .violation, sdv: .passes,
        """
        \(start)
        T2: release
        T2: release             !tracked
        T2: completion-exit SUCCESS
        """),
      Example(
        "later; release-and-wait too much", tracked: .violation, sdv: .passes,
        """
        \(start)
        T2: release
        T2: release-wait        !tracked
        T2: completion-exit SUCCESS
        """),
    ]
  }
}
