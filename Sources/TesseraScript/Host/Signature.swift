/// What a native function accepts, as data: it binds arguments and explains what was expected.
public struct Signature {
  /// How a parameter takes its argument.
  public enum Kind: Sendable {
    /// By place or by name.
    case plain
    /// By place only: `x, /` in Python.
    case positionalOnly
    /// Every further argument given by place: `*shape`.
    case variadic
    /// By name only.
    case keywordOnly
    /// Every further argument given by name: `**options`.
    case keywordVariadic
  }

  /// One parameter.
  public struct Parameter {
    /// Its name.
    public var name: String
    /// How it takes its argument.
    public var kind: Kind
    /// What it is when not given; nil where it must be given.
    public var defaultValue: Value?
    /// The default as it is shown.
    public var defaultText: String?

    /// A parameter of its parts.
    public init(_ name: String, kind: Kind = .plain, default value: Value? = nil, shownAs text: String? = nil)
    {
      self.name = name
      self.kind = kind
      self.defaultValue = value
      self.defaultText = text
    }
  }

  /// The function's name.
  public let name: String
  /// The parameters in order.
  public let parameters: [Parameter]

  /// A signature of its parts.
  public init(name: String, parameters: [Parameter]) {
    self.name = name
    self.parameters = parameters
  }

  /// A signature written as it is shown, such as `randn(*shape, dtype=None, requires_grad=False)`.
  ///
  /// Defaults are literals: numbers, strings, `None`, `True`, `False`. `/` ends the positional-only parameters,
  /// `*` alone starts the keyword-only ones. The text is the host's own, never a user's.
  public init(_ text: String) {
    (name, parameters) = SignatureParser.parse(text)
  }
}

extension Signature: CustomStringConvertible {
  /// The signature as it is written: `randn(*shape, dtype=None)`.
  public var description: String {
    var parts: [String] = []
    for (index, parameter) in parameters.enumerated() {
      let previous = index > 0 ? parameters[index - 1].kind : nil
      if previous == .positionalOnly, parameter.kind != .positionalOnly { parts.append("/") }
      if parameter.kind == .keywordOnly, previous != .keywordOnly, previous != .variadic { parts.append("*") }
      parts.append(parameter.shown)
    }
    if parameters.last?.kind == .positionalOnly { parts.append("/") }
    return "\(name)(\(parts.joined(separator: ", ")))"
  }
}

extension Signature.Parameter {
  var shown: String {
    let star = kind == .variadic ? "*" : kind == .keywordVariadic ? "**" : ""
    guard defaultValue != nil, let text = defaultText else { return star + name }
    return "\(star)\(name)=\(text)"
  }
}
