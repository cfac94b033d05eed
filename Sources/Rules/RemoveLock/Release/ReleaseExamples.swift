import RuleEngine

/// Examples that the release rules have in common, made for one kind of request.
enum ReleaseExamples {
  /// Balance at the return and at the end of the IRP.
  static func shared(entry: String) -> [Example] {
    synchronous(entry) + asynchronous(entry) + undecided(entry)
  }

  private static func synchronous(_ entry: String) -> [Example] {
    [
      Example(
        "\(entry): returns without the release", .violation,
        """
        enter \(entry)
        acquire
        complete SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "\(entry): forwarded, never released", .violation,
        """
        enter \(entry)
        acquire
        skip
        forward
        returns SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "\(entry): one of two acquires is released", .violation,
        """
        enter \(entry)
        acquire
        acquire
        release
        complete SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "\(entry): the worker that completes it keeps the lock",
        tracked: .violation, sdv: .undecided,
        """
        enter \(entry)
        acquire
        mark-pending
        remove-entry
        dequeue
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: complete SUCCESS
        T2: callback-exit WorkItem   !tracked
        """),
      Example(
        "\(entry): acquired, completed, released", .passes,
        """
        enter \(entry)
        acquire
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "\(entry): the acquire fails", .passes,
        """
        enter \(entry)
        acquire DELETE_PENDING
        complete DELETE_PENDING
        exit DELETE_PENDING
        """),
    ]
  }

  private static func asynchronous(_ entry: String) -> [Example] {
    [
      Example(
        "\(entry): the completion routine releases in the forward", .passes,
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
        "\(entry): a work item has a lock of its own", tracked: .passes, sdv: .violation,
        """
        enter \(entry)
        acquire
        acquire tag=item
        complete SUCCESS
        release
        exit SUCCESS            !sdv
        T2: callback WorkItem
        T2: release tag=item
        T2: callback-exit WorkItem
        """),
    ]
  }

  private static func undecided(_ entry: String) -> [Example] {
    [
      Example(
        "\(entry): it is open whose hold is released", .undecided,
        """
        \(OpenHolding.other)
        enter \(entry)
        acquire tag=shared
        \(OpenHolding.release)
        """),
      Example(
        "\(entry): a second acquire fails while the first is held", .undecided,
        """
        enter \(entry)
        acquire
        acquire DELETE_PENDING
        exit SUCCESS
        """),
      Example(
        "\(entry): the trace ends in the dispatch routine", .undecided,
        """
        enter \(entry)
        acquire
        """),
      Example(
        "\(entry): events are lost", .undecided,
        """
        enter \(entry)
        acquire
        lost
        exit SUCCESS
        """),
      Example(
        "\(entry): the device uses no remove lock", .notArmed,
        """
        bare
        enter \(entry)
        complete SUCCESS
        exit SUCCESS
        """),
    ]
  }

  /// Releases without an acquisition.
  static func unmatched(entry: String, countsWaits: Bool) -> [Example] {
    [
      Example(
        "\(entry): released without an acquire", .violation,
        """
        enter \(entry)
        release                 !
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "\(entry): released twice", .violation,
        """
        enter \(entry)
        acquire
        release
        release                 !
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "\(entry): released after a failed acquire", .violation,
        """
        enter \(entry)
        acquire DELETE_PENDING
        release                 !
        complete DELETE_PENDING
        exit DELETE_PENDING
        """),
      Example(
        "\(entry): release-and-wait without an acquire", tracked: .violation,
        sdv: countsWaits ? .violation : .passes,
        """
        enter \(entry)
        release-wait            \(countsWaits ? "!" : "!tracked")
        complete SUCCESS
        exit SUCCESS
        """),
    ]
  }
}
