extension Value {
  /// What `type(x)` calls it.
  public var typeName: String {
    switch self {
    case .none: "None"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "string"
    case .list: "list"
    case .tuple: "tuple"
    case .map: "map"
    case .range: "range"
    case .function, .native: "function"
    case .modelType: "model"
    case .instance(let instance): instance.type.name
    case .host(let object): object.typeName
    }
  }

  /// The elements of a list, tuple or range; nil for other values.
  func sequenceElements() throws -> [Value]? {
    switch self {
    case .list(let list): return list.values
    case .tuple(let values): return Array(values)
    case .range(let range):
      try Machine.checkList(range.count)
      return (0..<range.count).map { .int(range.number(at: $0)) }
    default: return nil
    }
  }

  /// The description cut to a length that fits inside a sentence.
  public var shortDescription: String {
    let text = Describer.repr(self, atMost: 40)
    return text.count > 40 ? text.prefix(39) + "…" : text
  }
}
