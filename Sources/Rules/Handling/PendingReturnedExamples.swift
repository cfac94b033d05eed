import RuleEngine

// Completion routines that pass PendingReturned on, or do not.
extension HandlingRule {
  static let completionRoutineMarkPendingExamples: [Example] = [
    .steps(
      "the mark is forgotten", .violation,
      """
      enter READ; copy; set-routine; forward; returns PENDING; exit PENDING; T2: completion SUCCESS pending; \
      T2: completion-exit SUCCESS !
      """),
    .steps(
      "forgotten in the call itself", .violation,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS pending; completion-exit SUCCESS !; \
      returns PENDING; exit PENDING
      """),
    .steps(
      "forgotten where the request failed", .violation,
      """
      enter READ; copy; set-routine; forward; returns PENDING; exit PENDING; \
      T2: completion UNSUCCESSFUL pending; T2: set-event; T2: completion-exit UNSUCCESSFUL !
      """),
    .steps(
      "marked in the routine", .passes,
      """
      enter READ; copy; set-routine; forward; returns PENDING; exit PENDING; T2: completion SUCCESS pending; \
      T2: mark-pending; T2: completion-exit SUCCESS
      """),
    .steps(
      "marked by the dispatch routine", .passes,
      """
      enter READ; mark-pending; copy; set-routine; forward; returns PENDING; exit PENDING; \
      T2: completion SUCCESS pending; T2: completion-exit SUCCESS
      """),
    .steps(
      "marked by the queue that it was in", .passes,
      """
      enter READ; queue-csq; exit PENDING; T2: callback Thread; T2: dequeue-csq; T2: copy; T2: set-routine; \
      T2: forward; T2: completion SUCCESS pending; T2: completion-exit SUCCESS; T2: returns PENDING; \
      T2: callback-exit Thread
      """),
    .steps(
      "given back", .notArmed,
      """
      enter READ; copy; set-routine; forward; returns PENDING; T2: completion SUCCESS pending; T2: set-event; \
      T2: completion-exit MORE_PROCESSING_REQUIRED; wait SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "not pended", .notArmed,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "the address is used again before the routine returns", .undecided,
      """
      enter READ; copy; set-routine; forward; returns PENDING; exit PENDING; T2: completion SUCCESS pending; \
      T3: enter WRITE; T2: completion-exit SUCCESS; T3: complete SUCCESS; T3: exit SUCCESS
      """),
    .steps(
      "events are lost", .undecided,
      """
      enter READ; copy; set-routine; forward; returns PENDING; exit PENDING; T2: completion SUCCESS pending; \
      lost; T2: completion-exit SUCCESS
      """),
  ]

  private static let sent = "enter READ; copy; set-routine; forward; returns PENDING"

  static let completionEventCheckingExamples: [Example] = [
    .steps(
      "marks and signals", .violation,
      """
      \(sent); T2: completion SUCCESS pending; T2: mark-pending; T2: set-event !; T2: completion-exit SUCCESS; \
      wait SUCCESS; exit SUCCESS
      """),
    .steps(
      "signals and marks", .violation,
      """
      \(sent); T2: completion SUCCESS pending; T2: set-event; T2: mark-pending !; T2: completion-exit SUCCESS; \
      wait SUCCESS; exit SUCCESS
      """),
    .steps(
      "both, in the call itself", .violation,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS pending; mark-pending; set-event !; \
      completion-exit MORE_PROCESSING_REQUIRED; returns PENDING; wait SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "signals", .passes,
      """
      \(sent); T2: completion SUCCESS pending; T2: set-event; T2: completion-exit MORE_PROCESSING_REQUIRED; \
      wait SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "marks", .passes,
      "\(sent); exit PENDING; T2: completion SUCCESS pending; T2: mark-pending; T2: completion-exit SUCCESS"
    ),
    .steps(
      "marks in one trip and signals in the next", .passes,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS pending; mark-pending; \
      completion-exit MORE_PROCESSING_REQUIRED; returns PENDING; set-routine; forward; \
      completion SUCCESS pending; set-event; completion-exit MORE_PROCESSING_REQUIRED; returns PENDING; \
      wait SUCCESS; complete SUCCESS; exit PENDING
      """),
    .steps(
      "the dispatch routine marks, the completion routine signals", .passes,
      """
      enter READ; mark-pending; copy; set-routine; forward; returns PENDING; T2: completion SUCCESS pending; \
      T2: set-event; T2: completion-exit MORE_PROCESSING_REQUIRED; wait SUCCESS; complete SUCCESS; exit PENDING
      """),
    .steps(
      "neither", .notArmed,
      "\(sent); exit PENDING; T2: completion SUCCESS; T2: completion-exit SUCCESS"),
    .steps(
      "a DPC that interrupts the routine signals", .passes,
      """
      \(sent); exit PENDING; T2: completion SUCCESS pending; T2: mark-pending; T2: callback Dpc; T2: set-event; \
      T2: callback-exit Dpc; T2: completion-exit SUCCESS
      """),
    .steps(
      "events are lost", .undecided,
      "\(sent); exit PENDING; T2: completion SUCCESS pending; T2: mark-pending; lost; T2: completion-exit SUCCESS"
    ),
  ]
}
