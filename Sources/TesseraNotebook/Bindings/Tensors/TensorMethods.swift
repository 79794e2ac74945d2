import TesseraScript
import TesseraTensor

/// Methods that only a tensor has: reading values, gradients, type and place.
enum TensorMethods {
  static var all: [Builtin] {
    [
      item, tolist, detach, clone, backward, to, numel, size, dim, stride, contiguous, isContiguous,
      requiresGradient,
    ]
      + conversions
  }

  private static let item = Builtin(
    "item(self)", "The value of a tensor with one element, as a number.",
    example: "tensor([2.5]).item()", output: "2.5"
  ) { call in
    let tensor = try call.tensor("self")
    guard tensor.shape.count == 1 else { throw TensorError.notScalar(op: "item", shape: tensor.shape) }
    return try tensor.scalars()[0]
  }

  private static let tolist = Builtin(
    "tolist(self)", "The values as nested lists.",
    example: "tensor([[1, 2], [3, 4]]).tolist()", output: "[[1, 2], [3, 4]]"
  ) { call in try call.tensor("self").nestedLists() }

  private static let detach = Builtin(
    "detach(self)", "The same memory without its graph: no gradient passes.",
    example: "ones(2, requires_grad=True).detach().requires_grad", output: "False"
  ) { call in call.value(try call.tensor("self").detached()) }

  private static let clone = Builtin(
    "clone(self)", "A copy with memory of its own; gradients pass through.",
    example: """
      x = zeros(2)
      y = x.clone()
      y[0] = 5
      print(x)
      """, output: "tensor([0., 0.], shape (2,), float32)"
  ) { call in call.value(try call.tensor("self").copied()) }

  private static let backward = Builtin(
    "backward(self, gradient=None, update=None)",
    "Adds the gradient of this scalar to the .grad of every leaf that it came from.",
    details: "The graph is freed on the way; run forward again before a second backward. "
      + "A tensor with more elements needs the gradient to start from. With update=optimizer each parameter moves as soon "
      + "as its gradient is whole, and the gradient is let go: what step() and zero_grad() do after backward, with the same "
      + "bits and without all gradients in memory at once. Accumulate with plain backward() and give update= to the last. "
      + "What needs all gradients, clip_grad_norm and GradScaler, cannot follow; an error or Ctrl-C on the way leaves "
      + "moved what had moved.",
    example: """
      x = tensor([1., 2.], requires_grad=True)
      (x * x).sum().backward()
      print(x.grad)
      """, output: "tensor([2., 4.], shape (2,), float32)"
  ) { call in
    let (tensor, seed) = try (call.tensor("self"), call.optionalTensor("gradient"))
    if call.isNone("update") {
      try tensor.backward(seed: seed)
    } else {
      try tensor.backward(seed: seed, updating: call.optimizer("update"))
    }
    return .none
  }

  private static let to = Builtin(
    "to(self, target=None, dtype=None, device=None)",
    "The tensor as another type, or on another device; itself where nothing changes.",
    details: "A copy on another device starts without a graph.",
    example: "ones(2).to(\"int64\")", output: "tensor([1, 1], shape (2,), int64)"
  ) { call in
    var (dtype, device) = (try call.dtype("dtype"), try call.optionalString("device"))
    if !call.isNone("target") {
      if let named = DType(call["target"]) { dtype = named } else { device = try call.string("target") }
    }
    let tensor = try call.tensor("self")
    let cast = try dtype.map(tensor.cast) ?? tensor
    return call.value(try device.map { try cast.moved(to: $0, call.context) } ?? cast)
  }

  /// `x.float()` and its kin, after PyTorch.
  private static var conversions: [Builtin] {
    let names: [(String, DType)] = [
      ("float", .float32), ("double", .float64), ("half", .float16), ("bfloat16", .bfloat16), ("int", .int32),
      ("long", .int64), ("bool", .bool),
    ]
    return names.map { name, dtype in
      Builtin(
        "\(name)(self)", "The tensor as \(dtype.rawValue).",
        example: "tensor([0, 1]).\(name)().dtype", output: "'\(dtype.rawValue)'"
      ) { call in call.value(try call.tensor("self").cast(to: dtype)) }
    } + [
      Builtin("cpu(self)", "The tensor on the CPU.", example: "ones(1).cpu().device", output: "'cpu'") {
        call in
        call.value(try call.tensor("self").moved(to: "cpu", call.context))
      }
    ]
  }

  private static let numel = Builtin(
    "numel(self)", "The number of elements.", example: "zeros(2, 3).numel()", output: "6"
  ) { call in .int(try call.tensor("self").shape.count) }

  private static let size = Builtin(
    "size(self, dim=None)", "The shape, or the extent of one axis.",
    example: "zeros(2, 3).size(-1)", output: "3"
  ) { call in
    let shape = try call.tensor("self").shape
    guard let dim = try call.optionalInt("dim") else { return .tuple(shape.extents.map { .int($0) }) }
    return .int(shape[try shape.axis(dim, op: "size")])
  }

  private static let dim = Builtin(
    "dim(self)", "The number of axes.", example: "zeros(2, 3).dim()", output: "2"
  ) { call in .int(try call.tensor("self").rank) }

  private static let stride = Builtin(
    "stride(self)", "Elements between neighbours along each axis.",
    example: "zeros(2, 3).T.stride()", output: "(1, 3)"
  ) { call in .tuple(try call.tensor("self").layout.strides.map { .int($0) }) }

  private static let contiguous = Builtin(
    "contiguous(self)", "The tensor itself where it lies row-major, else a copy that does.",
    example: "zeros(2, 3).T.contiguous().stride()", output: "(2, 1)"
  ) { call in call.value(try call.tensor("self").contiguous()) }

  private static let isContiguous = Builtin(
    "is_contiguous(self)", "Whether the elements lie row-major without gaps.",
    example: "zeros(2, 3).T.is_contiguous()", output: "False"
  ) { call in .bool(try call.tensor("self").layout.isRowMajor) }

  private static let requiresGradient = Builtin(
    "requires_grad_(self, requires_grad=True)", "Makes this leaf collect a gradient, and returns it.",
    example: "zeros(2).requires_grad_().requires_grad", output: "True"
  ) { call in
    try call.tensor("self").setRequiresGradient(call.bool("requires_grad"))
    return call["self"]
  }
}

extension Tensor {
  /// The tensor on a device; itself where it lives there.
  fileprivate func moved(to device: String, _ context: EngineContext) throws -> Tensor {
    let other = try context.engine(on: device)
    return other === engine ? self : try copied(to: other)
  }
}
