import TesseraTensor

/// Indices that were found in range.
struct IndexCheck: Hashable {
  let storage: Int
  let version: Int
  let layout: Layout
  let limit: Int
}

/// The op that runs: its tensors, and memory that goes with it.
struct RunningCall {
  var inputs: [Tensor] = []
  var ranges: [Range<UInt64>] = []
  var scratch: [VulkanBuffer] = []
}

extension VulkanBackend {
  /// Memory with elements of 16 bits in it.
  func scratch(_ elements: [UInt16], _ layout: Layout, _ dtype: DType) throws -> TensorView {
    let view = try scratch(layout, dtype)
    if let buffer = call.scratch.last { try elements.withUnsafeBytes { try upload($0, to: buffer) } }
    return view
  }

  /// The elements of float32 scratch, once its commands have run.
  func floats(of view: TensorView) throws -> [Float] {
    guard let buffer = call.scratch.first(where: { $0.range.contains(view.address) }) else { return [] }
    var values = [Float](repeating: .nan, count: view.layout.count)
    try values.withUnsafeMutableBytes { try download(buffer, into: $0) }
    return values
  }

  /// Runs kernels that belong to no op, or not to the running one.
  func apart<Result>(_ body: () throws -> Result) rethrows -> Result {
    let outer = call
    call = RunningCall()
    defer { call = outer }
    return try body()
  }
}
