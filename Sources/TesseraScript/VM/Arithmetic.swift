import Foundation

/// Arithmetic on numbers, by Python's rules; integers that do not fit are an error.
enum Arithmetic {
  static func overflow(_ op: BinaryOperator, _ left: Slot, _ right: Slot) -> ScriptError {
    ScriptError(
      "\(Describer.repr(left.value)) \(op.rawValue) \(Describer.repr(right.value)) does not fit in 64 bits",
      help: "use floats for numbers this large: float(x)", code: "E0409")
  }

  static func divisionByZero(_ op: BinaryOperator) -> ScriptError {
    ScriptError("\(op == .remainder ? "remainder of a division" : "division") by zero", code: "E0410")
  }

  /// nil where a type is not a number or the operator not one of numbers.
  static func binary(_ op: BinaryOperator, _ left: Slot, _ right: Slot) throws -> Slot? {
    switch (left.tag, right.tag) {
    case (.int, .int), (.int, .bool), (.bool, .int), (.bool, .bool):
      return try integers(op, left.int, right.int, left, right)
    case (.float, .float): return try floats(op, left.float, right.float)
    case (.int, .float), (.bool, .float): return try floats(op, Double(left.int), right.float)
    case (.float, .int), (.float, .bool): return try floats(op, left.float, Double(right.int))
    default: return nil
    }
  }

  private static func integers(
    _ op: BinaryOperator, _ left: Int, _ right: Int, _ leftSlot: Slot, _ rightSlot: Slot
  ) throws -> Slot? {
    func checked(_ result: (partialValue: Int, overflow: Bool)) throws -> Slot {
      if result.overflow { throw overflow(op, leftSlot, rightSlot) }
      return Slot(result.partialValue)
    }
    switch op {
    case .add: return try checked(left.addingReportingOverflow(right))
    case .subtract: return try checked(left.subtractingReportingOverflow(right))
    case .multiply: return try checked(left.multipliedReportingOverflow(by: right))
    case .divide:
      if right == 0 { throw divisionByZero(op) }
      return Slot(Double(left) / Double(right))
    case .floorDivide:
      if right == 0 { throw divisionByZero(op) }
      if left == .min, right == -1 { throw overflow(op, leftSlot, rightSlot) }
      let quotient = left / right
      return Slot(left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient)
    case .remainder:
      if right == 0 { throw divisionByZero(op) }
      if right == -1 { return Slot(0) }
      let rest = left % right
      return Slot(rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest)
    case .power: return try power(left, right, leftSlot, rightSlot)
    case .and where leftSlot.tag == .bool && rightSlot.tag == .bool: return Slot(left & right != 0)
    case .or where leftSlot.tag == .bool && rightSlot.tag == .bool: return Slot(left | right != 0)
    case .xor where leftSlot.tag == .bool && rightSlot.tag == .bool: return Slot(left ^ right != 0)
    case .and: return Slot(left & right)
    case .or: return Slot(left | right)
    case .xor: return Slot(left ^ right)
    default: return nil
    }
  }

  private static func power(_ base: Int, _ exponent: Int, _ left: Slot, _ right: Slot) throws -> Slot {
    if exponent < 0 {
      if base == 0 { throw divisionByZero(.power) }
      return Slot(pow(Double(base), Double(exponent)))
    }
    var result = 1
    var factor = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 {
        let (product, overflowed) = result.multipliedReportingOverflow(by: factor)
        if overflowed { throw overflow(.power, left, right) }
        result = product
      }
      rest >>= 1
      if rest > 0 {
        let (square, overflowed) = factor.multipliedReportingOverflow(by: factor)
        if overflowed { throw overflow(.power, left, right) }
        factor = square
      }
    }
    return Slot(result)
  }

  private static func floats(_ op: BinaryOperator, _ left: Double, _ right: Double) throws -> Slot? {
    switch op {
    case .add: return Slot(left + right)
    case .subtract: return Slot(left - right)
    case .multiply: return Slot(left * right)
    case .divide:
      if right == 0 { throw divisionByZero(op) }
      return Slot(left / right)
    case .floorDivide, .remainder:
      if right == 0 { throw divisionByZero(op) }
      let (quotient, rest) = quotientAndRest(left, right)
      return Slot(op == .floorDivide ? quotient : rest)
    case .power:
      if left == 0, right < 0 { throw divisionByZero(op) }
      if left < 0, right.rounded() != right {
        throw ScriptError("a negative number to a fractional power is not a real number", code: "E0410")
      }
      return Slot(pow(left, right))
    default: return nil
    }
  }

  /// Both from the exact rest: `1.0 // 0.1` is 9.0, as `1.0 / 0.1` was rounded up to 10.0.
  private static func quotientAndRest(_ left: Double, _ right: Double) -> (Double, Double) {
    var rest = fmod(left, right)
    var quotient = (left - rest) / right
    if rest == 0 {
      rest = copysign(0, right)
    } else if (rest < 0) != (right < 0) {
      rest += right
      quotient -= 1
    }
    if quotient == 0 { return (copysign(0, left / right), rest) }
    let whole = quotient.rounded(.down)
    return (quotient - whole > 0.5 ? whole + 1 : whole, rest)
  }

  /// -1, 0 or 1 as `integer` is less than, equal to or greater than `number`; nil where that is no number.
  ///
  /// Exact: an integer past 2^53 may have no float of its own.
  private static func order(_ integer: Int, _ number: Double) -> Int? {
    if number.isNaN { return nil }
    let rounded = Double(integer)
    if rounded != number { return rounded < number ? -1 : 1 }
    guard let other = Int(exactly: number) else { return -1 }
    return integer < other ? -1 : integer > other ? 1 : 0
  }

  static func isEqual(_ integer: Int, _ number: Double) -> Bool { order(integer, number) == 0 }

  static func compare(_ op: BinaryOperator, _ left: Slot, _ right: Slot) -> Bool? {
    func verdict<T: Comparable>(_ left: T, _ right: T) -> Bool? {
      op.relation.map { Machine.compare(left, right, $0) }
    }
    switch (left.tag, right.tag) {
    case (.int, .int), (.int, .bool), (.bool, .int), (.bool, .bool): return verdict(left.int, right.int)
    case (.float, .float): return verdict(left.float, right.float)
    case (.int, .float), (.bool, .float):
      return order(left.int, right.float).map { verdict($0, 0) } ?? (op.relation.map { $0 == 1 })
    case (.float, .int), (.float, .bool):
      return order(right.int, left.float).map { verdict(0, $0) } ?? (op.relation.map { $0 == 1 })
    default: return nil
    }
  }
}
