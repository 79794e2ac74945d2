import Foundation
import TesseraData
import TesseraNet
import TesseraTensor
import Testing

/// A file of MONAI's outputs and gradients, and the recipe that makes the inputs they belong to.
struct Fixture {
  let file: Safetensors

  init(_ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    file = try Safetensors(path: folder.appending(path: "Fixtures/\(name).safetensors").path)
  }

  /// The values of a stored tensor.
  func values(_ name: String) throws -> [Double] { try file.tensor(name).doubles() }

  /// A string list of the metadata.
  func list(_ key: String) throws -> [String] {
    let text = try #require(file.metadata[key])
    return try JSONDecoder().decode([String].self, from: Data(text.utf8))
  }
}

extension Engine {
  /// An engine on two cores with MONAI's sequence of ops.
  static func unfused(threads: Int = 2) -> Engine {
    let engine = Engine(backend: CPUBackend(threadCount: threads))
    engine.isFused = false
    return engine
  }

  /// The binary target of the recipe.
  func recipeTarget(_ name: String, _ shape: Shape, dtype: DType = .float32) throws -> Tensor {
    try tensor(FixtureRecipe.binaryTarget(name, count: shape.count).map(Double.init), shape, dtype: dtype)
  }
}

extension Layer {
  /// Fills every parameter by the recipe, under `prefix` and its own path.
  func fillByRecipe(prefix: String = "") throws {
    for (name, tensor) in namedParameters {
      let values = FixtureRecipe.parameter(prefix + name, shape: tensor.shape.extents)
      try tensor.assign(values.map(Double.init))
    }
  }
}

/// `max|a − b| / max|b|`.
func relativeMaximum(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let largest = b.map(abs).max() ?? 0
  let difference = zip(a, b).map { abs($0 - $1) }.max() ?? 0
  return difference / max(largest, .leastNormalMagnitude)
}

/// `‖a − b‖ / ‖b‖`.
func relativeNorm(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let difference = zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
  let norm = b.map { $0 * $0 }.reduce(0, +)
  return (difference / norm).squareRoot()
}
