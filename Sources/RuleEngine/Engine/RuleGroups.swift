/// Rules about one kind of subject in groups of those that arm together: for each group the states that its rules
/// begin in, and which of them answer to each fact. A group is made when the first subject that arms it occurs,
/// so that what a trace does not have costs nothing.
struct RuleGroups: Sendable {
  /// A rule as a group is given it.
  struct Candidate: Sendable {
    var rule: Int32
    var machine: MachineTable
    /// Where its actions begin.
    var base: Int32
  }

  /// A rule in a group.
  struct Member: Sendable, BitwiseCopyable {
    /// Its place in a subject's row of states.
    var place: Int32
    var rule: Int32
    /// Where its actions begin; of one that answers to a fact, those for that fact.
    var base: Int32
  }

  private let factCount: Int
  private(set) var count: Int32 = 0
  /// The members of all groups, one group behind the other; for each group the first, and the end.
  private(set) var members: [Member] = []
  private(set) var firstMember: [Int] = [0]
  /// For each group the states that its rules begin in, eight in a word (``MachineStates``); and those in which
  /// the rules of a subject that is over have nothing to say: not armed yet. For each group the first word.
  private(set) var starts: [UInt64] = []
  private(set) var quiet: [UInt64] = []
  private(set) var firstWord: [Int] = [0]
  /// The members again, by the facts that they answer to; for each group and fact the first. They
  /// end where those of the next fact begin.
  private(set) var answering: [Member] = []
  private var firstAnswering: [Int] = []

  /// Makes no group, for rules on a vocabulary of so many facts.
  init(factCount: Int) { self.factCount = factCount }

  /// Where in ``answering`` the members of a group stand that answer to a fact.
  @inline(__always)
  func places(_ group: Int32, answering fact: UInt8) -> (first: Int, end: Int) {
    let row = Int(group) &* (factCount &+ 1) &+ Int(fact)
    return (firstAnswering[row], firstAnswering[row + 1])
  }

  /// The words of a group in ``starts`` and ``quiet``.
  @inline(__always)
  func words(of group: Int32) -> Range<Int> { firstWord[Int(group)]..<firstWord[Int(group) + 1] }

  /// The number of the rule at a place in a group.
  func rule(of group: Int32, _ place: Int) -> Int {
    Int(members[firstMember[Int(group)] + place].rule)
  }

  /// The rules of a group.
  func members(of group: Int32) -> ArraySlice<Member> {
    members[firstMember[Int(group)]..<firstMember[Int(group) + 1]]
  }

  /// Makes the group of those of the candidates that have these numbers. Returns its own number.
  mutating func add(_ armed: [Int], of candidates: [Candidate]) -> Int32 {
    addWords(armed, of: candidates)
    let group = armed.enumerated().map { place, number in
      Member(place: Int32(place), rule: candidates[number].rule, base: candidates[number].base)
    }
    for fact in 0..<factCount {
      firstAnswering.append(answering.count)
      for member in group {
        let number = armed[Int(member.place)]
        guard let column = candidates[number].machine.column(of: UInt8(fact)) else { continue }
        var one = member
        one.base += Int32(column)
        answering.append(one)
      }
    }
    firstAnswering.append(answering.count)
    members += group
    firstMember.append(members.count)
    count += 1
    return count - 1
  }

  /// Lays down the first states of a group's machines.
  private mutating func addWords(_ armed: [Int], of candidates: [Candidate]) {
    let perWord = MachineStates.cellsPerWord
    for first in stride(from: 0, to: armed.count, by: perWord) {
      var (start, quiet) = (MachineStates.allDisarmed, MachineStates.allDisarmed)
      for (place, number) in armed[first...].prefix(perWord).enumerated() {
        let beginning = candidates[number].machine.start
        let dormant = candidates[number].machine.dormantStates
        let isDormant = dormant & (1 << UInt32(beginning)) != 0
        let others = ~(UInt64(MachineStates.disarmed) << UInt64(place * 8))
        let state = UInt64(beginning) << UInt64(place * 8)
        start = start & others | state
        if isDormant { quiet = quiet & others | state }
      }
      starts.append(start)
      self.quiet.append(quiet)
    }
    firstWord.append(starts.count)
  }
}
