import Foundation
import RuleEngine

// How the checker grows: with the events, with the rules that do not apply, with what is live. Prints
// the tables of docs/performance.md. The times are those of the processor, of checking alone.
//
//     swift run --package-path Benchmarks -c release scaling events|rules|contexts [LARGEST]

let arguments = CommandLine.arguments.dropFirst()
let largest = arguments.dropFirst().first.flatMap { Int($0) }
do {
  switch arguments.first {
  case "events": try measureEvents(upTo: largest ?? 10_000_000)
  case "rules": try measureRules(upTo: largest ?? 4200)
  case "contexts": try measureContexts(upTo: largest ?? 1_000_000)
  default:
    print("usage: scaling events|rules|contexts [LARGEST]")
    exit(2)
  }
} catch {
  print("scaling: \(error)")
  exit(1)
}
