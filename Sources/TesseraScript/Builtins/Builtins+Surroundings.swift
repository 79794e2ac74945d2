import Foundation

/// `print error exit time`.
extension Builtins {
  static var surroundings: [NativeFunction] {
    [
      NativeFunction(
        "print(*values, sep=\" \", end=\"\\n\")",
        help: Help(
          "Writes values as text, then a line's end.", example: "print(1, \"a\", sep=\"-\")", output: "1-a"),
        body: printed),
      NativeFunction(
        "error(message, hint=None)",
        help: Help(
          "Fails with a message; `catch` gets it.",
          example: "try { error(\"no data\") } catch e { e.message }",
          output: "")
      ) { arguments, _ in
        if case .host(let object as ErrorValue) = arguments["message"] { throw object.diagnostic }
        throw ScriptError(
          Text.plain(arguments["message"]), help: try arguments.optionalString("hint"), code: "E0421")
      },
      NativeFunction(
        "exit(status=0)", help: Help("Ends the program.")
      ) { arguments, _ in throw MachineStop.exit(try arguments.int("status")) },
      NativeFunction(
        "time()", help: Help("Seconds since the start of 1970, for measuring how long something takes.")
      ) { _, _ in .float(Date().timeIntervalSince1970) },
    ]
  }

  private static func printed(_ arguments: BoundArguments, _ interpreter: Interpreter) throws -> Value {
    let separator = try arguments.string("sep")
    let texts = try arguments.elements("values").map { try FormatSpec.format($0, spec: "") }
    interpreter.output(texts.joined(separator: separator) + (try arguments.string("end")))
    return .none
  }
}
