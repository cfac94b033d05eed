/// What was found not to hold. A class, so that a check can word its problem with the state of who
/// checks.
final class ProblemLog {
  private(set) var problems: [String] = []

  func check(_ isTrue: Bool, _ problem: @autoclosure () -> String) {
    if !isTrue { problems.append(problem()) }
  }

  func add(_ found: [String]) { problems += found }
}
