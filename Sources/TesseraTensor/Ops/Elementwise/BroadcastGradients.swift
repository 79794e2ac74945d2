extension BackwardCall {
  /// One gradient an input that needs one, each summed over the axes along which its input stretched.
  func gradients(_ gradient: (Int) throws -> Tensor) throws -> [Tensor?] {
    try inputs.indices.map { index in
      needs[index] ? try gradient(index).summed(to: inputs[index].shape) : nil
    }
  }
}

extension Tensor {
  /// The tensor summed over the axes along which `target` was stretched to this shape.
  func summed(to target: Shape) throws -> Tensor {
    if shape == target { return self }
    let lead = rank - target.rank
    let stretched = (0..<rank).filter { $0 < lead || (target[$0 - lead] == 1 && shape[$0] != 1) }
    let sum = try engine.run(Sum(dims: stretched, keepDim: true), self)
    return lead == 0 ? sum : try engine.run(Reshape(to: target), sum)
  }
}
