import Synchronization

/// Ctrl-C: the first one ends the reading, so that the summary is still written; the second ends the
/// process.
enum Interruption {
  private static let count = Atomic<Int>(0)

  /// Whether Ctrl-C has been pressed.
  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// Has Ctrl-C end the reading.
  static func install() {
    Platform.onInterrupt { _ in
      if Interruption.count.add(1, ordering: .relaxed).oldValue > 0 { Platform.exitAtOnce(130) }
    }
  }
}
