import TesseraScript

/// What `?name` shows.
public struct HelpPage {
  private let session: Session

  /// Help on the names of a session.
  public init(session: Session) { self.session = session }

  /// The page for a name, or for an attribute such as `net.forward`; nil where there is no such thing.
  public func text(for name: String) -> String? {
    let parts = name.split(separator: ".").map(String.init)
    if let page = method(parts) { return page }
    guard let first = parts.first, let value = value(named: first) else { return nil }
    guard parts.count > 1 else { return page(for: value, named: name) }
    let attributes = session.interpreter.attributeNames(of: value)
    guard attributes.contains(parts[1]) else { return nil }
    let line = "\(name): an attribute of \(first), a \(value.typeName)"
    let help = session.help(onAttribute: parts[1], of: value)
    return join([line, help?.summary ?? "", help?.details ?? ""])
  }

  /// The page of a method of the language's own types: `xs.append` of a variable, or `list.append` of the type.
  private func method(_ parts: [String]) -> String? {
    guard parts.count == 2 else { return nil }
    let typeName = parts[0] == "str" ? MethodOwner.string.rawValue : parts[0]
    let owner =
      session.interpreter.global(parts[0]).map(MethodOwner.init(of:)) ?? MethodOwner(rawValue: typeName)
    return owner.flatMap { Documentation($0, parts[1]) }.map(builtin)
  }

  /// The name closest to one that does not exist.
  public func suggestion(for name: String) -> String? {
    nearestName(to: name, among: session.interpreter.globalNames + session.interpreter.builtinNames)
  }

  private func value(named name: String) -> Value? {
    session.interpreter.global(name) ?? session.interpreter.builtin(name)
  }

  private func page(for value: Value, named name: String) -> String {
    if let documentation = Documentation(value) { return builtin(documentation) }
    return switch value {
    case .function(let function): join(["def \(function.signature)", function.documentation])
    case .modelType(let type): join(["model \(type.signature)", type.documentation, methods(of: type)])
    default: join(["\(name): \(value.typeName)", session.interpreter.describe(value), attributes(of: value)])
    }
  }

  private func builtin(_ documentation: Documentation) -> String {
    let help = documentation.help
    var example = ""
    if !help.example.isEmpty {
      let lines = help.example.lessonLines.map { "    " + $0 } + help.output.lessonLines.map { "    # " + $0 }
      example = "Example:\n" + lines.joined(separator: "\n")
    }
    return join([documentation.signature.description, help.summary, help.details, example])
  }

  private func methods(of type: ModelType) -> String {
    type.methodNames.isEmpty ? "" : "Methods: " + type.methodNames.joined(separator: " ")
  }

  private func attributes(of value: Value) -> String {
    let names = session.interpreter.attributeNames(of: value).filter { !$0.hasPrefix("_") }
    return names.isEmpty ? "" : "Attributes: " + names.joined(separator: " ")
  }

  private func join(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }
}
