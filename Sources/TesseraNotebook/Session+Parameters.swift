import TesseraScript

/// Reads what follows `=` in `--param name=value`: a literal of the language, or else the text itself.
public enum ParameterValue {
  /// The value of the text.
  public static func parse(_ text: String) -> Value {
    switch text {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return .none
    default: break
    }
    if let value = Int(text) { return .int(value) }
    // `nan` and `inf` are likelier to be words than numbers.
    if let value = Double(text), text.contains(where: \.isNumber) { return .float(value) }
    for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
      return .string(String(text.dropFirst().dropLast()))
    }
    return .string(text)
  }
}

extension Session {
  /// `param("epochs", 10)`: what the command line says, or the default.
  func defineParameterBuiltin() {
    let help = Help(
      "The value of `--param name=value` on the command line, or the default.",
      example: "param(\"epochs\", 3)", output: "3")
    interpreter.defineBuiltin(
      NativeFunction("param(name, default=None)", help: help) { [unowned self] arguments, _ in
        try parameter(arguments.string("name")) ?? arguments["default"]
      })
  }

  /// After a `#| params` cell: its variables take the command line's values.
  ///
  /// They are set after the cell has run, so values computed from them belong in a later cell.
  func overrideParameters() {
    for (name, _) in configuration.parameters where interpreter.global(name) != nil {
      if let value = parameter(name) { interpreter.setGlobal(name, to: value) }
    }
  }

  private func parameter(_ name: String) -> Value? {
    // The last of several wins, as with other options.
    guard let text = configuration.parameters.last(where: { $0.name == name })?.text else { return nil }
    usedParameters.insert(name)
    return ParameterValue.parse(text)
  }
}
