import TesseraTensor

extension Layer {
  /// What one pass through a network would hold, in bytes above what is live: forward, and backward where gradients
  /// are on.
  ///
  /// A dry run with everything put back afterwards: parameters' gradients, random numbers, the fusion mode.
  ///
  /// - Parameters:
  ///   - inputs: shapes and types of the inputs.
  ///   - isFused: whether layers call fused ops.
  ///   - withGradients: whether the graph is kept and walked.
  public func stepPeak(of inputs: [TensorSpec], isFused: Bool, withGradients: Bool = true) throws -> Int {
    let parameters = namedParameters.map(\.tensor)
    let gradients = parameters.map(\.gradient)
    let before = (engine.isFused, engine.setGradientEnabled(withGradients))
    engine.isFused = isFused
    for parameter in parameters { parameter.gradient = nil }
    defer {
      engine.isFused = before.0
      engine.setGradientEnabled(before.1)
      for (parameter, gradient) in zip(parameters, gradients) { parameter.gradient = gradient }
    }
    return try engine.trialPeak {
      // Gradients made here die here, unseen by whoever records.
      defer { for parameter in parameters { parameter.gradient = nil } }
      let tensors = try inputs.map { try engine.allocate($0, purpose: .input, op: "trial") }
      let output = try run(tensors)
      guard withGradients else { return }
      try output.backward(seed: engine.allocate(output.spec, purpose: .temporary, op: "trial"))
    }
  }
}
