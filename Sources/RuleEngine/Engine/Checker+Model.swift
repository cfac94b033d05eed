// What a checker asks of its model beside facts.
extension Checker {
  /// Loads what the next events will need, each kind of thing for all of them at once.
  mutating func lookAhead(_ events: ArraySlice<Event>) {
    for event in events { model.lookAtTables(event) }
    for event in events {
      let context = Int(model.lookAtElements(event))
      model.ahead &+= contextStates.touch(context)
    }
    for event in events { model.lookAtDetails(event) }
  }

  /// Exits that matched no entry: where there are many, the trace lacks entries.
  public var unmatchedExits: UInt64 { model.coverage.unmatchedExits }

  /// The limits that were reached, each with how often.
  public var limitsReached: [(limit: LimitKind, count: UInt64)] {
    LimitKind.allCases.compactMap {
      let count = model.coverage.hits($0)
      return count > 0 ? ($0, count) : nil
    }
  }
}
