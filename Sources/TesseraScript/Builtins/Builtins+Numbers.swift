import Foundation

/// `sum min max abs round divmod`.
extension Builtins {
  static var numbers: [NativeFunction] {
    [
      NativeFunction(
        "sum(values, start=0)",
        help: Help("The sum of the elements.", example: "sum([1, 2, 3])", output: "6"), body: sum),
      NativeFunction(
        Signature("min(*values, key=None, default=None)"),
        help: Help(
          "The smallest of the arguments, or of one argument's elements.", example: "min(3, 1, 2)",
          output: "1"), fastCounts: 2...2, fast: { arguments, _, _ in lesser(arguments[0], arguments[1]) },
        body: { arguments, interpreter in try extreme(arguments, interpreter, largest: false) }),
      NativeFunction(
        Signature("max(*values, key=None, default=None)"),
        help: Help(
          "The largest of the arguments, or of one argument's elements.", example: "max([3, 1, 2])",
          output: "3"), fastCounts: 2...2, fast: { arguments, _, _ in greater(arguments[0], arguments[1]) },
        body: { arguments, interpreter in try extreme(arguments, interpreter, largest: true) }),
      NativeFunction(
        Signature("abs(value, /)"), help: Help("A number without its sign.", example: "abs(-2)", output: "2"),
        fastCounts: 1...1,
        fast: { arguments, _, _ in
          switch arguments[0].tag {
          case .float: Slot(arguments[0].float.magnitude)
          case .int where arguments[0].int != .min: Slot(Int(arguments[0].int.magnitude))
          default: nil
          }
        }, body: absolute),
      NativeFunction(
        "round(value, digits=None)",
        help: Help(
          "A number rounded, half to even; without digits an integer.", example: "round(2.675, 1)",
          output: "2.7"),
        body: rounded),
      NativeFunction(
        "divmod(a, b, /)", help: Help("Quotient and remainder.", example: "divmod(7, 3)", output: "(2, 1)")
      ) { arguments, interpreter in
        let (left, right) = (Slot(arguments["a"]), Slot(arguments["b"]))
        defer {
          left.release()
          right.release()
        }
        return .tuple(
          try [BinaryOperator.floorDivide, .remainder].map { op in
            let result = try interpreter.machine.binary(op, left, right)
            defer { result.release() }
            return result.value
          })
      },
    ]
  }

  private static func sum(_ arguments: BoundArguments, _ interpreter: Interpreter) throws -> Value {
    if case .host(let object) = arguments["values"], let method = try object.attribute("sum") {
      return try interpreter.call(method, Arguments())
    }
    let slots = try slots(arguments["values"], interpreter)
    var total = Slot(arguments["start"])
    defer {
      total.release()
      for slot in slots { slot.release() }
    }
    for slot in slots {
      let next = try interpreter.machine.binary(.add, total, slot)
      total.release()
      total = next
    }
    return total.value
  }

  private static func extreme(
    _ arguments: BoundArguments, _ interpreter: Interpreter, largest: Bool
  ) throws -> Value {
    var values = try arguments.elements("values")
    if values.count == 1 {
      if case .host(let object) = values[0], let method = try object.attribute(largest ? "max" : "min") {
        return try interpreter.call(method, Arguments())
      }
      values = try elements(values[0], interpreter)
    }
    guard !values.isEmpty else {
      if arguments.isGiven("default") { return arguments["default"] }
      throw ScriptError(
        "\(arguments.signature.name)() of nothing", help: "default=… gives a value for that", code: "E0403")
    }
    var best = values[0]
    var bestKey = try key(best, arguments, interpreter)
    defer { bestKey.release() }
    for value in values.dropFirst() {
      var next = try key(value, arguments, interpreter)
      defer { next.release() }
      if try interpreter.machine.compare(largest ? .greater : .less, next, bestKey) {
        best = value
        swap(&bestKey, &next)
      }
    }
    return best
  }

  /// The lesser of two numbers of one type, the first where they are equal or have no order; nil for anything else.
  private static func lesser(_ first: Slot, _ second: Slot) -> Slot? {
    switch (first.tag, second.tag) {
    case (.int, .int): second.int < first.int ? second : first
    case (.float, .float): second.float < first.float ? second : first
    default: nil
    }
  }

  private static func greater(_ first: Slot, _ second: Slot) -> Slot? {
    switch (first.tag, second.tag) {
    case (.int, .int): second.int > first.int ? second : first
    case (.float, .float): second.float > first.float ? second : first
    default: nil
    }
  }

  private static func key(_ value: Value, _ arguments: BoundArguments, _ interpreter: Interpreter) throws
    -> Slot
  {
    if case .none = arguments["key"] { return Slot(value) }
    return Slot(try interpreter.call(arguments["key"], Arguments([value])))
  }

  private static func absolute(_ arguments: BoundArguments, _ interpreter: Interpreter) throws -> Value {
    switch arguments["value"] {
    case .int(let value):
      if value == .min { throw Arithmetic.overflow(.subtract, Slot(0), Slot(value)) }
      return .int(abs(value))
    case .float(let value): return .float(abs(value))
    case .bool(let value): return .int(value ? 1 : 0)
    case .host(let object):
      if let method = try object.attribute("abs") { return try interpreter.call(method, Arguments()) }
      throw arguments.mismatch("value", "a number")
    default: throw arguments.mismatch("value", "a number")
    }
  }

  private static func rounded(_ arguments: BoundArguments, _ interpreter: Interpreter) throws -> Value {
    let digits = try arguments.optionalInt("digits")
    switch arguments["value"] {
    case .int(let value):
      return .int(try digits.map { try rounded(value, to: $0) } ?? value)
    case .bool(let value):
      return .int(try digits.map { try rounded(value ? 1 : 0, to: $0) } ?? (value ? 1 : 0))
    case .float(let value):
      guard let digits else {
        guard let whole = Int(exactly: value.rounded(.toNearestOrEven)) else {
          throw ScriptError("\(NumberText.shortest(value)) does not fit in an integer", code: "E0409")
        }
        return .int(whole)
      }
      guard value.isFinite, digits.magnitude < 300 else {
        return .float(digits < 0 && value.isFinite ? 0 : value)
      }
      if digits >= 0 { return .float(Double(String(format: "%.\(digits)f", value)) ?? value) }
      let unit = pow(10, Double(-digits))
      return .float((value / unit).rounded(.toNearestOrEven) * unit)
    case .host(let object):
      if let method = try object.attribute("round") { return try interpreter.call(method, Arguments()) }
      throw arguments.mismatch("value", "a number")
    default: throw arguments.mismatch("value", "a number")
    }
  }

  /// An integer rounded to tens, hundreds, …: half to even.
  private static func rounded(_ value: Int, to digits: Int) throws -> Int {
    // Half of 10^20 is more than any integer.
    if digits >= 0 || digits < -19 { return digits < 0 ? 0 : value }
    let unit = (0..<(-digits)).reduce(UInt(1)) { unit, _ in unit * 10 }
    let (count, rest) = value.magnitude.quotientAndRemainder(dividingBy: unit)
    let roundsUp = rest > unit / 2 || (rest == unit / 2 && count % 2 == 1)
    let (size, overflow) = (count + (roundsUp ? 1 : 0)).multipliedReportingOverflow(by: unit)
    guard !overflow, let magnitude = Int(exactly: size) else {
      throw ScriptError(
        "\(value) rounded does not fit in 64 bits", help: "use floats for numbers this large: float(x)",
        code: "E0409")
    }
    return value < 0 ? -magnitude : magnitude
  }
}
