import RuleEngine
import Rules

var reader = TraceReader(CommandLine.arguments.dropFirst().map { .file($0) })
var checker = try Checker(rules: Catalog.all)
var batch = EventBatch()
while try reader.next(into: &batch) {
  checker.consume(batch.events, strings: reader.strings)
}
checker.finish(strings: reader.strings)
for finding in checker.findings {
  print("line \(finding.position.line): \(finding.rule): \(finding.message)")
}
