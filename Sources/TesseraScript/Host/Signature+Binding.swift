extension Signature {
  /// Places the arguments of a call: by place, by name, the rest, the defaults.
  public func bind(_ arguments: Arguments) throws -> BoundArguments {
    var values = [Value?](repeating: nil, count: parameters.count)
    try bindPositional(arguments.positional, &values)
    try bindNamed(arguments.named, &values)
    let given = values.map { $0 != nil }
    var complete: [Value] = []
    complete.reserveCapacity(parameters.count)
    for (index, parameter) in parameters.enumerated() {
      complete.append(try values[index] ?? fallback(parameter))
    }
    return BoundArguments(signature: self, values: complete, given: given)
  }

  private func fallback(_ parameter: Parameter) throws -> Value {
    switch parameter.kind {
    case .variadic: return .tuple([])
    case .keywordVariadic: return .map(MapObject())
    default:
      guard let value = parameter.defaultValue else {
        throw ScriptError(
          "\(name)() is missing its argument `\(parameter.name)`", help: "expected \(self)", code: "E0402")
      }
      return value
    }
  }

  private func bindPositional(_ given: [Value], _ values: inout [Value?]) throws {
    var next = 0
    for (index, parameter) in parameters.enumerated() {
      switch parameter.kind {
      case .plain, .positionalOnly:
        guard next < given.count else { continue }
        values[index] = given[next]
        next += 1
      case .variadic:
        values[index] = .tuple(Array(given[next...]))
        next = given.count
      case .keywordOnly, .keywordVariadic: break
      }
    }
    guard next < given.count else { return }
    throw ScriptError(
      "\(name)() takes \(counted(next, "argument")) by place, not \(given.count)", help: "expected \(self)",
      code: "E0402")
  }

  private func bindNamed(_ named: [(String, Value)], _ values: inout [Value?]) throws {
    var rest: [(String, Value)] = []
    for (argument, value) in named {
      let index = parameters.firstIndex {
        $0.name == argument && ($0.kind == .plain || $0.kind == .keywordOnly)
      }
      if let index {
        guard values[index] == nil else {
          throw ScriptError("\(name)() got `\(argument)` twice", help: "expected \(self)", code: "E0402")
        }
        values[index] = value
      } else if parameters.contains(where: { $0.kind == .keywordVariadic }) {
        rest.append((argument, value))
      } else {
        let known = parameters.filter { $0.kind == .plain || $0.kind == .keywordOnly }.map(\.name)
        throw ArgumentBinder.unknown(argument, known, name, self)
      }
    }
    if !rest.isEmpty, let index = parameters.firstIndex(where: { $0.kind == .keywordVariadic }) {
      values[index] = .map(MapObject(named: rest))
    }
  }
}
