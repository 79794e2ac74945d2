/// The types whose methods the language brings itself, under the names that `type(x)` gives.
public enum MethodOwner: String, CaseIterable, Sendable {
  case string, list, map, tuple

  /// The owner of a value's methods; nil for values whose methods are the host's or a model's.
  public init?(of value: Value) {
    switch value {
    case .string: self = .string
    case .list: self = .list
    case .map: self = .map
    case .tuple: self = .tuple
    default: return nil
    }
  }

  /// The names of its methods.
  public var methodNames: [String] { methods.keys.sorted() }

  /// Signature and help of a method; nil where there is none of that name.
  public func documentation(of name: String) -> (signature: Signature, help: Help)? {
    methods[name].map { ($0.signature, help[name] ?? Help()) }
  }

  private var methods: [String: Method] {
    switch self {
    case .string: StringMethods.table
    case .list: ListMethods.table
    case .map: MapMethods.table
    case .tuple: TupleMethods.table
    }
  }

  private var help: [String: Help] {
    switch self {
    case .string: MethodHelp.string
    case .list: MethodHelp.list
    case .map: MethodHelp.map
    case .tuple: MethodHelp.tuple
    }
  }
}
