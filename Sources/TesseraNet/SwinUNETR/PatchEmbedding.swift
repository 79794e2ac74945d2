import TesseraTensor

/// Cuts a volume into patches and maps each to a vector: a convolution whose kernel is its stride.
///
/// - Shape: `(B, in, spatial…)` to `(B, F, spatial/patch…)`.
/// - Memory: keeps the volume.
public final class PatchEmbedding: Layer {
  private let projection: Convolution
  private let norm: LayerNorm?
  private let patch: [Int]

  /// Makes an embedding; with `norm` the vectors are normalized.
  public init(inChannels: Int, features: Int, patch: [Int], norm hasNorm: Bool = false, engine: Engine) throws
  {
    self.patch = patch
    projection = try Convolution(inChannels, features, kernel: patch, stride: patch, engine: engine)
    norm = hasNorm ? try LayerNorm(features, engine: engine) : nil
    super.init(engine: engine)
    register("proj", layer: projection)
    if let norm { register("norm", layer: norm) }
  }

  /// `all` recomputes the embedding.
  public override func setCheckpointPolicy(_ policy: CheckpointPolicy) -> Bool {
    if policy == .all { recompute = .whole }
    return policy == .all
  }

  /// Embeds; a volume that is no whole number of patches is padded with zeros at the far end.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    let extents = zip(inputs[0].shape.extents.dropFirst(2), patch).map { ($0 + $1 - 1) / $1 * $1 }
    let x = try projection(inputs[0].paddedAtEnd(of: 2, to: extents), as: "proj")
    guard let norm else { return x }
    return try norm(x.channelsMovedLast(), as: "norm").channelsMovedFirst()
  }
}

extension Tensor {
  /// `(B, C, spatial…)` as `(B, spatial…, C)`: a view.
  public func channelsMovedLast() throws -> Tensor { try permuted(to: [0] + Array(2..<rank) + [1]) }

  /// `(B, spatial…, C)` as `(B, C, spatial…)`: a view.
  public func channelsMovedFirst() throws -> Tensor { try permuted(to: [0, rank - 1] + Array(1..<rank - 1)) }
}
