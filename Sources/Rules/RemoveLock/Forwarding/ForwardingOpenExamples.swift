import RuleEngine

// With a completion routine: what is left open, comes late, or was decided by the plain rule of the pair.
extension ForwardingRule {
  /// It is open whose hold is released, in each state.
  var openExamples: [Example] {
    let starts = [
      ("before a routine is set", Example.Expectation.notArmed, Example.Expectation.undecided, ""),
      ("watching", .undecided, .undecided, "set-routine"),
      (
        "the routine returned holding", .undecided, .undecided,
        """
        set-routine
        forward
        completion SUCCESS
        completion-exit MORE_PROCESSING_REQUIRED
        """
      ),
      ("returned", .undecided, .passes, "set-routine\nforward\nexit PENDING"),
      ("returned, no routine set", .notArmed, .passes, "mark-pending\nexit PENDING"),
    ]
    return starts.map { title, tracked, sdv, rest in
      Example(
        "it is open whose hold is released (\(title))", tracked: tracked, sdv: sdv,
        """
        \(OpenHolding.other)
        enter \(entry)
        acquire tag=shared
        \(rest)
        \(OpenHolding.release)
        """)
    }
  }

  /// The routine is set after the dispatch routine has returned.
  var lateExamples: [Example] {
    func worker(
      _ title: String, tracked: Example.Expectation, _ rest: String, acquires: Bool = true
    ) -> Example {
      Example(
        title, tracked: tracked, sdv: .passes,
        """
        enter \(entry)
        \(acquires ? "acquire" : "")
        mark-pending
        exit PENDING
        T2: callback WorkItem irp=irp
        \(rest)
        """)
    }
    return [
      worker(
        "a worker forwards it, and nobody releases", tracked: .violation,
        """
        T2: copy
        T2: set-routine
        T2: forward
        T2: callback-exit WorkItem
        T3: completion
        T3: completion-exit SUCCESS   !tracked
        """),
      worker(
        "a worker forwards it, and its routine releases", tracked: .passes,
        """
        T2: copy
        T2: set-routine
        T2: forward
        T2: callback-exit WorkItem
        T3: completion
        T3: release
        T3: completion-exit SUCCESS
        """),
      worker(
        "a worker forwards it without a routine", tracked: .notArmed,
        """
        T2: skip
        T2: forward
        T2: release
        T2: callback-exit WorkItem
        """),
      worker(
        "an acquire fails in the worker", tracked: .notArmed,
        "T2: acquire DELETE_PENDING"),
      worker(
        "a worker forwards it without the lock", tracked: .notArmed, "T2: forward",
        acquires: false),
      worker(
        "a worker releases what was not acquired", tracked: .notArmed, "T2: release",
        acquires: false),
      worker(
        "a worker waits for what was not acquired", tracked: .notArmed, "T2: release-wait",
        acquires: false),
    ]
  }

  /// The plain rule of the pair comes to a verdict; a routine that is set later changes nothing.
  var dormantExamples: [Example] {
    [
      Example(
        "an acquire fails before a routine is set", tracked: .notArmed, sdv: .undecided,
        """
        enter \(entry)
        acquire
        acquire DELETE_PENDING
        set-routine
        exit SUCCESS
        """),
      Example(
        "released too early, before a routine is set", tracked: .notArmed, sdv: .violation,
        """
        enter \(entry)
        release                 !sdv
        set-routine
        exit SUCCESS
        """),
      Example(
        "release-and-wait too early, before a routine is set", tracked: .notArmed, sdv: .passes,
        """
        enter \(entry)
        release-wait
        set-routine
        exit SUCCESS
        """),
      Example(
        "returned holding before a worker sets a routine", tracked: .notArmed, sdv: .passes,
        """
        enter \(entry)
        acquire
        exit SUCCESS
        T2: callback WorkItem irp=irp
        T2: set-routine
        T2: callback-exit WorkItem
        """),
    ]
  }
}
