/// Which rules arm for which kind of context, worked out once for each kind that occurs. A rule that
/// does not apply costs a trace nothing.
struct ArmingTable: Sendable {
  /// A rule about contexts, as the table is given it.
  struct Candidate: Sendable {
    var rule: Int32
    var scope: ContextScope
    var machine: MachineTable
    /// Where its actions begin.
    var base: Int32
  }

  /// A rule in a group of those that arm together.
  struct Member: Sendable, BitwiseCopyable {
    /// Its place in a context's row of states.
    var place: Int32
    var rule: Int32
    /// Where its actions begin; of one that answers to a fact, those for that fact.
    var base: Int32
  }

  private let candidates: [Candidate]
  private let factCount: Int
  private let ioctls: Set<UInt32>
  private var known = OpenTable<UInt64>()
  private var groupCount: Int32 = 0
  /// The members of all groups, one group behind the other; for each group the first, and the end.
  private(set) var members: [Member] = []
  private(set) var firstMember: [Int] = [0]
  /// For each group the states that its rules begin in, eight in a word (``ContextStates``); and those in which
  /// the rules of a context that is over have nothing to say: not armed yet. For each group the first word.
  private(set) var starts: [UInt64] = []
  private(set) var quiet: [UInt64] = []
  private(set) var firstWord: [Int] = [0]
  /// The members again, by the facts that they answer to; for each group and fact the first. They
  /// end where those of the next fact begin.
  private(set) var answering: [Member] = []
  private(set) var firstAnswering: [Int] = []

  /// Makes a table for rules on a vocabulary of so many facts.
  init(_ candidates: [Candidate], factCount: Int) {
    self.candidates = candidates
    self.factCount = factCount
    ioctls = Set(candidates.flatMap { $0.scope.ioctls ?? [] })
  }

  /// The index in ``firstAnswering`` for a fact about a context of the group.
  @inline(__always)
  func row(_ group: Int32, _ fact: UInt8) -> Int {
    Int(group) * (factCount + 1) + Int(fact)
  }

  /// The number of the group for a context.
  mutating func group(of context: IRPContext) -> Int32 {
    let ioctl =
      context.parameters.contains(.ioctl) && ioctls.contains(context.ioctl)
      ? context.ioctl : 0
    let key =
      UInt64(ioctl) << 32 | UInt64(context.major.rawValue) << 24
      | UInt64(context.minor.rawValue) << 16 | UInt64(context.powerState.rawValue) << 8
      | UInt64(context.relation.rawValue) << 4 | UInt64(context.parameters.rawValue)
    let group = known.find(key)
    if group >= 0 { return group }
    addGroup(context)
    known.set(key, groupCount - 1)
    return groupCount - 1
  }

  private mutating func addGroup(_ context: IRPContext) {
    let subject = ContextScope.Subject(
      major: context.major, minor: context.parameters.contains(.minor) ? context.minor : nil,
      powerState: context.powerState,
      relation: context.parameters.contains(.relation) ? context.relation : nil,
      ioctl: context.parameters.contains(.ioctl) ? context.ioctl : nil)
    // By number: a candidate is much to copy.
    let armed = candidates.indices.filter { candidates[$0].scope.contains(subject) }
    let group = armed.enumerated().map { place, one in
      Member(place: Int32(place), rule: candidates[one].rule, base: candidates[one].base)
    }
    addWords(armed)
    for fact in 0..<factCount {
      firstAnswering.append(answering.count)
      for member in group {
        let candidate = armed[Int(member.place)]
        guard let column = candidates[candidate].machine.column(of: UInt8(fact)) else { continue }
        var one = member
        one.base += Int32(column)
        answering.append(one)
      }
    }
    firstAnswering.append(answering.count)
    members += group
    firstMember.append(members.count)
    groupCount += 1
  }

  /// Lays down the first states of a group's machines, by the numbers of the candidates.
  private mutating func addWords(_ armed: [Int]) {
    let perWord = ContextStates.cellsPerWord
    for first in stride(from: 0, to: armed.count, by: perWord) {
      var (start, quiet) = (ContextStates.allDisarmed, ContextStates.allDisarmed)
      for (place, candidate) in armed[first...].prefix(perWord).enumerated() {
        let beginning = candidates[candidate].machine.start
        let dormant = candidates[candidate].machine.dormantStates
        let isDormant = dormant & (1 << UInt32(beginning)) != 0
        let others = ~(UInt64(ContextStates.disarmed) << UInt64(place * 8))
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
