/// The element types a tensor can store, under PyTorch's names.
public enum DType: String, Sendable, CaseIterable {
  case float32, bfloat16, float16, float64, int32, int64, bool

  /// Bytes one element takes in memory.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .bfloat16, .float16: 2
    case .bool: 1
    }
  }

  /// Whether gradients can flow through values of this type.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .bfloat16, .float16, .float64: true
    case .int32, .int64, .bool: false
    }
  }

  /// Position in PyTorch's promotion order: the wider of two types wins, floats over integers over bool.
  private var rank: Int {
    switch self {
    case .bool: 0
    case .int32: 1
    case .int64: 2
    case .float16, .bfloat16: 3
    case .float32: 4
    case .float64: 5
    }
  }

  /// The type of `a + b` for tensors of types `a` and `b`.
  public static func promoted(_ a: DType, _ b: DType) -> DType {
    // Neither half type holds the other's values, so the two together need float32.
    if a.rank == b.rank && a != b { return .float32 }
    return a.rank >= b.rank ? a : b
  }
}
