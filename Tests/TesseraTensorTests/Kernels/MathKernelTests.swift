import CKernels
import Foundation
import Testing

/// The float32 polynomials against libm in double precision.
@Suite struct MathKernelTests {
  private static let functions: [(CKUnaryOp, @Sendable (Double) -> Double, ClosedRange<Float>, Double)] = [
    (.exp, { exp($0) }, -87...88.7, 2), (.log, { log($0) }, 1e-38...3e38, 2),
    (.log, { log($0) }, 0.5...2, 2), (.tanh, { tanh($0) }, -10...10, 3),
    (.tanh, { tanh($0) }, -0.01...0.01, 3), (.sigmoid, { 1 / (1 + exp(-$0)) }, -80...80, 4),
    (.erf, { erf($0) }, -5...5, 3), (.erf, { erf($0) }, -0.01...0.01, 3),
    (.gelu, { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) }, 0...10, 4),
    // The lower tail multiplies the rounding of x² / 2, which is up to 4.5 there.
    (.gelu, { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) }, -3...0, 12),
    (.sqrt, { $0.squareRoot() }, 0...1e30, 1), (.reciprocalSqrt, { 1 / $0.squareRoot() }, 1e-30...1e30, 2),
  ]

  @Test(arguments: 0..<functions.count)
  func `errors stay within a few units in the last place`(_ number: Int) {
    let (op, reference, range, limit) = Self.functions[number]
    let count = 20_011  // prime: the tail loop runs too
    let inputs = (0..<count).map { index in
      range.lowerBound + (range.upperBound - range.lowerBound) * Float(index) / Float(count - 1)
    }
    var outputs = [Float](repeating: 0, count: count)
    ck_unary_f32(op, 0, 0, 1, [Int64(count)], inputs, [1], &outputs, [1], 0, Int64(count))
    var worst = 0.0
    for (input, output) in zip(inputs, outputs) {
      let wanted = reference(Double(input))
      let unit = Double(max(Float(wanted).ulp, .leastNormalMagnitude * .ulpOfOne))
      worst = max(worst, abs(Double(output) - wanted) / unit)
    }
    #expect(worst <= limit)
  }

  @Test func `special values are those of libm`() {
    let inputs: [Float] = [0, -0.0, .infinity, -.infinity, .nan, -1, 200, -200]
    func apply(_ op: CKUnaryOp) -> [Float] {
      var outputs = [Float](repeating: 0, count: inputs.count)
      ck_unary_f32(op, 0, 0, 1, [Int64(inputs.count)], inputs, [1], &outputs, [1], 0, Int64(inputs.count))
      return outputs
    }
    let references: [(CKUnaryOp, (Double) -> Double)] = [
      (.exp, { exp($0) }), (.log, { log($0) }), (.tanh, { tanh($0) }), (.erf, { erf($0) }),
    ]
    for (op, reference) in references {
      for (output, input) in zip(apply(op), inputs) {
        let wanted = Float(reference(Double(input)))
        let agrees = output == wanted || (output.isNaN && wanted.isNaN) || abs(output - wanted) <= wanted.ulp
        #expect(agrees, "\(op) of \(input)")
      }
    }
  }

  @Test func `a slab computes what the whole does`() {
    let count = 1000
    let inputs = (0..<count).map { Float($0) / 100 - 5 }
    func gelu(_ cuts: [Int64]) -> [Float] {
      var outputs = [Float](repeating: 0, count: count)
      for (begin, end) in zip(cuts, cuts.dropFirst()) {
        ck_unary_f32(.gelu, 0, 0, 1, [Int64(count)], inputs, [1], &outputs, [1], begin, end)
      }
      return outputs
    }
    #expect(gelu([0, 1000]) == gelu([0, 1, 8, 9, 333, 999, 1000]))
  }
}
