/// A caught error as a value: `e.message`, `e.kind`, `e.code`, `e.hint`, `e.line`.
final class ErrorValue: HostObject {
  let diagnostic: Diagnostic

  init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }

  override var typeName: String { "error" }
  override var attributeNames: [String] {
    ["message", "kind", "code", "hint", "line", "column", "file", "text"]
  }
  override func attribute(_ name: String) -> Value? {
    switch name {
    case "message": .string(diagnostic.title)
    case "kind": .string(diagnostic.kind.rawValue)
    case "code": .string(diagnostic.code)
    case "hint": diagnostic.help.map { .string($0) } ?? Value.none
    case "line": .int(diagnostic.location.line)
    case "column": .int(diagnostic.location.column)
    case "file": .string(diagnostic.location.name)
    case "text": .string(diagnostic.rendered(color: false))
    default: nil
    }
  }
  override func describe() -> String { "error(\"\(diagnostic.title)\")" }
  override func format(spec: String) throws -> String? {
    spec.isEmpty ? diagnostic.title : nil
  }
}
