import TesseraTensor

/// Which layers of one network recompute what, chosen for a budget, with the peak that the simulated step reaches.
public struct CheckpointPlan: Sendable, Equatable {
  /// One layer that recomputes.
  public struct Choice: Sendable, Equatable {
    /// The layer's path.
    public let path: String
    /// What it recomputes.
    public let recompute: Layer.Recompute
    /// What that costs, by ``OpPrices``.
    public let seconds: Double
  }

  /// The layers that recompute, in the order of the network.
  public let choices: [Choice]
  /// The most bytes a step holds: what is live between steps, what was reserved, and the step itself, simulated byte for
  /// byte.
  public let peakBytes: Int
  /// The bytes it had to stay within; nil for a point of a frontier.
  public let budget: Int?
  /// Whether the seconds rest on measured kernels, not on counted operations.
  public let isMeasured: Bool

  /// What recomputing costs in all.
  public var seconds: Double { choices.map(\.seconds).reduce(0, +) }
}
