/// What the model says about one life of a device object.
public enum DeviceFact: UInt8, FactVocabulary {
  /// The first remove lock is acquired for the device.
  case acquiredFirstLock
  /// Another remove lock is acquired for the device.
  case acquiredFurtherLock
  /// The device is deleted or added again.
  case lifeEnded

  /// What the fact says, as a sentence.
  public var meaning: String {
    switch self {
    case .acquiredFirstLock: "the first remove lock is acquired for the device"
    case .acquiredFurtherLock: "another remove lock is acquired for the device"
    case .lifeEnded: "the device is deleted or added again"
    }
  }
}
