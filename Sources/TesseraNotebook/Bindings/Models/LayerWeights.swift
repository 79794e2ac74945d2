import TesseraData
import TesseraNet
import TesseraScript
import TesseraTensor

extension Layer {
  /// Copies weights by path.
  ///
  /// - Returns: paths of this layer that the source lacks, and names of the source that fit no path.
  /// - Throws: when a shape differs, or, if `strict`, when a name is missing or unknown.
  func load(
    _ weights: [(name: String, tensor: Tensor)], strict: Bool
  ) throws -> (missing: [String], unexpected: [String]) {
    let targets = Dictionary(namedState.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    var found: [String: Tensor] = [:]
    var unexpected: [String] = []
    for (name, tensor) in weights {
      let known = [name, SwinUNETRKeys.normalized(name)].first { targets[$0] != nil }
      if let known { found[known] = tensor } else { unexpected.append(name) }
    }
    let missing = namedState.map(\.name).filter { found[$0] == nil }
    if strict, let problem = Self.problem(missing: missing, unexpected: unexpected) { throw problem }
    for (name, source) in found {
      guard let target = targets[name] else { continue }
      guard source.shape == target.shape else {
        throw TensorError.shapeMismatch(
          op: "load", expected: "\(target.shape)", got: source.shape, argument: "\"\(name)\"")
      }
    }
    // Only after everything is known to fit: a failed load leaves the layer as it was.
    for (name, source) in found {
      if let target = targets[name] { try target.overwrite(with: source) }
    }
    return (missing, unexpected)
  }

  private static func problem(missing: [String], unexpected: [String]) -> ScriptError? {
    guard !missing.isEmpty || !unexpected.isEmpty else { return nil }
    func listed(_ names: [String]) -> String {
      names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", … (\(names.count) in all)" : "")
    }
    let parts = [("missing", missing), ("not known here", unexpected)].filter { !$0.1.isEmpty }
      .map { "\($0.0): \(listed($0.1))" }
    return ScriptError(
      "load: the weights do not fit this network; \(parts.joined(separator: "; "))",
      help: "load(…, strict=False) takes what fits and returns the rest", code: "E0851")
  }
}

extension Tensor {
  /// Copies another tensor's values over this one's, converted to its type.
  func overwrite(with source: Tensor) throws {
    try engine.withoutGradients {
      try engine.runInPlace(Copy(order: .same), [source.detached().cast(to: dtype)], into: self)
    }
  }
}
