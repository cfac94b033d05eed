/// Pieces of traces in which it is open whose acquisition a release takes away: somebody else holds the lock
/// with the same tag.
enum OpenHolding {
  /// Somebody who is no request acquires with the tag `shared`.
  static let other = """
    T2: callback Timer
    T2: acquire tag=shared
    T2: callback-exit Timer
    """
  /// A frame that neither of the two has had a part in releases.
  static let release = """
    T2: callback Timer
    T2: release tag=shared
    T2: callback-exit Timer
    """
}
