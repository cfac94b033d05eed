import RuleEngine

/// Examples that the rules about pending requests have in common.
enum PendingExamples {
  /// A failure lets the driver return what it likes.
  ///
  /// - Parameters:
  ///   - start: How the trace begins.
  ///   - before: What comes before the failure.
  ///   - place: Where that is, in words.
  static func failures(_ start: String, _ before: String, _ place: String) -> [Example] {
    [
      Example(
        "an acquire fails \(place)", tracked: .notArmed, sdv: .undecided,
        """
        \(start)
        \(before)
        acquire DELETE_PENDING
        exit PENDING
        """),
      Example(
        "IoAllocateIrp fails \(place)", tracked: .notArmed, sdv: .undecided,
        """
        \(start)
        \(before)
        allocate-irp irp=NULL
        exit PENDING
        """),
    ]
  }
}
