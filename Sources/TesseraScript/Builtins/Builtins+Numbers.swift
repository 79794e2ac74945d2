import Foundation

/// `sum min max abs round divmod`.
extension Builtins {
  static var numbers: [NativeFunction] {
    [
      NativeFunction(
        "sum(values, start=0)",
        help: Help("The sum of the elements.", example: "sum([1, 2, 3])", output: "6"), body: sum),
      NativeFunction(
        "min(*values, key=None, default=None)",
        help: Help(
          "The smallest of the arguments, or of one argument's elements.", example: "min(3, 1, 2)",
          output: "1")
      ) { arguments, interpreter in try extreme(arguments, interpreter, largest: false) },
      NativeFunction(
        "max(*values, key=None, default=None)",
        help: Help(
          "The largest of the arguments, or of one argument's elements.", example: "max([3, 1, 2])",
          output: "3")
      ) { arguments, interpreter in try extreme(arguments, interpreter, largest: true) },
      NativeFunction(
        "abs(value, /)", help: Help("A number without its sign.", example: "abs(-2)", output: "2"),
        body: absolute),
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
        return .tuple([
          try interpreter.machine.binary(.floorDivide, left, right).value,
          try interpreter.machine.binary(.remainder, left, right).value,
        ])
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
      let next = try key(value, arguments, interpreter)
      if try interpreter.machine.compare(largest ? .greater : .less, next, bestKey) {
        swap(&best, value)
        bestKey.release()
        bestKey = next
      } else {
        next.release()
      }
    }
    return best
  }

  private static func swap(_ best: inout Value, _ value: Value) { best = value }

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
      guard let digits, digits < 0 else { return .int(value) }
      guard digits > -19 else { return .int(0) }
      let unit = pow(10, Double(-digits))
      return .int(Int((Double(value) / unit).rounded(.toNearestOrEven) * unit))
    case .float(let value):
      guard let digits else {
        guard let whole = Int(exactly: value.rounded(.toNearestOrEven)) else {
          throw ScriptError("\(NumberText.shortest(value)) does not fit in an integer", code: "E0409")
        }
        return .int(whole)
      }
      guard value.isFinite, abs(digits) < 300 else { return .float(value) }
      if digits >= 0 { return .float(Double(String(format: "%.\(digits)f", value)) ?? value) }
      let unit = pow(10, Double(-digits))
      return .float((value / unit).rounded(.toNearestOrEven) * unit)
    case .host(let object):
      if let method = try object.attribute("round") { return try interpreter.call(method, Arguments()) }
      throw arguments.mismatch("value", "a number")
    default: throw arguments.mismatch("value", "a number")
    }
  }
}
