/// A tensor's memory as a CPU kernel sees it.
///
/// Sendable by hand: slabs on several threads read the inputs and write disjoint parts of the outputs.
public struct TensorView: @unchecked Sendable {
  /// The element at index zero (the layout's offset is already added).
  public let pointer: UnsafeMutableRawPointer
  /// Shape and strides, in elements.
  public let layout: Layout
  /// Element type.
  public let dtype: DType

  /// Views a tensor that lives on the CPU; a dry tensor never reaches a kernel.
  init(_ tensor: Tensor) {
    layout = tensor.layout
    dtype = tensor.dtype
    let base = (tensor.storage.buffer as? CPUBuffer)?.pointer ?? UnsafeMutableRawPointer(bitPattern: 64)
    guard let base else { preconditionFailure("64 is a valid address pattern") }
    pointer = base + tensor.layout.offset * tensor.dtype.byteCount
  }

  /// Views memory at an address, which on a device is no pointer to follow.
  package init(pointer: UnsafeMutableRawPointer, layout: Layout, dtype: DType) {
    self.pointer = pointer
    self.layout = layout
    self.dtype = dtype
  }

  /// The same memory under another layout; its offset is not applied.
  package func with(_ layout: Layout) -> TensorView {
    TensorView(pointer: pointer, layout: layout, dtype: dtype)
  }

  /// The part that `part`, a layout within the same storage, describes.
  func viewed(as part: Layout) -> TensorView {
    let offset = (part.offset - layout.offset) * dtype.byteCount
    return TensorView(pointer: pointer + offset, layout: part, dtype: dtype)
  }

  /// The extents.
  public var shape: Shape { layout.shape }
  /// The number of elements.
  public var count: Int { layout.count }

  /// The memory as elements of `Element`, which must be the tensor's type.
  public func elements<Element>(_ type: Element.Type = Element.self) -> UnsafeMutablePointer<Element> {
    pointer.assumingMemoryBound(to: type)
  }

  /// The memory as float32.
  public var float32: UnsafeMutablePointer<Float> { elements() }
  /// The memory as float64.
  public var float64: UnsafeMutablePointer<Double> { elements() }
}

/// Inputs, outputs and the cores for one run of a CPU kernel.
public struct KernelCall: Sendable {
  /// The inputs, laid out as the op asked.
  public let inputs: [TensorView]
  /// The outputs, allocated as `results(of:)` said.
  public let outputs: [TensorView]
  /// Splits the work into slabs.
  public let parallel: Parallel
  /// Where the views are a device's addresses: the families below issue themselves there instead of computing.
  let device: (any KernelDevice)?

  init(
    inputs: [TensorView], outputs: [TensorView], parallel: Parallel, device: (any KernelDevice)? = nil
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.parallel = parallel
    self.device = device
  }

  /// Runs one of two bodies by the floating type of `view`; other types throw.
  public func dispatch(
    _ op: String, on view: TensorView, float32: () throws -> Void, float64: () throws -> Void
  ) throws {
    switch view.dtype {
    case .float32: try float32()
    case .float64: try float64()
    default:
      throw TensorError.wrongDType(op: op, argument: "input", expected: "float32 or float64", got: view.dtype)
    }
  }
}
