import CKernels
import Foundation
import Testing

@testable import TesseraTensor

/// The random generator: published answers, positions that do not depend on neighbours, and moments.
@Suite struct PhiloxTests {
  private static let answers: [(counter: [UInt32], key: [UInt32], words: [UInt32])] = [
    ([0, 0, 0, 0], [0, 0], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
    (
      [.max, .max, .max, .max], [.max, .max], [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
    ),
    (
      [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
      [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
    ),
  ]

  @Test(arguments: 0..<answers.count)
  func `blocks are the published ones`(_ number: Int) {
    let answer = Self.answers[number]
    var words = [UInt32](repeating: 0, count: 4)
    ck_philox(answer.counter, answer.key, &words)
    #expect(words == answer.words)
  }

  @Test func `an element is the same whatever range it is drawn in`() {
    func uniforms(_ cuts: [Int64]) -> [Float] {
      var out = [Float](repeating: -1, count: 1000)
      for (begin, end) in zip(cuts, cuts.dropFirst()) { ck_random_uniform_f32(5, 9, &out, begin, end) }
      return out
    }
    #expect(uniforms([0, 1000]) == uniforms([0, 1, 2, 63, 64, 65, 500, 999, 1000]))
    func normals(_ cuts: [Int64]) -> [Double] {
      var out = [Double](repeating: -1, count: 1000)
      for (begin, end) in zip(cuts, cuts.dropFirst()) { ck_random_normal_f64(5, 9, &out, begin, end) }
      return out
    }
    #expect(normals([0, 1000]) == normals([0, 1, 31, 32, 33, 500, 999, 1000]))
  }

  @Test func `the first uniforms are the block's words, shifted`() {
    var words = [UInt32](repeating: 0, count: 4)
    ck_philox([1, 0, 9, 0], [5, 0], &words)
    var out = [Float](repeating: 0, count: 8)
    ck_random_uniform_f32(5, 9, &out, 0, 8)
    #expect(Array(out[4...]) == words.map { Float($0 >> 8) * 0x1p-24 })
  }

  @Test(arguments: [DType.float32, .float64, .bfloat16])
  func `moments are those of the distribution`(_ dtype: DType) throws {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    let normal = try engine.normal([200_000], mean: 1, standardDeviation: 2, dtype: dtype).doubles()
    let mean = normal.reduce(0, +) / Double(normal.count)
    let variance = normal.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(normal.count)
    #expect(abs(mean - 1) < 0.03 && abs(variance - 4) < 0.08)
    let uniform = try engine.uniform([200_000], low: -1, high: 3, dtype: dtype).doubles()
    #expect(uniform.allSatisfy { $0 >= -1 && $0 <= 3 })
    #expect(abs(uniform.reduce(0, +) / 200_000 - 1) < 0.02)
    let ones = try engine.bernoulli([200_000], probability: 0.3, dtype: dtype).doubles()
    #expect(abs(ones.reduce(0, +) / 200_000 - 0.3) < 0.005)
    let integers = try engine.randomIntegers([60_000], low: -3, high: 3).integers()
    #expect(Set(integers) == [-3, -2, -1, 0, 1, 2])
  }

  @Test func `a stream draws the same again and another stream draws others`() throws {
    func draw(seed: UInt64, _ layer: String) throws -> [Double] {
      let engine = Engine(backend: CPUBackend(threadCount: 2))
      engine.random = RandomState(seed: seed)
      return try engine.inLayer(layer) { try engine.uniform([50]).doubles() }
    }
    #expect(try draw(seed: 1, "a") == draw(seed: 1, "a"))
    #expect(try draw(seed: 1, "a") != draw(seed: 2, "a"))
    #expect(try draw(seed: 1, "a") != draw(seed: 1, "b"))
  }

  @Test func `a recomputed dropout drops the same elements`() throws {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    func gradient(checkpointed: Bool) throws -> [Double] {
      engine.random = RandomState(seed: 4)
      let x = try engine.ones([8, 8])
      try x.setRequiresGradient(true)
      let body = { try engine.run(Square(), x.dropout(0.5)) }
      let y = checkpointed ? try engine.checkpoint(body) : try body()
      try y.backward(seed: engine.ones([8, 8]))
      return try x.gradient?.doubles() ?? []
    }
    let plain = try gradient(checkpointed: false)
    #expect(try gradient(checkpointed: true) == plain)
    #expect(Set(plain) == [0, 8])
  }
}
