/// Arithmetic as it is written; operands of different types are promoted first.
extension Tensor {
  /// The sum.
  public static func + (a: Tensor, b: Tensor) throws -> Tensor { try pointwise(Add(), a, b) }
  /// The difference.
  public static func - (a: Tensor, b: Tensor) throws -> Tensor { try pointwise(Subtract(), a, b) }
  /// The product, element by element.
  public static func * (a: Tensor, b: Tensor) throws -> Tensor { try pointwise(Multiply(), a, b) }
  /// The quotient.
  public static func / (a: Tensor, b: Tensor) throws -> Tensor { try pointwise(Divide(), a, b) }
  /// Every element times a number.
  public static func * (a: Tensor, factor: Double) throws -> Tensor {
    try a.engine.run(MultiplyScalar(by: factor), a)
  }

  /// Every element plus a number.
  public func adding(_ value: Double) throws -> Tensor { try engine.run(AddScalar(value), self) }
  /// Exact GELU.
  public func gelu() throws -> Tensor { try engine.run(Gelu(), self) }
  /// `max(x, 0)`.
  public func relu() throws -> Tensor { try engine.run(Relu(), self) }
  /// `x`, or `slope·x` below zero.
  public func leakyRelu(slope: Double) throws -> Tensor { try engine.run(LeakyRelu(slope: slope), self) }
  /// `1/(1 + e^−x)`.
  public func sigmoid() throws -> Tensor { try engine.run(Sigmoid(), self) }
  /// `|x|`.
  public func absolute() throws -> Tensor { try engine.run(Absolute(), self) }
  /// `e^x`.
  public func exponential() throws -> Tensor { try engine.run(Exp(), self) }
  /// The natural logarithm.
  public func logarithm() throws -> Tensor { try engine.run(Log(), self) }

  /// The tensor in another type; itself if it has that type.
  public func cast(to dtype: DType) throws -> Tensor {
    dtype == self.dtype ? self : try engine.run(Cast(to: dtype), self)
  }

  private static func pointwise(_ op: any Op, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    let dtype = DType.promoted(a.dtype, b.dtype)
    return try a.engine.run(op, a.cast(to: dtype), b.cast(to: dtype))
  }
}
