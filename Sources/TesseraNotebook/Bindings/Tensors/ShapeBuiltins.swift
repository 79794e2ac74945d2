import TesseraScript
import TesseraTensor

/// Functions, and methods, that arrange elements: what needs more than one op.
enum ShapeBuiltins {
  static var all: [Builtin] { [reshape("reshape"), flatten, split, chunk, sort] }
  /// `x.view(…)`; the function of that name draws volumes.
  static var methods: [Builtin] { [reshape("view")] }
  /// Functions of several tensors, which are no methods.
  static var functions: [Builtin] { [stack, meshgrid] }

  private static func reshape(_ name: String) -> Builtin {
    Builtin(
      "\(name)(input, *shape)", "The same elements under another shape; -1 stands for what is left.",
      details:
        "A view where strides allow it, else a copy, which the ledger shows. view and reshape are one.",
      example: "arange(6).\(name)(2, -1)",
      output: """
        tensor([[0, 1, 2],
                [3, 4, 5]], shape (2, 3), int64)
        """
    ) { call in call.value(try call.tensor("input").reshaped(to: Shape(call.ints("shape")))) }
  }

  private static let flatten = Builtin(
    "flatten(input, start_dim=0, end_dim=-1)", "Neighbouring axes merged into one.",
    example: "zeros(2, 3, 4).flatten(1).shape", output: "(2, 12)"
  ) { call in
    call.value(try call.tensor("input").flattened(from: call.int("start_dim"), to: call.int("end_dim")))
  }

  private static let split = Builtin(
    "split(input, split_size, dim=0)", "Parts of one axis: of one size, or of the sizes in a list. Views.",
    example: "[part.shape for part in zeros(5, 2).split(2)]", output: "[(2, 2), (2, 2), (1, 2)]"
  ) { call in
    let (tensor, dim) = try (call.tensor("input"), call.int("dim"))
    let parts =
      if case .int(let size) = call["split_size"] { try tensor.split(size: size, dim: dim) } else {
        try tensor.split(call.ints("split_size"), dim: dim)
      }
    return .tuple(parts.map(call.value))
  }

  private static let chunk = Builtin(
    "chunk(input, chunks, dim=0)", "At most so many equal parts of one axis. Views.",
    example: "[part.shape for part in zeros(4, 2).chunk(2)]", output: "[(2, 2), (2, 2)]"
  ) { call in
    .tuple(try call.tensor("input").chunked(call.int("chunks"), dim: call.int("dim")).map(call.value))
  }

  private static let sort = Builtin(
    "sort(input, dim=-1, descending=False)", "The sorted values along an axis, and where each came from.",
    example: """
      values, indices = tensor([3., 1., 2.]).sort()
      print(values, indices)
      """,
    output: "tensor([1., 2., 3.], shape (3,), float32) tensor([1, 2, 0], shape (3,), int64)"
  ) { call in
    let (values, indices) = try call.tensor("input").sorted(
      dim: call.int("dim"), descending: call.bool("descending"))
    return .tuple([call.value(values), call.value(indices)])
  }

  private static let stack = Builtin(
    "stack(tensors, dim=0)", "Tensors of one shape along a new axis.",
    example: "stack([zeros(3), ones(3)]).shape", output: "(2, 3)"
  ) { call in call.value(try Tensor.stacked(call.tensors("tensors"), dim: call.int("dim"))) }

  private static let meshgrid = Builtin(
    "meshgrid(*tensors, indexing=\"ij\")", "The coordinates of a grid, one tensor an axis. Views.",
    example: "meshgrid(arange(2), arange(3))[1].tolist()", output: "[[0, 1, 2], [0, 1, 2]]"
  ) { call in
    guard try call.string("indexing") == "ij" else {
      throw call.mismatch("indexing", "\"ij\"; transpose the results for \"xy\"")
    }
    let axes = try call.tensors("tensors")
    let shape = Shape(axes.map(\.shape.count))
    return .tuple(
      try axes.enumerated().map { place, axis in
        let extents = shape.extents.indices.map { $0 == place ? shape[$0] : 1 }
        return call.value(try axis.reshaped(to: Shape(extents)).expanded(to: shape))
      })
  }
}
