import TesseraScript
import TesseraTensor

extension ScopeBuiltins {
  /// The scope that switches what fused layers make again.
  static let remade = Builtin(
    "remade(*values)",
    "Says which cheap values fused layers make again in backward; the others are kept.",
    details:
      "Values are \"norms\", \"activations\" and \"convolutions\"; without this scope all three are made again. With "
      + "fusion(\"off\") none is, as in PyTorch.",
    example: """
      with remade("norms", "activations") { print("convolutions are kept") }
      with remade() { print("everything is kept") }
      """, output: "convolutions are kept\neverything is kept"
  ) { call in
    let names = RemadeValue.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    let values = try call.elements("values").map { value in
      guard case .string(let name) = value, let remade = RemadeValue(rawValue: name) else {
        throw ScriptError(
          "remade() takes any of \(names), not \(value.shortDescription)",
          help: "for example remade(\"norms\")", code: "E0403")
      }
      return remade
    }
    let engine = call.engine
    return .host(
      try SettingScope("remade \(values.map(\.rawValue).joined(separator: ", "))") {
        let before = engine.remade
        engine.remade = Set(values)
        return { engine.remade = before }
      })
  }
}
