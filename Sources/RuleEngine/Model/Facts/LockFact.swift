/// What the model says about one life of a remove lock (section "The lock itself").
public enum LockFact: UInt8, FactVocabulary {
  /// The lock is used and was never initialised.
  case usedUninitialized
  /// The lock is initialised again, though it may be in use.
  case initializedAgain
  /// An acquisition that was refused is released.
  case refusedReleased
  /// The lock is released while it has no acquisition.
  case releasedEmpty
  /// The lock is released with a tag that no acquisition bears.
  case releasedForeignTag
  /// Release-and-wait with a tag that no acquisition bears.
  case waitedForeignTag
  /// An acquire succeeds after release-and-wait returned.
  case acquiredAfterDrain
  /// An acquisition is older than the lock's maximum when it is released.
  case heldTooLong
  /// More acquisitions at once than the lock's high watermark.
  case aboveHighWatermark
  /// Release-and-wait outside IRP_MN_REMOVE_DEVICE.
  case waitedOutsideRemoveDevice
  /// Release-and-wait is entered.
  case waiting
  /// Release-and-wait returns.
  case waitReturned
  /// The owner is deleted or its driver unloaded while acquisitions are left.
  case leftAtEnd
  /// The trace ends, release-and-wait has not returned, acquisitions are left.
  case stuck
  /// The life of the lock ends.
  case lifeEnded

  /// What the fact says, as a sentence.
  public var meaning: String {
    switch self {
    case .usedUninitialized: "the lock is used and was never initialised"
    case .initializedAgain: "the lock is initialised again"
    case .refusedReleased: "an acquisition that was refused is released"
    case .releasedEmpty: "the lock is released while it has no acquisition"
    case .releasedForeignTag: "the lock is released with a tag that no acquisition bears"
    case .waitedForeignTag: "release-and-wait with a tag that no acquisition bears"
    case .acquiredAfterDrain: "an acquire succeeds after release-and-wait returned"
    case .heldTooLong: "an acquisition is older than the lock's maximum when it is released"
    case .aboveHighWatermark: "more acquisitions at once than the lock's high watermark"
    case .waitedOutsideRemoveDevice: "release-and-wait outside IRP_MN_REMOVE_DEVICE"
    case .waiting: "release-and-wait is entered"
    case .waitReturned: "release-and-wait returns"
    case .leftAtEnd: "the owner is deleted or its driver unloaded while acquisitions are left"
    case .stuck: "the trace ends, release-and-wait has not returned, acquisitions are left"
    case .lifeEnded: "the life of the lock ends"
    }
  }
}
