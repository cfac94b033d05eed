extension RuleTemplate.Text {
  /// What no finite automaton can say: code that watches the events.
  static let monitor =
    Self(
      conformance: "MonitorRule",
      body: #"""
        /// What the rule is about, as "rules" and "explain" print it.
        let scopeInWords = "IRP_MJ_READ, each device"

        func makeMonitor(in reading: Reading) -> any Monitor { ReadsInFlight() }
        """#,
      summary: "At most two reads of a device are in flight at once.",
      reported: """
        enter READ irp=a
        enter READ irp=b
        enter READ irp=c        !
        """,
      examples: #"""
        Example(
          "a third", .violation,
          """
          enter READ irp=a
          enter READ irp=b
          enter READ irp=c        !
          """),
        Example(
          "a third after a completion", .violation,
          """
          enter READ irp=a
          enter READ irp=b
          complete SUCCESS irp=a dev=fdo
          enter READ irp=a
          enter READ irp=c        !
          """),
        Example(
          "of two devices one", .violation,
          """
          enter READ irp=x dev=other
          enter READ irp=a
          enter READ irp=b
          enter READ irp=c        !
          """),
        Example(
          "two", .passes,
          """
          enter READ irp=a
          enter READ irp=b
          complete SUCCESS irp=a dev=fdo
          complete SUCCESS irp=b dev=fdo
          """),
        Example(
          "one after the other", .passes,
          """
          enter READ
          complete SUCCESS dev=fdo
          enter READ
          complete SUCCESS dev=fdo
          enter READ
          complete SUCCESS dev=fdo
          """),
        Example(
          "each device has its own", .passes,
          """
          enter READ irp=a
          enter READ irp=b
          enter READ irp=x dev=other
          complete SUCCESS irp=x dev=other
          """),
        Example("in flight when the trace ends", .undecided, "enter READ"),
        Example(
          "events are lost", .undecided,
          """
          enter READ irp=a
          enter READ irp=b
          lost
          enter READ irp=c
          """),
        Example("no read", .notArmed, "enter WRITE"),
        """#,
      rest: #"""
        /// Follows the reads of each device that have entered and are not completed. Forget what is over:
        /// a trace may be as long as a night.
        private struct ReadsInFlight: Monitor {
          /// The DispatchEnter of each read in flight, by device and IRP.
          private var inFlight: [UInt64: [UInt64: Event]] = [:]

          mutating func take(
            _ events: ArraySlice<Event>, strings: StringTable, verdicts: inout MonitorVerdicts
          ) {
            for event in events {
              switch event.kind {
              case .dispatchEnter where event.major == .read:
                let before = inFlight[event.device, default: [:]]
                if before.count >= 2 {
                  verdicts.report(
                    "a third read is in flight", at: event,
                    evidence: before.values.sorted { $0.position < $1.position })
                } else {
                  inFlight[event.device, default: [:]][event.irp] = event
                }
              case .ioCompleteRequest:
                if inFlight[event.device]?.removeValue(forKey: event.irp) != nil { verdicts.pass() }
              // What happened in a gap is not known: nothing that was open can be judged any more.
              case .traceLost, .malformed: finish(verdicts: &verdicts)
              default: break
              }
            }
          }

          mutating func finish(verdicts: inout MonitorVerdicts) {
            for reads in inFlight.values {
              for _ in reads { verdicts.undecide() }
            }
            inFlight = [:]
          }
        }
        """#)
}
