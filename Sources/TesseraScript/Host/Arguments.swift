/// The arguments of a call as they were written.
public struct Arguments {
  /// The arguments given by place.
  public var positional: [Value]
  /// The arguments given by name, in order.
  public var named: [(String, Value)]

  /// Arguments of a call.
  public init(_ positional: [Value] = [], named: [(String, Value)] = []) {
    self.positional = positional
    self.named = named
  }
}

/// The arguments of a call after its signature placed them: one value a parameter.
public struct BoundArguments {
  /// The signature that placed them.
  public let signature: Signature
  /// One value a parameter; a variadic parameter's is a tuple, `**options` a map.
  public internal(set) var values: [Value]
  var given: [Bool]

  /// The value of the parameter called `name`.
  public subscript(name: String) -> Value { values[place(name)] }
  /// The value of the parameter at `index`.
  public subscript(index: Int) -> Value { values[index] }
  /// Whether the caller gave it, rather than the default.
  public func isGiven(_ name: String) -> Bool { given[place(name)] }

  private func place(_ name: String) -> Int {
    guard let index = signature.parameters.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("\(signature) has no parameter \(name)")
    }
    return index
  }
}

extension BoundArguments {
  /// An integer.
  public func int(_ name: String) throws -> Int {
    if case .int(let value) = self[name] { return value }
    throw mismatch(name, "an integer")
  }

  /// An integer or None.
  public func optionalInt(_ name: String) throws -> Int? { try isNone(name) ? nil : int(name) }

  /// A number.
  public func float(_ name: String) throws -> Double {
    switch self[name] {
    case .int(let value): return Double(value)
    case .float(let value): return value
    default: throw mismatch(name, "a number")
    }
  }

  /// A number or None.
  public func optionalFloat(_ name: String) throws -> Double? { try isNone(name) ? nil : float(name) }

  /// True or False.
  public func bool(_ name: String) throws -> Bool {
    if case .bool(let value) = self[name] { return value }
    throw mismatch(name, "True or False")
  }

  /// A string.
  public func string(_ name: String) throws -> String {
    if case .string(let value) = self[name] { return value }
    throw mismatch(name, "a string")
  }

  /// A string or None.
  public func optionalString(_ name: String) throws -> String? { try isNone(name) ? nil : string(name) }

  /// The elements of a list, tuple, range or variadic parameter.
  public func elements(_ name: String) throws -> [Value] {
    guard let elements = try self[name].sequenceElements() else { throw mismatch(name, "a list or tuple") }
    return elements
  }

  /// Integers: one integer, or a list or tuple of them.
  ///
  /// `zeros(2, 3)` and `zeros((2, 3))` both read as `[2, 3]`.
  public func ints(_ name: String) throws -> [Int] {
    if case .int(let one) = self[name] { return [one] }
    var items = try elements(name)
    if items.count == 1, let inner = try items[0].sequenceElements() { items = inner }
    return try items.map {
      guard case .int(let value) = $0 else { throw mismatch(name, "integers") }
      return value
    }
  }

  /// Integers, or nil for None.
  public func optionalInts(_ name: String) throws -> [Int]? { try isNone(name) ? nil : ints(name) }

  /// A host object of the given class.
  public func host<T: HostObject>(_ name: String, as type: T.Type, _ expected: String) throws -> T {
    if case .host(let object) = self[name], let result = object as? T { return result }
    throw mismatch(name, expected)
  }

  /// A host object of the given class, or None.
  public func optionalHost<T: HostObject>(_ name: String, as type: T.Type, _ expected: String) throws -> T? {
    try isNone(name) ? nil : host(name, as: type, expected)
  }

  /// The arguments a `**options` parameter collected.
  public func options(_ name: String) -> [(String, Value)] {
    guard case .map(let map) = self[name] else { return [] }
    return map.entries.compactMap { entry in
      guard case .string(let key) = entry.key else { return nil }
      return (key, entry.value)
    }
  }

  /// The error for an argument of the wrong kind.
  public func mismatch(_ name: String, _ expected: String) -> ScriptError {
    let found = self[name]
    return ScriptError(
      "\(signature.name)(): \(name) must be \(expected), not \(found.typeName) (\(found.shortDescription))",
      help: "expected \(signature)", code: "E0403")
  }

  private func isNone(_ name: String) -> Bool {
    if case .none = self[name] { return true }
    return false
  }
}
