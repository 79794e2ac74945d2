import TesseraScript
import TesseraTensor

/// Nested lists of numbers on their way to a tensor, and back.
struct TensorLiteral {
  private(set) var extents: [Int] = []
  private(set) var numbers: [Double] = []
  private var integers: [Int64] = []
  private var kind = Kind.bool
  /// The type of a tensor among the values: kept when all values come from tensors.
  private var tensorType: DType?

  /// What the values are, from the narrowest on.
  private enum Kind: Int { case bool, int, float }

  /// Reads a number, a list, a tuple, a range or a tensor, nested to any depth.
  ///
  /// - Throws: when rows differ in length or something is no number.
  init(_ value: Value) throws {
    try append(value, depth: 0)
    if numbers.isEmpty { kind = .float }
  }

  /// The type PyTorch gives these values.
  var naturalType: DType {
    switch kind {
    case .bool: .bool
    case .int: .int64
    case .float: tensorType ?? .float32
    }
  }

  func tensor(_ dtype: DType?, in engine: Engine) throws -> Tensor {
    let dtype = dtype ?? naturalType
    let shape = Shape(extents)
    // Integers beyond 2^53 do not pass through Double.
    if dtype == .int64, kind != .float { return try engine.tensor(copying: integers, shape, dtype: .int64) }
    return try engine.tensor(numbers, shape, dtype: dtype)
  }

  private mutating func append(_ value: Value, depth: Int) throws {
    switch value {
    case .bool(let flag): try leaf(flag ? 1 : 0, flag ? 1 : 0, .bool, depth)
    case .int(let number): try leaf(Double(number), Int64(number), .int, depth)
    case .float(let number): try leaf(number, 0, .float, depth)
    case .host(let object as TensorObject): try append(object.tensor, depth: depth)
    case .range(let range):
      try row(stride(from: range.start, to: range.stop, by: range.step).map { .int($0) }, depth)
    default:
      guard let items = value.items else {
        throw ScriptError("tensor() takes numbers and lists of them, not \(value.typeName)", code: "E0403")
      }
      try row(items, depth)
    }
  }

  private mutating func append(_ tensor: Tensor, depth: Int) throws {
    guard tensor.rank > 0 else {
      let kind: Kind = tensor.dtype == .bool ? .bool : tensor.dtype.isFloatingPoint ? .float : .int
      if kind == .float { tensorType = DType.promoted(tensor.dtype, tensorType ?? tensor.dtype) }
      let number = try tensor.item()
      return try leaf(number, kind == .float ? 0 : Int64(tensor.integers()[0]), kind, depth)
    }
    try row(
      (0..<tensor.shape[0]).map {
        .host(TensorObject(try tensor.selected(dim: 0, index: $0), .init(engine: tensor.engine)))
      }, depth)
  }

  private mutating func row(_ items: [Value], _ depth: Int) throws {
    guard depth < Self.deepest else {
      throw ScriptError("tensor(): lists nested deeper than \(Self.deepest)")
    }
    try match(items.count, at: depth)
    for item in items { try append(item, depth: depth + 1) }
  }

  /// More axes than any op takes; a list that holds itself ends here.
  private static let deepest = 32

  private mutating func leaf(_ number: Double, _ integer: Int64, _ kind: Kind, _ depth: Int) throws {
    if depth != extents.count {
      guard numbers.isEmpty, depth > extents.count || extents.isEmpty else {
        throw ScriptError("tensor(): a number stands where others are lists", code: "E0801")
      }
    }
    if kind.rawValue > self.kind.rawValue { self.kind = kind }
    numbers.append(number)
    integers.append(integer)
  }

  private mutating func match(_ count: Int, at depth: Int) throws {
    if depth == extents.count, numbers.isEmpty { return extents.append(count) }
    guard depth < extents.count, extents[depth] == count else {
      let expected = depth < extents.count ? "\(extents[depth])" : "a number"
      throw ScriptError(
        "tensor(): rows of one axis differ in length: \(expected) and \(count) at depth \(depth)",
        code: "E0801")
    }
  }
}

extension Tensor {
  /// The values as nested lists, or one number for a tensor without axes.
  func nestedLists() throws -> Value {
    let leaves = try scalars()
    var position = 0
    func build(_ axis: Int) -> Value {
      if axis == rank {
        defer { position += 1 }
        return leaves[position]
      }
      return .list(ListObject((0..<shape[axis]).map { _ in build(axis + 1) }))
    }
    return build(0)
  }

  /// The values in row-major order, as numbers of the language.
  func scalars() throws -> [Value] {
    switch dtype {
    case .bool: try doubles().map { .bool($0 != 0) }
    case .int32, .int64: try integers().map { .int($0) }
    default: try doubles().map { .float($0) }
    }
  }
}
