/// Runs CPU kernels on tensors that live elsewhere: downloads, computes, uploads.
struct HostKernels {
  let backend: any Backend
  let ledger: MemoryLedger

  /// Runs an op's CPU kernel for a backend that has none, on as many cores as the backend was given.
  ///
  /// Storages are copied whole and once each, so that views and operands that share memory stay what they are.
  ///
  /// - Memory: while the kernel runs, the copies are in the ledger as staging memory under the op's name.
  func run(_ op: any Op, inputs: [Tensor], outputs: [Tensor], isInPlace: Bool) throws {
    var copies: [ObjectIdentifier: HostCopy] = [:]
    let origin = MemoryOrigin(op: ledger.intern(type(of: op).name))
    for (index, tensor) in (inputs + outputs).enumerated() {
      let key = ObjectIdentifier(tensor.storage)
      guard let buffer = tensor.storage.buffer, copies[key] == nil else { continue }
      let copy = HostCopy(of: buffer, in: ledger, origin)
      copies[key] = copy
      // What an op is about to fill holds nothing yet.
      if index < inputs.count || isInPlace { try copy.download(from: backend) }
    }
    func view(_ tensor: Tensor) -> TensorView? {
      copies[ObjectIdentifier(tensor.storage)].map { copy in
        TensorView(
          pointer: copy.pointer + tensor.layout.offset * tensor.dtype.byteCount, layout: tensor.layout,
          dtype: tensor.dtype)
      }
    }
    try op.cpu(
      KernelCall(
        inputs: inputs.compactMap(view), outputs: outputs.compactMap(view), parallel: backend.parallel))
    for tensor in outputs { try copies[ObjectIdentifier(tensor.storage)]?.upload(to: backend) }
  }
}

/// A storage's bytes on the host while a kernel runs there.
private final class HostCopy {
  let pointer: UnsafeMutableRawPointer
  private let buffer: any BackendBuffer
  private let ledger: MemoryLedger
  private let entry: Int

  init(of buffer: any BackendBuffer, in ledger: MemoryLedger, _ origin: MemoryOrigin) {
    self.buffer = buffer
    self.ledger = ledger
    pointer = .allocate(byteCount: max(64, buffer.byteCount), alignment: 64)
    entry = ledger.recordBirth(bytes: buffer.byteCount, category: .staging, origin: origin)
  }

  deinit {
    ledger.recordDeath(entry)
    pointer.deallocate()
  }

  func download(from backend: any Backend) throws {
    guard buffer.byteCount > 0 else { return }
    try backend.download(
      buffer, into: UnsafeMutableRawBufferPointer(start: pointer, count: buffer.byteCount))
  }

  func upload(to backend: any Backend) throws {
    guard buffer.byteCount > 0 else { return }
    try backend.upload(UnsafeRawBufferPointer(start: pointer, count: buffer.byteCount), to: buffer)
  }
}
