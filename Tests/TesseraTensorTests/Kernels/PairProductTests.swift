import CKernels
import Testing

@testable import TesseraTensor

/// Products of bfloat16 operands: by the processor's instructions where it has them, widened elsewhere.
@Suite struct PairProductTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let rows: Int
    let columns: Int
    let depth: Int
    let transposes: (a: Bool, b: Bool)
    let accumulates: Bool
    var testDescription: String { "\(rows)×\(columns)×\(depth) \(transposes) adds \(accumulates)" }
  }
  /// One element, a tile's edges to either side, and more than a block of depth and of columns.
  static let cases: [Case] = [(1, 1, 1), (7, 15, 3), (8, 16, 2), (9, 17, 33), (97, 49, 24), (3, 500, 258)]
    .flatMap { rows, columns, depth in
      [(false, false), (true, false), (false, true), (true, true)].flatMap { transposes in
        [false, true].map {
          Case(rows: rows, columns: columns, depth: depth, transposes: transposes, accumulates: $0)
        }
      }
    }

  @Test(arguments: cases)
  func `a product is its sum in float64`(_ example: Case) {
    let (rows, columns, depth) = (example.rows, example.columns, example.depth)
    let (a, b) = (values(rows * depth, seed: 1), values(depth * columns, seed: 2))
    let bias = (0..<columns).map { example.accumulates ? 0 : Float($0) }
    let c: [Float] = product(example, a, b, bias, filled: 3, .float32)
    let narrow: [UInt16] = example.accumulates ? [] : product(example, a, b, bias, filled: 0, .bfloat16)
    for row in 0..<rows {
      for column in 0..<columns {
        var (sum, size) = (example.accumulates ? 3.0 : Double(column), 4.0 + Double(column))
        for step in 0..<depth {
          let term =
            double(a[example.transposes.a ? step * rows + row : row * depth + step])
            * double(b[example.transposes.b ? column * depth + step : step * columns + column])
          sum += term
          size += abs(term)
        }
        let place = row * columns + column
        #expect(abs(Double(c[place]) - sum) <= 1e-6 * size, "row \(row), column \(column)")
        if !narrow.isEmpty {
          // Half a unit in the last of eight digits.
          #expect(abs(double(narrow[place]) - sum) <= abs(sum) / 256 + 1e-6 * size, "rounded, \(place)")
        }
      }
    }
  }

  /// The product of values in bfloat16, from elements that all hold `filled`.
  private func product<Element>(
    _ example: Case, _ a: [UInt16], _ b: [UInt16], _ bias: [Float], filled: Element, _ dtype: DType
  ) -> [Element] {
    let (rows, columns, depth) = (example.rows, example.columns, example.depth)
    var (a, b, c) = (a, b, [Element](repeating: filled, count: rows * columns))
    func matrix(
      _ base: UnsafeMutableRawPointer, _ rows: Int, _ columns: Int, _ isTransposed: Bool
    ) -> Matrix {
      Matrix(
        base: base, dtype: .bfloat16, rows: rows, columns: columns, rowStride: isTransposed ? 1 : columns,
        columnStride: isTransposed ? rows : 1)
    }
    a.withUnsafeMutableBytes { a in
      b.withUnsafeMutableBytes { b in
        c.withUnsafeMutableBytes { c in
          bias.withUnsafeBufferPointer { bias in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
            Gemm<Float>(
              a: matrix(a, rows, depth, example.transposes.a),
              b: matrix(b, depth, columns, example.transposes.b),
              c: Matrix(
                base: c, dtype: dtype, rows: rows, columns: columns, rowStride: columns,
                columnStride: 1), bias: bias.baseAddress,
              accumulates: example.accumulates
            ).run()
          }
        }
      }
    }
    return c
  }

  /// Values of either sign between ½ and 1, as the bits of bfloat16.
  private func values(_ count: Int, seed: UInt32) -> [UInt16] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return 0x3f00 | UInt16(state >> 25) | UInt16(state >> 16) & 0x8000
    }
  }

  private func double(_ bits: UInt16) -> Double { Double(Float(bitPattern: UInt32(bits) << 16)) }
}
