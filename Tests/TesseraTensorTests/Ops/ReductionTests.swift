import Testing

@testable import TesseraTensor

/// Reductions of every set of axes, of long rows, and of layouts that need gathering.
@Suite struct ReductionTests {
  private let engine = Engine(backend: CPUBackend(threadCount: 2))
  private static let axisSets: [[Int]] = (1..<32).map { bits in (0..<5).filter { bits >> $0 & 1 == 1 } }

  @Test(arguments: axisSets, [false, true])
  func `a sum over axes adds what a loop adds`(_ axes: [Int], _ channelsLast: Bool) throws {
    let shape: Shape = [2, 3, 4, 1, 5]
    let values = (0..<shape.count).map { Double($0 % 17) - 4.5 }
    let plain = try engine.tensor(values, shape)
    let tensor = channelsLast ? try engine.run(Copy(order: .channelsLast), plain) : plain
    let kept = (0..<5).filter { !axes.contains($0) }
    var expected = [Double](repeating: 0, count: kept.map { shape[$0] }.reduce(1, *))
    for (number, value) in values.enumerated() {
      let index = position(number, shape)
      expected[kept.reduce(0) { $0 * shape[$1] + index[$1] }] += value
    }
    let sum = try engine.run(Sum(dims: axes), tensor)
    #expect(try sum.doubles() == expected)
    #expect(sum.shape == Shape(kept.map { shape[$0] }))
    let stretched = try tensor.unsqueezed(dim: 0).expanded(to: [2, 2, 3, 4, 1, 5])
    #expect(try stretched.sum(dims: [0] + axes.map { $0 + 1 }).doubles() == expected.map { 2 * $0 })
  }

  private func position(_ number: Int, _ shape: Shape) -> [Int] {
    zip(shape.rowMajorStrides, shape.extents).map { number / $0 % $1 }
  }

  @Test func `a long float32 sum loses nothing that its result can hold`() throws {
    let count = 1_000_003
    let tenth = try engine.full([count], 0.1)
    let exact = Double(Float(0.1)) * Double(count)
    #expect(try engine.run(Sum(), tenth).item() == Double(Float(exact)))
    #expect(abs(try engine.run(Mean(), tenth).item() - 0.1) < 1e-8)
  }

  @Test(arguments: [[300_000], [7, 70_001], [70_001, 7], [3, 70_001, 2]] as [Shape])
  func `bits do not depend on the number of threads`(_ shape: Shape) throws {
    let sums = try [1, 2, 3, 5].map { threads in
      let engine = Engine(backend: CPUBackend(threadCount: threads))
      let values = try engine.normal(shape)
      let axis = shape.extents.firstIndex { $0 > 7 } ?? 0
      return try engine.run(Sum(dims: [axis]), values).doubles() + values.mean().doubles()
        + engine.run(Gelu(), values).doubles()
    }
    #expect(sums.allSatisfy { $0 == sums[0] })
  }

  @Test func `sums of integers and truth values are int64`() throws {
    for dtype in [DType.int32, .int64, .bool] {
      let sum = try engine.run(Sum(), engine.tensor([1, 0, 1, 1], [4], dtype: dtype))
      #expect(sum.dtype == .int64)
      #expect(try sum.integers() == [3])
    }
  }

  @Test func `the first of equal extremes is found, along any axis`() throws {
    let x = try engine.tensor([1, 3, 3, 5, 5, 0], [2, 3])
    #expect(try engine.run(Argmax(dim: 1), x).integers() == [1, 0])
    #expect(try engine.run(Argmax(), x).integers() == [3])
    #expect(try engine.run(Argmin(dim: 0), x).integers() == [0, 0, 1])
    let both = try engine.run(Max(dim: 0, keepDim: true), [x])
    #expect(try both[0].doubles() == [5, 5, 3])
    #expect(try both[1].integers() == [1, 1, 0])
    #expect(try engine.run(Argmax(), x.transposed(0, 1)).integers() == [1])
  }

  @Test func `equal largest elements share the gradient`() throws {
    let x = try engine.tensor([1, 4, 4, 2], [4])
    try x.setRequiresGradient(true)
    try engine.run(Max(), x).backward()
    #expect(try x.gradient?.doubles() == [0, 0.5, 0.5, 0])
  }

  @Test func `an empty sum is zero and an empty maximum an error`() throws {
    let empty = try engine.zeros([0, 3])
    #expect(try engine.run(Sum(dims: [0]), empty).doubles() == [0, 0, 0])
    #expect(throws: TensorError.self) { try engine.run(Max(dim: 0), [empty]) }
    #expect(try engine.run(Max(dim: 1), [engine.zeros([0, 3])])[0].doubles() == [])
  }

  @Test func `statistics agree with their formulas`() throws {
    let x = try engine.tensor([1, 2, 3, 4, 5, 9], [2, 3], dtype: .float64)
    #expect(try x.variance(dims: [1]).doubles() == [1, 7])
    #expect(try x.variance(correction: 0).item() == 20.0 / 3)
    #expect(try x.standardDeviation(dims: [1], keepDim: true).doubles() == [1, 7.0.squareRoot()])
    #expect(try x.norm().item() == 136.0.squareRoot())
  }

  @Test func `any and all look at truth values`() throws {
    let x = try engine.tensor([0, 1, 1, 1, 0, 0], [2, 3], dtype: .bool)
    #expect(try engine.run(AnyTrue(dims: [0]), x).integers() == [1, 1, 1])
    #expect(try engine.run(AllTrue(dims: [1]), x).integers() == [0, 0])
    #expect(try engine.run(AllTrue(dims: [0]), x.sliced(dim: 1, start: 1, stop: 2)).integers() == [0])
    #expect(try engine.run(AnyTrue(), x).integers() == [1])
  }
}
