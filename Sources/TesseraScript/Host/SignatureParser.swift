/// Reads a signature's text; the grammar is small and the texts are the host's own.
enum SignatureParser {
  static func parse(_ text: String) -> (name: String, parameters: [Signature.Parameter]) {
    guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return (text, []) }
    let inside = text[text.index(after: open)...].dropLast()
    var parameters: [Signature.Parameter] = []
    var keywordOnly = false
    for piece in split(inside) {
      switch piece {
      case "/": for index in parameters.indices { parameters[index].kind = .positionalOnly }
      case "*": keywordOnly = true
      default:
        let parameter = parameter(piece, keywordOnly: keywordOnly)
        if parameter.kind == .variadic { keywordOnly = true }
        parameters.append(parameter)
      }
    }
    return (String(text[..<open]), parameters)
  }

  private static func parameter(_ piece: String, keywordOnly: Bool) -> Signature.Parameter {
    if piece.hasPrefix("**") { return .init(String(piece.dropFirst(2)), kind: .keywordVariadic) }
    if piece.hasPrefix("*") { return .init(String(piece.dropFirst()), kind: .variadic) }
    let kind: Signature.Kind = keywordOnly ? .keywordOnly : .plain
    guard let equals = piece.firstIndex(of: "=") else { return .init(piece, kind: kind) }
    let text = String(piece[piece.index(after: equals)...])
    return .init(String(piece[..<equals]), kind: kind, default: literal(text), shownAs: text)
  }

  /// Splits at commas outside quotes and brackets.
  private static func split(_ text: Substring) -> [String] {
    var pieces: [String] = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "(" || character == "[" {
        depth += 1
      } else if character == ")" || character == "]" {
        depth -= 1
      } else if character == "," && depth == 0 {
        pieces.append("")
        continue
      } else if character == " ", quote == nil {
        continue
      }
      pieces[pieces.count - 1].append(character)
    }
    return pieces.filter { !$0.isEmpty }
  }

  private static func literal(_ text: String) -> Value {
    switch text {
    case "None": return .none
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "()": return .tuple([])
    case "\"\\n\"": return .string("\n")
    default: break
    }
    if let int = Int(text) { return .int(int) }
    if let float = Double(text) { return .float(float) }
    if text.hasPrefix("("), text.hasSuffix(")") {
      return .tuple(split(text.dropFirst().dropLast()).map(literal))
    }
    if text.count >= 2, text.first == text.last, text.first == "\"" || text.first == "'" {
      return .string(String(text.dropFirst().dropLast()))
    }
    return .string(text)
  }
}
