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
  var sequenceElements: [Value]? {
    switch self {
    case .list(let list): list.values
    case .tuple(let values): values
    case .range(let range): stride(from: range.start, to: range.stop, by: range.step).map { .int($0) }
    default: nil
    }
  }

  /// The description cut to a length that fits inside a sentence.
  var shortDescription: String {
    let text = Describer.repr(self)
    return text.count > 40 ? text.prefix(39) + "…" : text
  }
}
