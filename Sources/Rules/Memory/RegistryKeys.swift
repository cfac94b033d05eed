import RuleEngine

/// ZwRegistryCreate and ZwRegistryOpen: the handle of a registry key is used while it is open, and closed.
struct ZwRegistryRule: KeyHandleRule {
  let id: String
  let scope: KeyHandleScope
  /// The DDI that returns the handle.
  let opener: String
  let severity = Severity.warning

  static let members = [
    ZwRegistryRule(id: "ZwRegistryCreate", scope: .created, opener: "ZwCreateKey"),
    ZwRegistryRule(id: "ZwRegistryOpen", scope: .opened, opener: "ZwOpenKey"),
  ]

  enum State: UInt8, MachineState {
    /// The handle is open, or was.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, KeyHandleFact> {
    Machine(start: .watching, reading == .tracked ? Self.tracked : Self.sdv)
  }

  private static let usedClosed = "the handle of a registry key is used after it was closed"

  private static let tracked: [Transition<State, KeyHandleFact>] = [
    on(.watching, .usedClosed, .report(usedClosed)),
    on(
      .watching, .leftOpen, .report("a registry key is left open when the driver is unloaded")),
    // One finding tells of all that were opened there.
    on(.watching, .leftWithOthers, .disarm),
    on(.watching, .closed, .pass),
    on(.watching, .lifeEnded, .pass),
  ]

  private static let sdv: [Transition<State, KeyHandleFact>] = [
    on(.watching, .usedClosed, .report(usedClosed)),
    on(.watching, .leftInRun, .report("the routine returns and leaves a registry key open")),
    on(.watching, .closed, .pass),
    on(.watching, .lifeEnded, .pass),
  ]

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary:
        "The handle that \(opener) returns is used while it is open, and closed with ZwClose.",
      rationale:
        "After ZwClose the handle may be any other object's, also one that a user-mode program has "
        + "opened: the call fails, or reads and writes another key. A key that is never closed stays in "
        + "memory, and cannot be deleted or unloaded with its hive.",
      remedy:
        "Close the handle in the routine that opened it, once on every path, and set the variable to "
        + "NULL. A handle that is kept in the device extension is closed in IRP_MN_REMOVE_DEVICE.",
      readings:
        "tracked: a handle that is closed twice is not reported, as it may be any object's by then; nor is "
        + "a use after ZwClose, once the driver has used a key whose opening is not traced (log every "
        + "routine that opens keys, or none). Left open: said when the driver is unloaded, in a trace that "
        + "begins with TraceStart and has no gap, of drivers that have called ZwClose. A warning, since "
        + "handles are opened and closed by routines that no tracer sees. sdv: on the thread that opened the key, "
        + "until its outermost routine returns: closing it again counts as a use, and a key that is open then "
        + "is reported, though a driver may keep it in the device extension. One report ends the watch until "
        + "then.",
      source: Sources.rulePage(id))
  }

  var examples: [Example] { used + left }

  private var used: [Example] {
    [
      Example(
        "queried after ZwClose", .violation,
        """
        callback AddDevice
        \(opener) SUCCESS handle=key
        ZwClose handle=key
        ZwQueryValueKey handle=key  !
        callback-exit AddDevice
        """),
      Example(
        "written by a worker when the dispatch routine has closed it", tracked: .violation,
        sdv: .passes,
        """
        enter DEVICE_CONTROL
        \(opener) SUCCESS handle=key
        mark-pending
        ZwClose handle=key
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: ZwSetValueKey handle=key    !tracked
        T2: complete SUCCESS
        T2: callback-exit WorkItem
        """),
      Example(
        "the handle was used before", .violation,
        """
        \(opener) SUCCESS handle=key
        ZwClose handle=key
        \(opener) SUCCESS handle=key
        ZwEnumerateKey handle=key
        ZwClose handle=key
        ZwFlushKey handle=key           !
        """),
      Example(
        "opened, queried, closed", .passes,
        """
        callback AddDevice
        \(opener) SUCCESS handle=key
        ZwQueryValueKey handle=key
        ZwClose handle=key
        callback-exit AddDevice
        """),
      Example(
        "closed twice: it may be any object's", tracked: .passes, sdv: .violation,
        "\(opener) SUCCESS handle=key\nZwClose handle=key\nZwClose handle=key  !sdv"),
      Example(
        "the driver opens keys in a way that is not traced", tracked: .passes, sdv: .violation,
        """
        \(opener) SUCCESS handle=key drv=driver
        ZwClose handle=key drv=driver
        ZwQueryKey handle=other drv=driver
        ZwQueryKey handle=key drv=driver  !sdv
        """),
      Example(
        "another driver's handle", tracked: .passes, sdv: .violation,
        """
        \(opener) SUCCESS handle=key drv=driver
        ZwClose handle=key drv=driver
        ZwQueryKey handle=key drv=other  !sdv
        """),
      Example(
        "returned again: closed where no tracer looks", .passes,
        """
        \(opener) SUCCESS handle=key
        T2: \(opener) SUCCESS handle=key
        T2: ZwQueryKey handle=key
        T2: ZwClose handle=key
        """),
      Example(
        "events are lost in between", .passes,
        "\(opener) SUCCESS handle=key\nZwClose handle=key\nlost\nZwQueryKey handle=key"),
      Example(
        "open when the trace ends", .undecided,
        "\(opener) SUCCESS handle=key\nZwQueryKey handle=key"),
      Example(
        "it fails", .notArmed, "\(opener) OBJECT_NAME_NOT_FOUND handle=0\nZwQueryKey handle=0"),
    ]
  }

  private var left: [Example] {
    [
      Example(
        "kept open beyond the routine that opened it", tracked: .passes, sdv: .violation,
        """
        callback AddDevice
        \(opener) SUCCESS handle=key
        callback-exit AddDevice   !sdv
        T2: ZwClose handle=key
        """),
      Example(
        "a work item leaves it open", .undecided,
        """
        callback WorkItem
        \(opener) SUCCESS handle=key
        callback-exit WorkItem
        """),
      Example(
        "two are left open: told once in a run", tracked: .undecided, sdv: .violation,
        """
        enter READ
        \(opener) SUCCESS handle=key
        \(opener) SUCCESS handle=another
        exit SUCCESS              !sdv
        """),
      Example(
        "left open at the end", tracked: .violation, sdv: .passes,
        """
        \(opener) SUCCESS handle=key drv=driver
        \(opener) SUCCESS handle=another drv=driver src=a.c:10
        ZwClose handle=another drv=driver
        unload driver                   !tracked
        """),
      Example(
        "two of one place are one finding", tracked: .violation, sdv: .undecided,
        """
        \(opener) SUCCESS handle=key drv=driver src=a.c:10
        T2: \(opener) SUCCESS handle=another drv=driver src=a.c:10
        ZwClose handle=file drv=driver
        unload driver                   !tracked
        """),
      Example(
        "the driver never closes in the trace", .undecided,
        "\(opener) SUCCESS handle=key drv=driver\nunload driver"),
      Example(
        "the trace does not begin with the driver", .undecided,
        """
        bare
        \(opener) SUCCESS handle=key drv=driver
        ZwClose handle=another drv=driver
        unload driver
        """),
    ]
  }
}
