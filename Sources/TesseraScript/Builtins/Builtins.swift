import Foundation

/// The base builtins every program may count on.
enum Builtins {
  static func install(in interpreter: Interpreter) {
    for function in conversions + sequences + numbers + surroundings { interpreter.defineBuiltin(function) }
    interpreter.defineBuiltin("builtin", .host(BuiltinNamespace(interpreter)))
  }

  static func slots(_ value: Value, _ interpreter: Interpreter) throws -> ContiguousArray<Slot> {
    let slot = Slot(value)
    defer { slot.release() }
    return try interpreter.machine.elements(of: slot)
  }

  /// The elements of anything that can be walked over.
  static func elements(_ value: Value, _ interpreter: Interpreter) throws -> [Value] {
    let slots = try slots(value, interpreter)
    defer { for slot in slots { slot.release() } }
    return slots.map(\.value)
  }

  static func list(owning slots: ContiguousArray<Slot>) -> Value { .list(ListObject(owning: slots)) }
}

/// `builtin.NAME`: the builtins, also where a session variable hides one.
final class BuiltinNamespace: HostObject {
  private unowned let interpreter: Interpreter

  init(_ interpreter: Interpreter) { self.interpreter = interpreter }

  override var typeName: String { "builtin" }
  override func attribute(_ name: String) -> Value? { interpreter.builtin(name) }
  override var attributeNames: [String] { interpreter.builtinNames }
}
