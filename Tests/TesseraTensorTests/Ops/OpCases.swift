import Testing

@testable import TesseraTensor

/// One op on one of its samples.
struct OpCase: Sendable, CustomTestStringConvertible {
  let sample: OpSample

  static let all: [OpCase] = opCatalog.flatMap { $0.samples.map { OpCase(sample: $0) } }
  static let differentiable = all.filter { $0.sample.op.isDifferentiable && !$0.hasOnlyFixedTypes }

  /// Ops whose later inputs are a layer's parameters.
  static let withParameters = all.filter { $0.mapCount < $0.sample.inputs.count }

  /// How many of the inputs are maps; the others are parameters.
  var mapCount: Int {
    switch op {
    case is Linear, is Convolution, is ConvolutionTranspose, is NormalizedConvolution, is LayerNorm,
      is InstanceNorm, is WindowAttention:
      1
    case is JoinedConvolution: 2
    default: sample.inputs.count
    }
  }

  var op: any Op { sample.op }
  var name: String { type(of: op).name }
  var testDescription: String { "\(op) of \(sample.inputs.map { $0.shape.description })" }
  private var hasOnlyFixedTypes: Bool { sample.inputs.allSatisfy { $0.dtype != nil } }

  /// The sample's inputs: fresh leaves, floating ones of type `dtype` and collecting gradients.
  func inputs(_ engine: Engine, _ dtype: DType) throws -> [Tensor] {
    try sample.inputs.enumerated().map { number, input in
      let type = input.dtype ?? dtype
      let drawn = try engine.tensor(Self.values(input, type, seed: number), input.shape, dtype: type)
      let tensor = input.channelsLast ? try engine.run(Copy(order: .channelsLast), drawn) : drawn
      tensor.storage.category = .input
      if type.isFloatingPoint { try tensor.setRequiresGradient(true) }
      return tensor
    }
  }

  private static func values(_ input: OpSample.Input, _ type: DType, seed: Int) throws -> [Double] {
    let (low, high) = (input.range.lowerBound, input.range.upperBound)
    let stream = RandomStream(seed: 7, stream: UInt64(seed))
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    if type.isFloatingPoint {
      let spec = TensorSpec(input.shape, .float64)
      return try engine.run(RandomUniform(spec, low: low, high: high, stream: stream), [])[0].doubles()
    }
    let op = RandomInteger(input.shape, low: Int(low), high: Int(high) + 1, stream: stream)
    return try engine.run(op, [])[0].doubles()
  }
}

/// How far results in a type may lie from float64's, relative to the largest element.
func tolerance(_ dtype: DType) -> Double {
  switch dtype {
  case .float64, .int32, .int64, .bool: 1e-12
  case .float32: 4e-6
  case .float16: 2e-3
  case .bfloat16: 1.6e-2
  }
}

/// The largest difference relative to the largest expected magnitude; equal infinities and NaNs do not differ.
func relativeError(_ values: [Double], _ expected: [Double]) -> Double {
  guard values.count == expected.count else { return .infinity }
  let scale = max(1e-3, expected.filter(\.isFinite).map(abs).max() ?? 1)
  return zip(values, expected).map { value, wanted in
    value == wanted || (value.isNaN && wanted.isNaN) ? 0 : abs(value - wanted) / scale
  }.max { $0 < $1 || $1.isNaN } ?? 0
}
