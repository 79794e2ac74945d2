import Foundation

/// `int float str bool list tuple map type repr`.
extension Builtins {
  static var conversions: [NativeFunction] {
    [
      NativeFunction(
        Signature("str(value=\"\")"),
        help: Help("A value as text.", example: "str(1.5) + \"!\"", output: "'1.5!'"), fastCounts: 1...1,
        fast: { arguments, _, _ in
          if arguments[0].tag == .int {
            let number = arguments[0].int
            let count = TextWriter.length(of: number)
            return Slot(
              retaining: TextWriter.text(byteCount: count, isASCII: true) { $0.write(number) }, .string)
          }
          return Slot(.string(try FormatSpec.format(arguments[0].value, spec: "")))
        }, body: { arguments, _ in .string(try FormatSpec.format(arguments["value"], spec: "")) }),
      NativeFunction(
        "repr(value)",
        help: Help("A value as code would write it.", example: "repr(\"a\")", output: "\"'a'\"")
      ) { arguments, _ in .string(Describer.repr(arguments["value"])) },
      NativeFunction(
        Signature("int(value=0, base=10)"),
        help: Help(
          "A number cut to an integer, or text read as one.", example: "int(\"ff\", 16)", output: "255"),
        fastCounts: 1...1,
        fast: { arguments, _, _ in
          switch arguments[0].tag {
          case .int: arguments[0]
          case .float: Int(exactly: arguments[0].float.rounded(.towardZero)).map { Slot($0) }
          default: nil
          }
        }, body: int),
      NativeFunction(
        Signature("float(value=0.0)"),
        help: Help("A number as a float, or text read as one.", example: "float(\"1e-3\")", output: "0.001"),
        fastCounts: 1...1,
        fast: { arguments, _, _ in
          switch arguments[0].tag {
          case .float: arguments[0]
          case .int: Slot(Double(arguments[0].int))
          default: nil
          }
        }, body: float),
      NativeFunction(
        "bool(value=False)",
        help: Help("Whether a value counts as true.", example: "bool([])", output: "False")
      ) { arguments, _ in
        let slot = Slot(arguments["value"])
        defer { slot.release() }
        return .bool(try Truth.of(slot))
      },
      NativeFunction(
        "list(values=())",
        help: Help("A new list of what can be walked over.", example: "list(range(3))", output: "[0, 1, 2]")
      ) { arguments, interpreter in list(owning: try slots(arguments["values"], interpreter)) },
      NativeFunction(
        "tuple(values=())",
        help: Help("A tuple of what can be walked over.", example: "tuple([1, 2])", output: "(1, 2)")
      ) { arguments, interpreter in .tuple(try elements(arguments["values"], interpreter)) },
      NativeFunction(
        "type(value)", help: Help("The name of a value's type.", example: "type(1.0)", output: "'float'")
      ) { arguments, _ in .string(arguments["value"].typeName) },
    ]
  }

  private static func int(_ arguments: BoundArguments, _ interpreter: Interpreter) throws -> Value {
    switch arguments["value"] {
    case .int where arguments.isGiven("base"), .bool where arguments.isGiven("base"):
      throw ScriptError("int() takes a base only with text", code: "E0403")
    case .int(let value): return .int(value)
    case .bool(let value): return .int(value ? 1 : 0)
    case .float(let value):
      guard let whole = Int(exactly: value.rounded(.towardZero)) else {
        throw ScriptError("\(NumberText.shortest(value)) does not fit in an integer", code: "E0409")
      }
      return .int(whole)
    case .string(let text):
      let base = try arguments.int("base")
      guard (2...36).contains(base) else {
        throw ScriptError("int() takes a base from 2 to 36", code: "E0403")
      }
      let digits = text.filter { $0 != "_" && !$0.isWhitespace }
      guard let value = Int(digits.replacingOccurrences(of: base == 16 ? "0x" : "\0", with: ""), radix: base)
      else {
        throw ScriptError(
          "\(Describer.quoted(text)) is not an integer",
          help: Double(text) == nil ? nil : "write int(float(x))",
          code: "E0418")
      }
      return .int(value)
    case .host(let object):
      // A tensor of one element converts by way of its `item`.
      if let value = try item(of: object, interpreter) {
        return try int(rebound(arguments, value), interpreter)
      }
      throw arguments.mismatch("value", "a number or text")
    default: throw arguments.mismatch("value", "a number or text")
    }
  }

  private static func float(_ arguments: BoundArguments, _ interpreter: Interpreter) throws -> Value {
    switch arguments["value"] {
    case .int(let value): return .float(Double(value))
    case .bool(let value): return .float(value ? 1 : 0)
    case .float(let value): return .float(value)
    case .string(let text):
      let trimmed = text.trimmingCharacters(in: .whitespaces)
      guard let value = Double(trimmed) else {
        throw ScriptError("\(Describer.quoted(text)) is not a number", code: "E0418")
      }
      return .float(value)
    case .host(let object):
      if let value = try item(of: object, interpreter) {
        return try float(rebound(arguments, value), interpreter)
      }
      throw arguments.mismatch("value", "a number or text")
    default: throw arguments.mismatch("value", "a number or text")
    }
  }

  private static func item(of object: HostObject, _ interpreter: Interpreter) throws -> Value? {
    guard case .native(let item)? = try object.attribute("item") else { return nil }
    return try item.call(Arguments(), interpreter)
  }

  private static func rebound(_ arguments: BoundArguments, _ value: Value) -> BoundArguments {
    var result = arguments
    result.values[0] = value
    return result
  }
}
