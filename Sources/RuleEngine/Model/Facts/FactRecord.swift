/// One fact about one subject, as the model hands it on.
struct FactRecord: Sendable, BitwiseCopyable {
  enum Subject: UInt8, BitwiseCopyable, Sendable {
    case context, lock, device, ownIRP, allocation, keyHandle, call, hold, run
  }
  /// Besides the facts there are the turns of a subject's life.
  enum Turn: UInt8, BitwiseCopyable, Sendable {
    /// A fact; the record's `fact` says which.
    case fact
    /// The subject begins. A call does where it is to be compared with the lists of rules.
    case began
    /// Nothing is to be reported for the subject any more.
    case undecided
    /// The subject is over; what is open passes where the machine says so, else is undecided.
    case closed
  }
  var subject: Subject
  var turn: Turn
  var fact: UInt8
  var index: Int32
  /// For lock facts the tag, for device facts the lock; where a call begins its IRQL,
  /// and of one that frees memory the DDI which allocated that, as far as it is known.
  var operand: UInt64 = 0
}
