import CVulkan
import TesseraTensor

/// A shape in which the invocations of a subgroup multiply matrices of 16 bits and add up in float32.
public struct MatrixShape: Sendable, Equatable, CustomStringConvertible {
  /// Rows of the left matrix.
  public let rows: Int
  /// Columns of the right matrix.
  public let columns: Int
  /// Columns of the left matrix and rows of the right one.
  public let depth: Int

  /// Such as `16×16×16`.
  public var description: String { "\(rows)×\(columns)×\(depth)" }

  /// Subgroups of a workgroup of `matrices.glsl`.
  private static let subgroups = 4
  /// Bytes of a workgroup's operands in shared memory, and of the positions that a convolution keeps beside them.
  private static let operandBytes = 2 * 64 * 20 * 4 + 64 * 4

  /// Shared memory that a workgroup takes: its operands, and a float32 result of each subgroup.
  private var sharedBytes: Int { Self.operandBytes + Self.subgroups * rows * columns * 4 }

  /// Specialization constants of `matrices.glsl`, after those of the shader that includes it.
  func constants(after own: [Int], subgroupSize: Int) -> [Int] {
    own + [Int](repeating: 0, count: 5 - own.count) + [Self.subgroups * subgroupSize, rows, columns, depth]
  }

  /// The shapes for products of a device's 16-bit types: of those that shaders can use the largest one, which loads least
  /// for a multiplication.
  static func best(among shapes: [cv_matrix_shape], on facts: cv_description) -> [DType: MatrixShape] {
    guard facts.groupInvocations >= UInt32(subgroups) * facts.subgroupSize, facts.subgroupSize > 0 else {
      return [:]
    }
    let components = [(DType.float16, CV_FLOAT16), (.bfloat16, CV_BFLOAT16)]
    let found = components.compactMap { dtype, component in
      shapes.filter { $0.multiplies(UInt32(component)) }.compactMap(MatrixShape.init)
        .filter { $0.sharedBytes <= Int(facts.sharedMemory) }
        .max { ($0.volume, $0.rows) < ($1.volume, $1.rows) }.map { (dtype, $0) }
    }
    return Dictionary(uniqueKeysWithValues: found)
  }

  /// Nil where the shaders' quarters of 32 × 32 and strips of a depth of 32 do not divide by it.
  private init?(_ shape: cv_matrix_shape) {
    let extents = [shape.rows, shape.columns, shape.depth]
    guard extents.allSatisfy({ [8, 16, 32].contains($0) }) else { return nil }
    (rows, columns, depth) = (Int(shape.rows), Int(shape.columns), Int(shape.depth))
  }

  private var volume: Int { rows * columns * depth }
}

extension cv_matrix_shape {
  /// Whether subgroups multiply components of a type and add up in float32, without saturation.
  fileprivate func multiplies(_ component: UInt32) -> Bool {
    let float32 = UInt32(CV_FLOAT32)
    return scope == UInt32(CV_SCOPE_SUBGROUP) && saturates == 0 && a == component && b == component
      && c == float32 && result == float32
  }
}
