import Foundation
import Testing

@testable import TesseraTensor

/// Elementwise ops against the formulas in their documentation, in float64.
@Suite struct ElementwiseReferenceTests {
  private static let unary: [(any Op, @Sendable (Double) -> Double)] = [
    (Absolute(), { abs($0) }), (AddScalar(2.5), { $0 + 2.5 }), (Ceil(), { $0.rounded(.up) }),
    (Clamp(low: -0.5, high: 0.5), { min(max($0, -0.5), 0.5) }), (Cos(), { cos($0) }),
    (DivideScalar(by: 3), { $0 / 3 }), (Erf(), { erf($0) }), (Exp(), { exp($0) }),
    (Floor(), { $0.rounded(.down) }), (Gelu(), { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) }),
    (LeakyRelu(slope: 0.2), { $0 > 0 ? $0 : 0.2 * $0 }), (Log(), { log($0) }),
    (MultiplyScalar(by: 3), { 3 * $0 }), (Negate(), { -$0 }), (PowerScalar(exponent: 3), { pow($0, 3) }),
    (Reciprocal(), { 1 / $0 }), (ReciprocalSqrt(), { 1 / $0.squareRoot() }), (Relu(), { max($0, 0) }),
    (Round(), { $0.rounded(.toNearestOrEven) }), (Sigmoid(), { 1 / (1 + exp(-$0)) }),
    (Sign(), { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }), (Sin(), { sin($0) }), (Sqrt(), { $0.squareRoot() }),
    (Square(), { $0 * $0 }), (SubtractFromScalar(1), { 1 - $0 }), (Tanh(), { tanh($0) }),
  ]

  private static let binary: [(any Op, @Sendable (Double, Double) -> Double)] = [
    (Add(), { $0 + $1 }), (Subtract(), { $0 - $1 }), (Multiply(), { $0 * $1 }), (Divide(), { $0 / $1 }),
    (Power(), { pow($0, $1) }), (Maximum(), { max($0, $1) }), (Minimum(), { min($0, $1) }),
    (FloorDivide(), { ($0 / $1).rounded(.down) }), (Modulo(), { $0 - $1 * ($0 / $1).rounded(.down) }),
    (Equal(), { $0 == $1 ? 1 : 0 }), (NotEqual(), { $0 != $1 ? 1 : 0 }), (Less(), { $0 < $1 ? 1 : 0 }),
    (LessOrEqual(), { $0 <= $1 ? 1 : 0 }), (Greater(), { $0 > $1 ? 1 : 0 }),
    (GreaterOrEqual(), { $0 >= $1 ? 1 : 0 }),
  ]

  private let engine = Engine(backend: CPUBackend(threadCount: 2))
  /// Halves, whole numbers, both signs, and a point beyond each clamp.
  private let points = [-3, -2.5, -1.5, -1, -0.5, -0.25, 0, 0.25, 0.5, 1, 1.5, 2.5, 3]

  @Test(arguments: 0..<unary.count, [DType.float32, .float64])
  func `a function of one element has its formula's values`(_ number: Int, _ dtype: DType) throws {
    let (op, formula) = Self.unary[number]
    let result = try engine.run(op, engine.tensor(points, [13], dtype: dtype)).doubles()
    #expect(relativeError(result, points.map(formula)) <= tolerance(dtype), "\(op)")
  }

  @Test(arguments: 0..<binary.count, [DType.float32, .float64])
  func `a function of two elements has its formula's values`(_ number: Int, _ dtype: DType) throws {
    let (op, formula) = Self.binary[number]
    let rows = try engine.tensor(points, [13, 1], dtype: dtype)
    let columns = try engine.tensor(points, [13], dtype: dtype)
    let expected = points.flatMap { a in points.map { formula(a, $0) } }
    let result = try engine.run(op, rows, columns).doubles()
    #expect(relativeError(result, expected) <= 10 * tolerance(dtype), "\(op)")
  }

  @Test(arguments: [DType.int32, .int64])
  func `integers follow Python's rules`(_ dtype: DType) throws {
    let (a, b) = (
      try engine.tensor([7, -7, 7, -7, 0], [5], dtype: dtype),
      try engine.tensor([2, 2, -2, -2, 3], [5], dtype: dtype)
    )
    #expect(try engine.run(FloorDivide(), a, b).integers() == [3, -4, -4, 3, 0])
    #expect(try engine.run(Modulo(), a, b).integers() == [1, 1, -1, -1, 0])
    #expect(try engine.run(Multiply(), a, b).integers() == [14, -14, -14, 14, 0])
    #expect(try engine.run(Absolute(), a).integers() == [7, 7, 7, 7, 0])
    #expect(try engine.run(Maximum(), a, b).integers() == [7, 2, 7, -2, 3])
  }

  @Test func `NaN wins over every number and infinities survive`() throws {
    let special = try engine.tensor([.nan, 1, .infinity, -.infinity], [4])
    let ones = try engine.ones([4])
    #expect(try engine.run(Maximum(), special, ones).floats()[0].isNaN)
    #expect(try engine.run(Minimum(), ones, special).floats()[0].isNaN)
    #expect(try engine.run(Relu(), special).floats()[0].isNaN)
    #expect(try engine.run(Exp(), special).floats()[2...] == [.infinity, 0])
    #expect(try engine.run(Tanh(), special).floats()[2...] == [1, -1])
    #expect(try engine.run(Gelu(), special).floats()[2] == .infinity)
    #expect(try engine.run(Max(), special).item().isNaN)
  }

  @Test func `logic has its truth tables`() throws {
    let (a, b) = (
      try engine.tensor([0, 0, 1, 1], [4], dtype: .bool), try engine.tensor([0, 1, 0, 1], [4], dtype: .bool)
    )
    #expect(try engine.run(LogicalAnd(), a, b).integers() == [0, 0, 0, 1])
    #expect(try engine.run(LogicalOr(), a, b).integers() == [0, 1, 1, 1])
    #expect(try engine.run(LogicalXor(), a, b).integers() == [0, 1, 1, 0])
    #expect(try engine.run(LogicalNot(), a).integers() == [1, 1, 0, 0])
  }

  @Test func `where and masked_fill choose by the mask`() throws {
    let mask = try engine.tensor([1, 0, 0, 1], [4], dtype: .bool)
    let (a, b) = (try engine.tensor([1, 2, 3, 4], [4]), try engine.tensor([5, 6, 7, 8], [4]))
    #expect(try engine.run(Where(), mask, a, b).doubles() == [1, 6, 7, 4])
    #expect(try engine.run(MaskedFill(value: -1), a, mask).doubles() == [-1, 2, 3, -1])
  }

  @Test(arguments: DType.allCases, DType.allCases)
  func `a cast keeps every value that both types hold`(_ from: DType, _ to: DType) throws {
    let values: [Double] = from == .bool || to == .bool ? [0, 1] : [-3, -1, 0, 1, 2, 100]
    let source = try engine.tensor(values, [values.count], dtype: from)
    let result = try engine.run(Cast(to: to), source)
    #expect(result.dtype == to)
    #expect(try result.doubles() == values)
  }

  @Test func `a cast to integers truncates, saturates and makes NaN zero`() throws {
    let values = try engine.tensor([2.9, -2.9, 1e20, -1e20, .nan], [5], dtype: .float64)
    #expect(
      try engine.run(Cast(to: .int32), values).integers() == [2, -2, Int(Int32.max), Int(Int32.min), 0])
  }
}
