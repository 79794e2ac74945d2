/// A failure a host throws; the machine adds the place and the calls under way.
public struct ScriptError: Error {
  /// The sentence.
  public var title: String
  /// One next step.
  public var help: String?
  /// The stable code; a general one when nil.
  public var code: String?
  /// Second places and remarks.
  public var notes: [Diagnostic.Note]

  /// A failure said as `title`.
  public init(_ title: String, help: String? = nil, code: String? = nil, notes: [Diagnostic.Note] = []) {
    self.title = title
    self.help = help
    self.code = code
    self.notes = notes
  }
}
