/// Tells the part each token plays from the brackets around it and the token before it.
struct Roles {
  private enum Bracket { case block, parenthesis, index, list, map }

  private let blockStarts: Set<Int>
  private var brackets: [Bracket] = []
  private var previous: Token.Kind?
  private var previousEndsOperand = false

  init(_ blockStarts: Set<Int>) { self.blockStarts = blockStarts }

  /// Newlines end statements outside brackets and in blocks.
  private var newlinesEndStatements: Bool { brackets.last == nil || brackets.last == .block }

  /// Notes that a line begins; whether it goes on a statement of the line before.
  mutating func beginLine() -> Bool {
    guard newlinesEndStatements, let previous else { return false }
    if Self.leavesOpen(previous) { return true }
    self.previous = nil
    previousEndsOperand = false
    return false
  }

  /// Whether a statement goes on after this token at the end of a line.
  private static func leavesOpen(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .symbol(let symbol):
      switch symbol {
      case .rightParenthesis, .rightBracket, .rightBrace, .leftBrace, .ellipsis: false
      default: true
      }
    case .keyword(let word): [.and, .or, .not, .in, .is, .if].contains(word)
    default: false
    }
  }

  mutating func role(of token: Token) -> Piece.Role {
    let role = place(token)
    previous = token.kind
    previousEndsOperand = endsOperand(token.kind, role)
    return role
  }

  private func endsOperand(_ kind: Token.Kind, _ role: Piece.Role) -> Bool {
    switch kind {
    case .name, .int, .float, .string, .formatted: true
    case .keyword(let word): word == .true || word == .false || word == .none
    case .symbol(.ellipsis): true
    default: role == .close
    }
  }

  private mutating func place(_ token: Token) -> Piece.Role {
    guard case .symbol(let symbol) = token.kind else { return token.kind == .semicolon ? .suffix : .word }
    switch symbol {
    case .leftBrace:
      let isBlock = blockStarts.contains(token.span.start)
      brackets.append(isBlock ? .block : .map)
      return isBlock ? .blockOpen : .open
    case .leftParenthesis:
      brackets.append(.parenthesis)
      return previousEndsOperand || previous == .keyword(.fn) ? .openTight : .open
    case .leftBracket:
      brackets.append(previousEndsOperand ? .index : .list)
      return previousEndsOperand ? .openTight : .open
    case .rightParenthesis, .rightBracket: return close()
    case .rightBrace: return close()
    case .comma: return .suffix
    case .colon: return brackets.last == .index ? .tight : .suffix
    case .dot: return .tight
    case .assign: return brackets.last == .parenthesis ? .tight : .word
    // It binds tightest, and is written so: `7**3`, `(a - b)**2`.
    case .power: return previousEndsOperand ? .tight : .prefix
    case .plus, .minus, .times, .tilde: return previousEndsOperand ? .word : .prefix
    default: return .word
    }
  }

  private mutating func close() -> Piece.Role { brackets.popLast() == .block ? .blockClose : .close }
}
