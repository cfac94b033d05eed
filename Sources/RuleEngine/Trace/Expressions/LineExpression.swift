/// A regular expression for the lines of a log, matched without backtracking that could repeat itself: what
/// a line costs grows with its length times that of the expression, whatever both are.
///
/// The syntax is what Perl, PCRE and Swift have in common, but for what needs more than that: references
/// back to groups, looking ahead and behind, and possessive and atomic groups are refused.
struct LineExpression: Sendable {
  /// A step of the matcher.
  enum Instruction: Sendable, Hashable {
    case byte(UInt8)
    /// Any character.
    case any
    /// A character of the set with this number.
    case set(Int32)
    /// Goes on at both places; what the first leads to is preferred.
    case split(Int32, Int32)
    case jump(Int32)
    /// Notes the place in a slot: twice the group's number, plus 1 at its end.
    case save(Int32)
    case lineStart, lineEnd, wordBoundary, noWordBoundary
    case match
  }

  /// Why an expression cannot be read.
  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  let program: [Instruction]
  let sets: [ScalarSet]
  /// Names of groups, by number; 0 is the whole match. Empty for a group without a name.
  let groups: [String]
  /// By byte, whether a match may begin with it; empty where one may be empty.
  let beginnings: [Bool]
  /// Whether a match can only begin where the line begins.
  let isAnchored: Bool
  /// Text that every match holds.
  let required: [UInt8]

  /// How many steps an expression may have, once repetitions are written out.
  static let programLimit = 2000

  init(_ pattern: String) throws(Problem) {
    var parser = ExpressionParser(pattern)
    let tree = try parser.parse()
    var compiler = ExpressionCompiler()
    try compiler.emit(.group(0, tree))
    try compiler.append(.match)
    program = compiler.program
    sets = parser.sets
    groups = parser.groups
    var first = ExpressionBeginnings(sets: parser.sets)
    beginnings = first.add(tree) ? [] : first.bytes
    isAnchored = tree.isAnchored
    required = tree.requiredText
  }

  /// The number of the group with this name.
  func number(of group: String) -> Int? {
    group.isEmpty ? nil : groups.firstIndex(of: group)
  }
}

/// What an expression says.
indirect enum ExpressionNode {
  case empty
  case byte(UInt8)
  case any
  case set(Int)
  case sequence([ExpressionNode])
  case alternatives([ExpressionNode])
  case repeated(ExpressionNode, least: Int, most: Int?, isLazy: Bool)
  /// A group that is remembered, by its number.
  case group(Int, ExpressionNode)
  case assertion(LineExpression.Instruction)

  /// Whether it matches only where the line begins.
  var isAnchored: Bool {
    switch self {
    case .assertion(.lineStart): true
    case .sequence(let parts): parts.first?.isAnchored ?? false
    case .group(_, let inner): inner.isAnchored
    case .alternatives(let choices): choices.allSatisfy(\.isAnchored)
    default: false
    }
  }

  /// The longest text that stands in every match.
  var requiredText: [UInt8] {
    var (best, run): ([UInt8], [UInt8]) = ([], [])
    collect(&best, &run)
    return best.count >= run.count ? best : run
  }

  private func collect(_ best: inout [UInt8], _ run: inout [UInt8]) {
    switch self {
    case .byte(let byte): run.append(byte)
    case .sequence(let parts): for part in parts { part.collect(&best, &run) }
    case .group(_, let inner): inner.collect(&best, &run)
    case .empty, .assertion: break
    case .any, .set, .alternatives, .repeated:
      if run.count > best.count { best = run }
      run = []
    }
  }
}

/// With which bytes a match may begin.
private struct ExpressionBeginnings {
  let sets: [ScalarSet]
  private(set) var bytes = [Bool](repeating: false, count: 256)

  init(sets: [ScalarSet]) { self.sets = sets }

  /// Adds the bytes with which a match of the node may begin; whether one may be empty.
  mutating func add(_ node: ExpressionNode) -> Bool {
    switch node {
    case .empty, .assertion: return true
    case .byte(let byte):
      bytes[Int(byte)] = true
      return false
    case .any:
      for byte in bytes.indices { bytes[byte] = true }
      return false
    case .set(let number):
      for byte in 0..<128 where sets[number].contains(ascii: UInt8(byte)) { bytes[byte] = true }
      for byte in 128..<256 { bytes[byte] = true }
      return false
    case .sequence(let parts):
      for part in parts where !add(part) { return false }
      return true
    case .alternatives(let choices):
      var mayBeEmpty = false
      for choice in choices where add(choice) { mayBeEmpty = true }
      return mayBeEmpty
    case .repeated(let inner, let least, _, _): return add(inner) || least == 0
    case .group(_, let inner): return add(inner)
    }
  }
}

/// Writes the steps of an expression.
private struct ExpressionCompiler {
  private(set) var program: [LineExpression.Instruction] = []

  mutating func append(
    _ instruction: LineExpression.Instruction
  ) throws(LineExpression.Problem) {
    guard program.count < LineExpression.programLimit else {
      throw LineExpression.Problem(
        description:
          "it is too long once its repetitions are written out; repeat less, or with * and +")
    }
    program.append(instruction)
  }

  private var here: Int32 { Int32(program.count) }

  mutating func emit(_ node: ExpressionNode) throws(LineExpression.Problem) {
    switch node {
    case .empty: break
    case .byte(let byte): try append(.byte(byte))
    case .any: try append(.any)
    case .set(let number): try append(.set(Int32(number)))
    case .assertion(let instruction): try append(instruction)
    case .sequence(let parts): for part in parts { try emit(part) }
    case .group(let number, let inner):
      try append(.save(Int32(number * 2)))
      try emit(inner)
      try append(.save(Int32(number * 2 + 1)))
    case .alternatives(let choices): try emit(choices)
    case .repeated(let inner, let least, let most, let isLazy):
      for _ in 0..<least {
        let before = program.count
        try emit(inner)
        // Nothing is nothing, however often.
        if program.count == before { break }
      }
      if let most {
        var skips: [Int] = []
        for _ in least..<max(most, least) {
          skips.append(program.count)
          try append(.split(0, 0))
          try emit(inner)
        }
        for place in skips { program[place] = split(Int32(place) + 1, here, isLazy) }
      } else {
        let start = program.count
        try append(.split(0, 0))
        try emit(inner)
        try append(.jump(Int32(start)))
        program[start] = split(Int32(start) + 1, here, isLazy)
      }
    }
  }

  private func split(_ on: Int32, _ past: Int32, _ isLazy: Bool) -> LineExpression.Instruction {
    isLazy ? .split(past, on) : .split(on, past)
  }

  private mutating func emit(_ choices: [ExpressionNode]) throws(LineExpression.Problem) {
    var ends: [Int] = []
    for (index, choice) in choices.enumerated() {
      guard index < choices.count - 1 else {
        try emit(choice)
        continue
      }
      let start = program.count
      try append(.split(0, 0))
      try emit(choice)
      ends.append(program.count)
      try append(.jump(0))
      program[start] = .split(Int32(start) + 1, here)
    }
    for end in ends { program[end] = .jump(here) }
  }
}
