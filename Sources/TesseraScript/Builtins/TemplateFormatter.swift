/// `"{} {0:.2f} {name}".format(…)`.
struct TemplateFormatter {
  let template: String
  let values: [Value]
  let named: [(String, Value)]
  let interpreter: Interpreter

  func formatted() throws -> String {
    var result = ""
    var next = 0
    var rest = template[...]
    while let character = rest.first {
      rest.removeFirst()
      if character == "{" || character == "}", rest.first == character {
        rest.removeFirst()
        result.append(character)
      } else if character == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw unclosed() }
        result += try field(String(rest[..<end]), &next)
        rest = rest[rest.index(after: end)...]
      } else if character == "}" {
        throw ScriptError("a single `}` in a format", help: "write `}}` for a brace", code: "E0417")
      } else {
        result.append(character)
      }
    }
    return result
  }

  private func unclosed() -> ScriptError {
    ScriptError("a `{` of the format is not closed", help: "write `{{` for a brace", code: "E0417")
  }

  private func field(_ text: String, _ next: inout Int) throws -> String {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var path = parts[0]
    let isRepr = path.hasSuffix("!r")
    if isRepr { path.removeLast(2) }
    var value = try root(path, &next)
    for name in path.split(separator: ".").dropFirst() { value = try attribute(String(name), of: value) }
    if isRepr { value = .string(Describer.repr(value)) }
    return try FormatSpec.format(value, spec: parts.count > 1 ? parts[1] : "")
  }

  private func root(_ path: String, _ next: inout Int) throws -> Value {
    let name = String(path.prefix { $0 != "." })
    if name.isEmpty || Int(name) != nil {
      let place = Int(name) ?? next
      if name.isEmpty { next += 1 }
      guard values.indices.contains(place) else {
        throw ScriptError("the format asks for value \(place), but there are \(values.count)", code: "E0417")
      }
      return values[place]
    }
    guard let value = named.first(where: { $0.0 == name })?.1 else {
      throw ScriptError(
        "the format asks for `\(name)`", help: Suggestion.sentence(for: name, among: named.map(\.0)),
        code: "E0417")
    }
    return value
  }

  private func attribute(_ name: String, of value: Value) throws -> Value {
    let slot = Slot(value)
    defer { slot.release() }
    let result = try interpreter.machine.attribute(name, of: slot)
    defer { result.release() }
    return result.value
  }
}
