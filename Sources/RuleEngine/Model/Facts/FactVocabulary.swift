/// A vocabulary of facts that machines step on: numbered from 0.
public protocol FactVocabulary: RawRepresentable<UInt8>, CaseIterable, Hashable, Sendable {
  /// What the fact says, as a sentence for documentation and diagrams.
  var meaning: String { get }
}
