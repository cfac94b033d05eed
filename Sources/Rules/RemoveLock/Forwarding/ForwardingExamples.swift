import RuleEngine

// Without a completion routine, and of IRP_MJ_PNP.
extension ForwardingRule {
  var plainExamples: [Example] {
    [
      Example(
        "forwarded before the acquire", .violation,
        """
        enter \(entry)
        skip
        forward                 !
        returns SUCCESS
        acquire
        release
        exit SUCCESS
        """),
      Example(
        "released before the acquire", .violation,
        """
        enter \(entry)
        release                 !
        acquire
        forward
        exit SUCCESS
        """),
      Example(
        "release-and-wait before the acquire", tracked: .violation, sdv: .passes,
        """
        enter \(entry)
        release-wait            !tracked
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "returns without the release", .violation,
        """
        enter \(entry)
        acquire
        skip
        forward
        returns SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "a worker completes the queued IRP and keeps the lock", tracked: .violation,
        sdv: .undecided,
        """
        enter \(entry)
        acquire
        mark-pending
        queue irp=irp
        exit PENDING
        T2: callback WorkItem
        T2: dequeue irp=irp
        T2: complete SUCCESS
        T2: callback-exit WorkItem    !tracked
        """),
      Example(
        "acquired, forwarded, released", .passes,
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
        "completed at once", .passes,
        """
        enter \(entry)
        acquire
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "the acquire fails and the IRP is completed", .passes,
        """
        enter \(entry)
        acquire DELETE_PENDING
        complete DELETE_PENDING
        exit DELETE_PENDING
        """),
      Example(
        "queued; a DPC completes it and releases", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        mark-pending
        queue irp=irp
        exit PENDING
        T2: callback Dpc
        T2: dequeue irp=irp
        T2: complete SUCCESS
        T2: release
        T2: callback-exit Dpc
        """),
      Example(
        "a worker forwards it after the dispatch routine has returned", tracked: .passes,
        sdv: .violation,
        """
        enter \(entry)
        acquire
        mark-pending
        exit PENDING            !sdv
        T2: callback WorkItem irp=irp
        T2: skip
        T2: forward
        T2: returns SUCCESS
        T2: release
        T2: callback-exit WorkItem
        """),
      Example(
        "a second acquire fails while the first is held", .undecided,
        """
        enter \(entry)
        acquire
        acquire DELETE_PENDING
        forward
        exit SUCCESS
        """),
      Example(
        "something is taken from a queue", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        dequeue
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "events are lost", .undecided,
        """
        enter \(entry)
        acquire
        lost
        forward
        exit SUCCESS
        """),
      Example(
        "the device uses no remove lock", .notArmed,
        """
        bare
        start
        add fdo FDO
        enter \(entry)
        forward
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "the trace begins after the acquire", .notArmed,
        """
        bare
        forward
        release
        exit SUCCESS
        """),
      Example(
        "the completion routine is the other rule's", tracked: .notArmed, sdv: .violation,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING            !sdv
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "it is open whose hold is released", .undecided,
        """
        \(OpenHolding.other)
        enter \(entry)
        acquire tag=shared
        \(OpenHolding.release)
        """),
    ]
  }

  var pnpExamples: [Example] {
    ["PNP/REMOVE_DEVICE", "PNP/QUERY_REMOVE_DEVICE", "PNP/SURPRISE_REMOVAL", "PNP"].map { request in
      Example(
        "\(request) is out of scope", .notArmed,
        """
        enter \(request)
        set-routine
        forward
        exit SUCCESS
        """)
    }
  }
}
