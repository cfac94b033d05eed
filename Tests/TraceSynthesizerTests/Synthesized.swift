import RuleEngine
import Testing
import TraceSynthesizer

/// A whole trace, with what was put into it.
struct Synthesized {
  var events: [Event] = []
  var faults: [SeededFault] = []
  var strings: StringTable

  /// Makes the trace batch by batch, as the command line does.
  init(batch: Int = 1000, _ adjust: (inout SynthesizerOptions) -> Void) throws {
    var options = SynthesizerOptions()
    adjust(&options)
    var synthesizer = try TraceSynthesizer(options)
    while synthesizer.next(batch, into: &events) { faults += synthesizer.takeFaults() }
    faults += synthesizer.takeFaults()
    strings = synthesizer.strings
  }
}
