/// What devices of an IRPMon log were seen to do with requests of a major function.
///
/// That no other device of the log got a request does not say that its device completed it: the one below
/// may not be watched. Where a device handed a request of the same major function down to one of the log,
/// the one below is.
struct IRPMonHabits {
  private struct Habit: Hashable {
    var device: UInt64
    var major: String
  }

  private var handingDown: Set<Habit> = []
  private var completing: Set<Habit> = []
  private var forwarders: Set<UInt64> = []

  /// How many are remembered of each; what comes later is not known.
  private static let limit = 1 << 16

  mutating func handsDown(_ device: UInt64, _ major: String) {
    guard handingDown.count < Self.limit else { return }
    handingDown.insert(Habit(device: device, major: major))
    forwarders.insert(device)
  }

  mutating func completes(_ device: UInt64, _ major: String) {
    guard completing.count < Self.limit else { return }
    completing.insert(Habit(device: device, major: major))
  }

  /// Whether the device below this one is watched for such requests.
  func isBelowWatched(_ device: UInt64, _ major: String) -> Bool {
    handingDown.contains(Habit(device: device, major: major))
  }

  /// Whether the device was seen to hand down or to complete such a request, so that one of which neither is
  /// seen would look as if nobody had handled it.
  func isFamiliar(_ device: UInt64, _ major: String) -> Bool {
    let habit = Habit(device: device, major: major)
    return handingDown.contains(habit) || completing.contains(habit)
  }

  /// Whether the device has handed a request down, and so is no PDO.
  func hasForwarded(_ device: UInt64) -> Bool { forwarders.contains(device) }
}
