import TesseraScript

/// A signature and its help: what `?name` and the reference know about a builtin.
struct Documentation {
  let signature: Signature
  let help: Help

  /// The documentation of a builtin's entry.
  init(_ builtin: Builtin) {
    self.init(signature: builtin.signature, help: builtin.help)
  }

  /// The documentation of a method of the language's own types.
  init?(_ owner: MethodOwner, _ name: String) {
    guard let found = owner.documentation(of: name) else { return nil }
    self.init(signature: found.signature, help: found.help)
  }

  /// The documentation that a value carries; nil for values that have none.
  init?(_ value: Value) {
    switch value {
    case .native(let function): self.init(signature: function.signature, help: function.help)
    case .host(let object as NamedScope): self.init(signature: object.signature, help: object.help)
    default: return nil
    }
  }

  private init(signature: Signature, help: Help) {
    self.signature = signature
    self.help = help
  }
}
