/// How tightly operators bind, loosest first.
///
/// This table is the grammar of operators.
enum Precedence: Int, Comparable {
  case conditional, or, and, not, comparison, bitOr, bitXor, bitAnd, sum, product, unary, power

  static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }

  /// The next tighter level: what the right operand of a left-associative operator is made of.
  var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .power }
}

/// What stands between two operands.
enum Infix {
  case binary(BinaryOperator, Precedence)
  case comparison(Comparison)
  case and, or, conditional

  var precedence: Precedence {
    switch self {
    case .binary(_, let precedence): precedence
    case .comparison: .comparison
    case .and: .and
    case .or: .or
    case .conditional: .conditional
    }
  }

  static func of(_ symbol: Symbol) -> Infix? {
    switch symbol {
    case .bar: .binary(.or, .bitOr)
    case .caret: .binary(.xor, .bitXor)
    case .ampersand: .binary(.and, .bitAnd)
    case .plus: .binary(.add, .sum)
    case .minus: .binary(.subtract, .sum)
    case .times: .binary(.multiply, .product)
    case .divide: .binary(.divide, .product)
    case .floorDivide: .binary(.floorDivide, .product)
    case .remainder: .binary(.remainder, .product)
    case .matmul: .binary(.matmul, .product)
    case .power: .binary(.power, .power)
    case .equal: .comparison(.relation(.equal))
    case .notEqual: .comparison(.relation(.notEqual))
    case .less: .comparison(.relation(.less))
    case .lessOrEqual: .comparison(.relation(.lessOrEqual))
    case .greater: .comparison(.relation(.greater))
    case .greaterOrEqual: .comparison(.relation(.greaterOrEqual))
    default: nil
    }
  }

  /// The operator of `+=` and its like.
  static func ofAssignment(_ symbol: Symbol) -> BinaryOperator? {
    switch symbol {
    case .plusAssign: .add
    case .minusAssign: .subtract
    case .timesAssign: .multiply
    case .divideAssign: .divide
    case .floorDivideAssign: .floorDivide
    case .remainderAssign: .remainder
    case .powerAssign: .power
    case .matmulAssign: .matmul
    case .andAssign: .and
    case .orAssign: .or
    case .xorAssign: .xor
    default: nil
    }
  }
}
