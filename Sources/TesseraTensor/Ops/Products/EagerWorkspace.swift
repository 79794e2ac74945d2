/// What PyTorch's convolution holds beside its tensors while it computes a data gradient on the CPU.
///
/// PyTorch 2.15 passes row-major tensors to oneDNN, which copies the incoming gradient into blocks of 16 channels (24
/// become 32) and writes the outgoing one in the same form before it is copied back. At 64³, 96³ and 128³ this is the
/// difference between the allocator's measured peak and the sum of the tensors: 5.084 maps of F channels, of which
/// 4/3 + 2 are these copies. Tessera's kernels need neither; with fusion off the ledger counts them, so that its peaks
/// are PyTorch's. Under autocast its peaks (64³, 96³) lie as many bytes above the tensors though those are half as large, so
/// copies of 16-bit maps count 4 bytes an element, which leaves 1 to 3 % of a peak unexplained. On processors without AVX-512 the blocks have 8 channels and PyTorch's peak is 1/3 of a map lower.
enum EagerWorkspace {
  private static let block = 16

  /// Bytes of both blocked copies.
  static func bytes(gradient: TensorSpec, input: TensorSpec) -> Int { blocked(gradient) + blocked(input) }

  private static func blocked(_ spec: TensorSpec) -> Int {
    let channels = max(1, spec.shape[1])
    let bytes = spec.shape.count * spec.dtype.accumulation.byteCount
    return bytes / channels * ((channels + block - 1) / block * block)
  }
}

extension Engine {
  /// Runs `body` with PyTorch's reordered copies counted, where layers follow PyTorch's sequence of ops.
  func withEagerWorkspace<Result>(
    gradient: TensorSpec, input: TensorSpec, _ body: () throws -> Result
  ) throws -> Result {
    guard !isFused else { return try body() }
    return try declaring(
      bytes: EagerWorkspace.bytes(gradient: gradient, input: input), as: "reordered copies (PyTorch)", body)
  }
}
