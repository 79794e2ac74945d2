/// A syntax tree as indented text: a node a line.
enum SyntaxPrinter {
  static func text(of statements: [Statement]) -> String {
    statements.map { describe($0.kind, indent: 0) }.joined(separator: "\n")
  }

  /// The tree is plain data, so its shape can be read off it: a case's name, then what it holds.
  private static func describe(_ node: Any, indent: Int) -> String {
    let lead = String(repeating: "  ", count: indent)
    if let value = node as? Expression { return describe(value.kind, indent: indent) }
    if let value = node as? Statement { return describe(value.kind, indent: indent) }
    let mirror = Mirror(reflecting: node)
    if mirror.displayStyle == .enum { return lead + enumeration(node, mirror, indent) }
    if mirror.displayStyle == .optional {
      return mirror.children.first.map { describe($0.value, indent: indent) } ?? lead + "nothing"
    }
    if mirror.displayStyle == .collection || mirror.displayStyle == .tuple || mirror.displayStyle == .struct
      || mirror.displayStyle == .class
    {
      let children = mirror.children.filter { !($0.value is Span) && $0.label != "documentation" }
      if children.isEmpty { return lead + "nothing" }
      return children.map { describe($0.value, indent: indent) }.joined(separator: "\n")
    }
    return lead + "\(node)"
  }

  private static func enumeration(_ node: Any, _ mirror: Mirror, _ indent: Int) -> String {
    guard let child = mirror.children.first else { return "\(node)" }
    let name = child.label ?? ""
    let payload = Mirror(reflecting: child.value)
    if payload.displayStyle == nil { return "\(name) \(child.value)" }
    return name + "\n" + describe(child.value, indent: indent + 1)
  }
}
