/// A function written in the language, with what it captured.
public final class FunctionObject {
  /// Its name; `fn` for one written as an expression.
  public let name: String
  /// What it accepts.
  public let signature: Signature
  /// The text of its `##` comment.
  public let documentation: String

  init(name: String, signature: Signature, documentation: String) {
    self.name = name
    self.signature = signature
    self.documentation = documentation
  }
}
