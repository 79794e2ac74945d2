import TesseraScript

/// The language's own functions whose names PyTorch also uses for tensors: `abs sum min max round any all`.
///
/// Given a tensor they are its method of that name; anything else goes to the language's function.
enum BaseDispatch {
  static let names = ["abs", "sum", "min", "max", "round", "any", "all"]

  /// Elementwise forms that a second tensor asks for: `max(x, y)`.
  private static let pairwise = ["max": "maximum", "min": "minimum"]

  /// The function that tells the two apart, or nil where the language or the tensors lack the name.
  static func function(_ name: String, in context: EngineContext) -> NativeFunction? {
    guard case .native(let base)? = context.interpreter?.builtin(name),
      let method = context.tensorMethods[name]
    else { return nil }
    let help = Help(
      base.help.summary,
      details: [base.help.details, "Of a tensor x it is x.\(name)(…): \(method.help.summary)"]
        .filter { !$0.isEmpty }.joined(separator: "\n\n"),
      example: base.help.example, output: base.help.output)
    let signature = Signature("\(name)(*values, **options)")
    return base.overloaded(signature, help: help) { [unowned context] bound, interpreter in
      let values = try bound.elements("values")
      let options = bound.options("options")
      guard let first = values.first, first.tensor != nil else {
        return try interpreter.call(.native(base), Arguments(values, named: options))
      }
      let own = values.count == 2 && values[1].tensor != nil ? pairwise[name] ?? name : name
      guard let method = context.tensorMethods[own] else {
        throw ScriptError("a tensor has no \(own)", code: "E0402")
      }
      let rest = Arguments(Array(values.dropFirst()), named: options)
      return try interpreter.call(.native(method.bound(to: first)), rest)
    }
  }
}
