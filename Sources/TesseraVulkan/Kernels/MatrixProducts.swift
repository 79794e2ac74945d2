import TesseraTensor

extension VulkanBackend {
  /// The shape in which the device multiplies a type's matrices by itself; nil where it does not, or wrongly.
  func matrixShape(for dtype: DType) throws -> MatrixShape? {
    guard let shape = matrixShapes[dtype] else { return nil }
    return try isExact(dtype, shape) ? shape : nil
  }

  /// What became of the products that the device claims, by type.
  public func matrixProducts() throws -> [MatrixProduct] {
    try device.matrixShapes.sorted { $0.key.rawValue > $1.key.rawValue }.map { dtype, shape in
      let use: MatrixProduct.Use =
        try !isExact(dtype, shape) ? .wrong : matrixShapes[dtype] == nil ? .slower : .used
      return MatrixProduct(dtype: dtype, shape: shape, use: use)
    }
  }

  private func isExact(_ dtype: DType, _ shape: MatrixShape) throws -> Bool {
    if let known = checkedMatrices[dtype] { return known }
    let found = try multipliesExactly(dtype, shape)
    checkedMatrices[dtype] = found
    return found
  }

  /// Drivers have claimed shapes that they compute wrongly: one small product is tried first.
  private func multipliesExactly(_ dtype: DType, _ shape: MatrixShape) throws -> Bool {
    let trial = TrialProduct()
    return try apart {
      let a = try scratch(trial.left, Layout(rowMajor: [trial.rows, trial.depth]), dtype)
      let b = try scratch(trial.right, Layout(rowMajor: [trial.depth, trial.columns]), dtype)
      let c = try scratch(Layout(rowMajor: [trial.rows, trial.columns]), .float32)
      do {
        try product(a, b, bias: nil, c, by: shape)
      } catch TensorError.device where !isLost {
        // The driver does not take the shader.
        return false
      }
      return trial.isExact(try floats(of: c))
    }
  }

  private func scratch(_ integers: [Int], _ layout: Layout, _ dtype: DType) throws -> TensorView {
    let bits = integers.map {
      dtype == .float16 ? Float16($0).bitPattern : HalfFloat.toBFloat16(Float($0))
    }
    return try scratch(bits, layout, dtype)
  }
}

/// A product that a device claims to make by itself.
public struct MatrixProduct: Sendable {
  /// Whether it does.
  public enum Use: Sendable {
    case used
    /// A device in software has no units for it.
    case slower
    /// Small integers come out wrong, or the driver does not take the shader.
    case wrong
  }

  /// The operands' type.
  public let dtype: DType
  /// The shape of its fragments.
  public let shape: MatrixShape
  /// What became of it.
  public let use: Use
}

/// A product of small integers, which any order of sums makes exactly.
struct TrialProduct {
  /// More than a tile of rows and a strip of depth, and no multiple of any fragment.
  let rows = 70
  let depth = 45
  let columns = 37
  let left: [Int]
  let right: [Int]

  init() {
    left = (0..<rows * depth).map { $0 * 7 % 11 - 5 }
    right = (0..<depth * columns).map { $0 * 5 % 13 - 6 }
  }

  /// Whether these are the elements of the product.
  func isExact(_ products: [Float]) -> Bool {
    guard products.count == rows * columns else { return false }
    return products.indices.allSatisfy { products[$0] == Float(element($0 / columns, $0 % columns)) }
  }

  func element(_ row: Int, _ column: Int) -> Int {
    (0..<depth).reduce(0) { $0 + left[row * depth + $1] * right[$1 * columns + column] }
  }
}
