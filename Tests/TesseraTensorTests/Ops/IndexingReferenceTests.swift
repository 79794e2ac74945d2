import Foundation
import Testing

@testable import TesseraTensor

/// Indexing, assignment and broadcasting against NumPy's answers, which `Reference/indexing.py` wrote down.
@Suite struct IndexingReferenceTests {
  private let engine = Engine(backend: CPUBackend(threadCount: 2))

  @Test func `the file of answers is there`() {
    #expect(Reference.loaded.indexed.count + Reference.loaded.broadcast.count > 60)
  }

  @Test(arguments: Reference.loaded.indexed)
  func `an index picks what NumPy picks`(_ example: Reference.Indexed) throws {
    let x = try engine.numbered(example.shape)
    let result = try x.indexed(example.index.map { try $0.part(engine) })
    #expect(result.shape == Shape(example.result.shape))
    #expect(try result.integers() == example.result.values)
  }

  @Test(arguments: Reference.loaded.indexed)
  func `the gradient goes back to what was picked`(_ example: Reference.Indexed) throws {
    let x = try engine.numbered(example.shape, dtype: .float64)
    try x.setRequiresGradient(true)
    let result = try x.indexed(example.index.map { try $0.part(engine) })
    try result.backward(seed: engine.ones(result.shape, dtype: .float64))
    var counts = [Double](repeating: 0, count: x.shape.count)
    for element in example.result.values { counts[element] += 1 }
    #expect(try x.gradient?.doubles() == counts)
  }

  @Test(arguments: Reference.loaded.assigned)
  func `an assignment writes where NumPy writes`(_ example: Reference.Assigned) throws {
    let x = try engine.numbered(example.shape)
    let value = try engine.run(SubtractFromScalar(-1), engine.numbered(example.value))
    try x.assign(value, at: example.index.map { try $0.part(engine) })
    #expect(try x.integers() == example.result.values)
  }

  @Test(arguments: Reference.loaded.broadcast)
  func `shapes stretch as in NumPy`(_ example: Reference.Broadcast) throws {
    let a = try engine.run(MultiplyScalar(by: 10), engine.numbered(example.a))
    let sum = try engine.run(Add(), a, engine.numbered(example.b))
    #expect(sum.shape == Shape(example.result.shape))
    #expect(try sum.integers() == example.result.values)
  }

  @Test(arguments: Reference.loaded.refused)
  func `shapes that NumPy refuses are refused`(_ example: Reference.Refused) throws {
    let (a, b) = (try engine.numbered(example.a), try engine.numbered(example.b))
    #expect(throws: TensorError.self) { try engine.run(Add(), a, b) }
  }

  @Test func `an index out of range names itself`() throws {
    let x = try engine.numbered([3, 4])
    func message(_ parts: [TensorIndex]) -> String {
      do {
        _ = try x.indexed(parts)
        return "none"
      } catch let error as TensorError {
        return error.message
      } catch { return "\(error)" }
    }
    #expect(message([.position(3)]) == "select: index 3 is out of range for dim 0 of shape (3, 4)")
    let far = try engine.tensor([0, 4], [2], dtype: .int64)
    #expect(message([.all, .tensor(far)]) == "index: index 4 is out of range for dim 1 of shape (3, 4)")
    #expect(message([.all, .all, .all]).contains("3 dims"))
  }
}

extension Engine {
  /// 0, 1, 2, … in row-major order.
  fileprivate func numbered(_ shape: [Int], dtype: DType = .int64) throws -> Tensor {
    let shape = Shape(shape)
    return try tensor((0..<shape.count).map(Double.init), shape, dtype: dtype)
  }
}

/// The file's contents.
struct Reference: Decodable {
  let indexed: [Indexed]
  let assigned: [Assigned]
  let broadcast: [Broadcast]
  let refused: [Refused]

  struct Values: Decodable {
    let shape: [Int]
    let values: [Int]
    let dtype: String
  }
  struct Part: Decodable {
    let position: Int?
    let range: [Int?]?
    let newAxis: Bool?
    let tensor: Values?

    func part(_ engine: Engine) throws -> TensorIndex {
      if let position { return .position(position) }
      if let range { return .range(start: range[0], stop: range[1], step: range[2] ?? 1) }
      if let tensor {
        let dtype = DType(rawValue: tensor.dtype) ?? .int64
        return .tensor(try engine.tensor(tensor.values.map(Double.init), Shape(tensor.shape), dtype: dtype))
      }
      return newAxis == true ? .newAxis : .ellipsis
    }
  }
  struct Indexed: Decodable {
    let shape: [Int]
    let index: [Part]
    let result: Values
  }
  struct Assigned: Decodable {
    let shape: [Int]
    let index: [Part]
    let value: [Int]
    let result: Values
  }
  struct Broadcast: Decodable {
    let a: [Int]
    let b: [Int]
    let result: Values
  }
  struct Refused: Decodable {
    let a: [Int]
    let b: [Int]
  }

  /// Empty where the file is missing or malformed; the tests then have no arguments, which one test catches.
  static let loaded: Reference = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Reference/indexing.json")
    let data = (try? Data(contentsOf: file)) ?? Data()
    return (try? JSONDecoder().decode(Reference.self, from: data))
      ?? Reference(indexed: [], assigned: [], broadcast: [], refused: [])
  }()
}
