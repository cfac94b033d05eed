import RuleEngine

/// What the removal rules have in common.
enum RemovalExamples {
  /// The halts of the lock rules.
  static func halts<State: MachineState>(
    _ states: [State], _ reading: Reading, countingWaits: Bool
  ) -> [Transition<State, ContextFact>] {
    let failed: ContextFact =
      countingWaits ? .acquireFailedWhileHeldCountingWaits : .acquireFailedWhileHeld
    return [on(states, failed, .halt)]
      + (reading == .sdv ? [on(states, .dequeuedInFrame, .halt)] : [])
  }

  static func undecided(_ entry: String, afterDrain: Bool) -> [Example] {
    let examples = [
      Example(
        "a second acquire fails while the first is held", .undecided,
        """
        enter \(entry)
        acquire
        acquire DELETE_PENDING
        release
        exit SUCCESS
        """),
      Example(
        "something is taken from a queue", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        dequeue
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
    ]
    let drained = [
      Example(
        "a third acquire fails after the drain", .undecided,
        """
        enter \(entry)
        acquire
        acquire
        release-wait
        acquire DELETE_PENDING
        exit SUCCESS
        """),
      Example(
        "something is taken from a queue after the drain", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        release-wait
        wait-return
        dequeue
        exit SUCCESS
        """),
    ]
    return afterDrain ? examples + drained : examples
  }

  static func excluded(_ entry: String, bus: Bool) -> [Example] {
    let trace = { (role: String) in
      """
      bare
      start
      add fdo \(role)
      init lock dev=fdo
      enter \(entry)
      release
      forward
      delete
      exit SUCCESS
      """
    }
    return [Example("a PDO is out of scope", .notArmed, trace("PDO"))]
      + (bus ? [Example("a bus driver is out of scope", .notArmed, trace("FDO bus"))] : [])
      + [
        Example(
          "the device uses no remove lock", .notArmed,
          """
          bare
          add fdo FDO
          enter \(entry)
          forward
          exit SUCCESS
          """)
      ]
  }
}
