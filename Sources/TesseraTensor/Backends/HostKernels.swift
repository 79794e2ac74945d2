/// Runs CPU kernels on tensors that live elsewhere: downloads, computes, uploads.
final class HostKernels {
  private let parallel = CPUBackend().parallel

  /// Runs an op's CPU kernel for a backend that has none.
  ///
  /// Storages are copied whole and once each, so that views and operands that share memory stay what they are.
  func run(
    _ op: any Op, inputs: [Tensor], outputs: [Tensor], isInPlace: Bool, on backend: any Backend
  ) throws {
    var copies: [ObjectIdentifier: HostCopy] = [:]
    defer { copies.values.forEach { $0.bytes.deallocate() } }
    for (index, tensor) in (inputs + outputs).enumerated() {
      guard let buffer = tensor.storage.buffer, copies[ObjectIdentifier(tensor.storage)] == nil else {
        continue
      }
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(64, buffer.byteCount), alignment: 64)
      copies[ObjectIdentifier(tensor.storage)] = HostCopy(buffer: buffer, bytes: bytes)
      if buffer.byteCount > 0, index < inputs.count || isInPlace {
        try backend.download(
          buffer, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<buffer.byteCount]))
      }
    }
    func view(_ tensor: Tensor) -> TensorView? {
      copies[ObjectIdentifier(tensor.storage)]?.bytes.baseAddress.map {
        TensorView(
          pointer: $0 + tensor.layout.offset * tensor.dtype.byteCount, layout: tensor.layout,
          dtype: tensor.dtype)
      }
    }
    try op.cpu(
      KernelCall(
        inputs: inputs.compactMap(view), outputs: outputs.compactMap(view), parallel: parallel))
    for tensor in outputs {
      guard let copy = copies[ObjectIdentifier(tensor.storage)], copy.buffer.byteCount > 0 else { continue }
      let bytes = UnsafeRawBufferPointer(rebasing: copy.bytes[..<copy.buffer.byteCount])
      try backend.upload(bytes, to: copy.buffer)
    }
  }
}

/// A storage's bytes on the host while a kernel runs there.
private struct HostCopy {
  let buffer: any BackendBuffer
  let bytes: UnsafeMutableRawBufferPointer
}
