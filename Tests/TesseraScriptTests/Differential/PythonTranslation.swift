@testable import TesseraScript

/// A program as Python writes it: blocks by indentation, `lambda`, `except`.
struct PythonTranslation {
  private var text = ""
  private var line = ""
  private var depth = 0
  /// Brackets that are open, outermost first; a block's among them.
  private var brackets: [Bracket] = []

  private enum Bracket { case block, other, parameters }

  /// nil where the program has something Python has not: models, scopes, imports, tests.
  static func of(_ program: String) -> String? {
    let file = SourceFile(SourceText(program, name: "test"))
    guard let parser = try? Parser(file), (try? parser.parseProgram()) != nil else { return nil }
    var translation = PythonTranslation()
    var isAfterFn = false
    for token in parser.tokens {
      let word = file.text(token.span)
      if case .name(let name) = token.kind, foreign.contains(name) { return nil }
      if case .keyword(let keyword) = token.kind, keyword == .with || keyword == .import { return nil }
      translation.add(
        token.kind, word, isBlock: parser.blockStarts.contains(token.span.start), isAfterFn: isAfterFn)
      isAfterFn = token.kind == .keyword(.fn)
    }
    translation.endLine()
    return translation.text
  }

  private static let foreign: Set<String> = ["model", "test", "self", "builtin", "args", "exit", "time"]

  private mutating func add(_ kind: Token.Kind, _ word: String, isBlock: Bool, isAfterFn: Bool) {
    switch kind {
    case .newline, .semicolon, .end: if isInBlock { endLine() } else { line += " " }
    case .keyword(.fn): line += "lambda "
    case .keyword(.catch): line += "except Exception"
    case .keyword(.const): break
    case .name where line.hasSuffix("except Exception"): line += " as \(word) "
    case .symbol(.arrow): line += ": "
    case .symbol(.leftBrace) where isBlock: open()
    case .symbol(.leftParenthesis) where isAfterFn: brackets.append(.parameters)
    case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.leftBrace):
      brackets.append(.other)
      line += word
    case .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.rightBrace): close(word)
    default: line += word + " "
    }
  }

  private var isInBlock: Bool { brackets.last == nil || brackets.last == .block }

  private mutating func open() {
    brackets.append(.block)
    line += ":"
    endLine()
    depth += 1
    line = "pass"
    endLine()
  }

  private mutating func close(_ word: String) {
    switch brackets.popLast() {
    case .block:
      endLine()
      depth -= 1
    case .parameters: break
    default: line += word + " "
    }
  }

  private mutating func endLine() {
    if line.contains(where: { $0 != " " }) { text += String(repeating: " ", count: depth) + line + "\n" }
    line = ""
  }
}
