import TesseraTensor

/// A training step of a network that can be asked about without running it.
///
/// Parameters' gradients are made inside the step, as after `zero_grad()`, and put back afterwards.
public struct StepTrial {
  /// The network.
  public let network: Layer
  private let forward: () throws -> Tensor
  private let update: (any ParameterUpdate)?

  /// A step whose forward pass is `forward`, up to the tensor that backward starts from.
  ///
  /// - Parameter optimizer: moves parameters during backward; nil where they move after it. In a trial none does.
  public init(
    _ network: Layer, updating optimizer: (any Optimizer)? = nil, forward: @escaping () throws -> Tensor
  ) {
    self.network = network
    self.forward = forward
    update = optimizer.map { StepRehearsal($0) }
  }

  /// A pass over inputs of these shapes; backward starts from a gradient of the output.
  public init(_ network: Layer, inputs: [TensorSpec]) {
    let engine = network.engine
    self.init(network) {
      try network.run(inputs.map { try engine.allocate($0, purpose: .input, op: "trial") })
    }
  }

  /// The most that the step would hold above what is live without gradients.
  ///
  /// - Parameter withGradients: whether the graph is kept and walked.
  public func peak(withGradients: Bool = true) throws -> Int {
    try withoutGradientsOfParameters {
      try network.engine.trialPeak { try run(withGradients: withGradients) {} }
    }
  }

  /// Runs the step dry, each op seen first by `observer`; `turn` is called between forward and backward.
  func run(observer: @escaping (any Op, [TensorSpec], [TensorSpec]) -> Void, turn: () -> Void) throws {
    try withoutGradientsOfParameters {
      try network.engine.trial(observer: observer) { try run(withGradients: true, turn: turn) }
    }
  }

  /// The report of a second real step under a plan; what was recomputed before and the gradients are put back.
  public func report(under plan: CheckpointPlan) throws -> MemoryReport {
    try network.keepingRecompute {
      try network.setCheckpoint(.plan(plan))
      return try withoutGradientsOfParameters {
        try run(withGradients: true) {}
        return try network.engine.record("plan") { try run(withGradients: true) {} }.run.report
      }
    }
  }

  /// Runs `body` as between two steps.
  func withoutGradientsOfParameters<Result>(_ body: () throws -> Result) rethrows -> Result {
    let parameters = network.namedParameters.map(\.tensor)
    let gradients = parameters.map(\.gradient)
    for parameter in parameters { parameter.gradient = nil }
    defer { for (parameter, gradient) in zip(parameters, gradients) { parameter.gradient = gradient } }
    return try body()
  }

  private func run(withGradients: Bool, turn: () -> Void) throws {
    let engine = network.engine
    // Gradients made here die here, unseen by whoever records.
    defer { for (_, parameter) in network.namedParameters { parameter.gradient = nil } }
    let before = engine.setGradientEnabled(withGradients)
    defer { engine.setGradientEnabled(before) }
    let end = try forward()
    guard withGradients else { return }
    turn()
    let seed = end.shape.count == 1 ? nil : try engine.run(Fill(end.spec, value: 1))
    try end.backward(seed: seed, update: update)
  }
}

extension Layer {
  /// What one pass through a network would hold, in bytes above what is live: forward, and backward where gradients
  /// are on.
  ///
  /// - Parameters:
  ///   - inputs: shapes and types of the inputs.
  ///   - isFused: whether layers call fused ops.
  ///   - withGradients: whether the graph is kept and walked.
  public func stepPeak(of inputs: [TensorSpec], isFused: Bool, withGradients: Bool = true) throws -> Int {
    let before = engine.isFused
    engine.isFused = isFused
    defer { engine.isFused = before }
    return try StepTrial(self, inputs: inputs).peak(withGradients: withGradients)
  }
}
