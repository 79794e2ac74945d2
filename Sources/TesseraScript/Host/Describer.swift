/// Values as text.
enum Describer {
  static func repr(_ value: Value) -> String { value.typeName }
}
