/// The extents of a tensor, slowest axis first in row-major order.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// One extent an axis; an empty list is a scalar.
  public var extents: [Int]

  /// Makes a shape from its extents.
  public init(_ extents: [Int]) { self.extents = extents }

  /// Makes a shape from a literal such as `[2, 3]`.
  public init(arrayLiteral elements: Int...) { extents = elements }

  /// The number of axes.
  public var rank: Int { extents.count }

  /// The number of elements; 1 for a scalar.
  public var count: Int { extents.reduce(1, *) }

  /// The extent of one axis.
  public subscript(axis: Int) -> Int {
    get { extents[axis] }
    set { extents[axis] = newValue }
  }

  /// The shape as PyTorch prints it: `(2, 3)`, with the comma of a one-element tuple.
  public var description: String {
    extents.count == 1 ? "(\(extents[0]),)" : "(" + extents.map(String.init).joined(separator: ", ") + ")"
  }

  /// Strides, in elements, of a row-major tensor of this shape.
  public var rowMajorStrides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * max(1, extents[axis + 1])
    }
    return strides
  }

  /// Axis `axis` counted from the front; negative values count from the back.
  public func axis(_ axis: Int, op: String) throws -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    guard resolved >= 0 && resolved < max(rank, 1) else {
      throw TensorError.axisOutOfRange(op: op, axis: axis, shape: self)
    }
    return resolved
  }

  /// The shape both operands stretch to under NumPy's rule: align at the right, an extent of 1 repeats.
  public static func broadcast(_ a: Shape, _ b: Shape, op: String) throws -> Shape {
    let rank = max(a.rank, b.rank)
    var extents = [Int](repeating: 1, count: rank)
    for fromRight in 1...max(rank, 1) where fromRight <= rank {
      let left = fromRight <= a.rank ? a[a.rank - fromRight] : 1
      let right = fromRight <= b.rank ? b[b.rank - fromRight] : 1
      guard left == right || left == 1 || right == 1 else {
        throw TensorError.shapesDoNotBroadcast(op: op, a, b, axisFromRight: fromRight)
      }
      extents[rank - fromRight] = left == 1 ? right : left
    }
    return Shape(extents)
  }
}
