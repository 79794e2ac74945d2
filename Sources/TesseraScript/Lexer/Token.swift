/// A word or sign of the language, with its place.
struct Token {
  var kind: Kind
  var span: Span

  enum Kind: Equatable {
    /// `x`, `relu`, `体积`
    case name(String)
    /// `if`
    case keyword(Keyword)
    /// `42`, `0xff`, `1_000`
    case int(Int)
    /// `1e-5`, `.5`
    case float(Double)
    /// `"text"`, `'text'`, `"""text"""`
    case string(String)
    /// `f"{loss:.4f}"`
    case formatted([FormattedPiece])
    /// `+`, `==`, `{`
    case symbol(Symbol)
    case newline
    case semicolon
    /// The end of the text.
    case end
  }
}

/// A piece of an f-string: text as it stands, or an expression between braces.
struct FormattedPiece: Equatable {
  enum Content: Equatable {
    case text(String)
    case expression(Formatted)
  }
  struct Formatted: Equatable {
    /// The tokens of the expression, ended by `.end`.
    var tokens: [Token]
    /// The text of the expression where `=` asked for it to be shown.
    var label: String?
    /// `!r` was written.
    var isRepr: Bool
    /// What follows the colon; empty for none.
    var spec: [FormattedPiece]
  }
  var content: Content
}

extension Token: Equatable {
  static func == (left: Token, right: Token) -> Bool { left.kind == right.kind && left.span == right.span }
}

/// The reserved words.
///
/// Words such as `model` or `param` are names that a statement's start gives a meaning to.
enum Keyword: String, CaseIterable {
  case def, `if`, elif, `else`, `while`, `for`, `in`, `break`, `continue`, `return`, with
  case `try`, `catch`, assert, del, `import`, const, and, or, not, `is`, fn
  case `true` = "True"
  case `false` = "False"
  case none = "None"
}

/// The signs, longest first where one begins another.
enum Symbol: String, CaseIterable {
  case powerAssign = "**="
  case floorDivideAssign = "//="
  case ellipsis = "..."
  case power = "**"
  case floorDivide = "//"
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case arrow = "=>"
  case plusAssign = "+="
  case minusAssign = "-="
  case timesAssign = "*="
  case divideAssign = "/="
  case remainderAssign = "%="
  case matmulAssign = "@="
  case andAssign = "&="
  case orAssign = "|="
  case xorAssign = "^="
  case walrus = ":="
  case andAnd = "&&"
  case orOr = "||"
  case thinArrow = "->"
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divide = "/"
  case remainder = "%"
  case matmul = "@"
  case ampersand = "&"
  case bar = "|"
  case caret = "^"
  case tilde = "~"
  case less = "<"
  case greater = ">"
  case assign = "="
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case leftBrace = "{"
  case rightBrace = "}"
  case comma = ","
  case colon = ":"
  case dot = "."
  case bang = "!"
  case question = "?"
}
