import TesseraScript
import TesseraTensor

/// Functions that make tensors.
enum CreationBuiltins {
  static var all: [Builtin] {
    [
      tensor, zeros, ones, full, eye, arange, linspace, rand, randn, randint, bernoulli, like("zeros", 0),
      like("ones", 1),
    ]
  }

  /// Parameters that every creation function ends with.
  private static let options = "dtype=None, device=None, requires_grad=False"

  private static let tensor = Builtin(
    "tensor(data, \(options))", "A tensor with the values of a number, a list or nested lists.",
    details: "Whole numbers become int64, others float32, truth values bool, unless dtype says otherwise.",
    example: "tensor([[1, 2], [3, 4]])",
    output: """
      tensor([[1, 2],
              [3, 4]], shape (2, 2), int64)
      """
  ) { call in
    try call.made { try TensorLiteral(call["data"]).tensor($0, in: call.engine) }
  }

  private static let zeros = Builtin(
    "zeros(*size, \(options))", "A tensor of zeros.", example: "zeros(2, 3)",
    output: """
      tensor([[0., 0., 0.],
              [0., 0., 0.]], shape (2, 3), float32)
      """
  ) { call in try call.made { try call.engine.zeros(call.shape("size"), dtype: $0) } }

  private static let ones = Builtin(
    "ones(*size, \(options))", "A tensor of ones.",
    example: "ones(3)", output: "tensor([1., 1., 1.], shape (3,), float32)"
  ) { call in try call.made { try call.engine.ones(call.shape("size"), dtype: $0) } }

  private static let full = Builtin(
    "full(size, fill_value, \(options))", "A tensor with one value everywhere.",
    example: "full((2,), 7)", output: "tensor([7, 7], shape (2,), int64)"
  ) { call in
    let value = call["fill_value"]
    let natural = TensorOperand(value).map { TensorOperand.promoted($0, $0) }
    let number = try value.number ?? (TensorLiteral(value).tensor(nil, in: call.engine).item())
    return try call.made {
      try call.engine.full(call.shape("size"), number, dtype: $0 ?? natural)
    }
  }

  private static let eye = Builtin(
    "eye(n, m=None, \(options))", "The identity matrix: ones on the diagonal.", example: "eye(2)",
    output: """
      tensor([[1., 0.],
              [0., 1.]], shape (2, 2), float32)
      """
  ) { call in
    let shape = try Shape([call.extent("n"), call.isNone("m") ? call.extent("n") : call.extent("m")])
    return try call.made { dtype in
      var values = [Double](repeating: 0, count: shape.count)
      for row in 0..<min(shape[0], shape[1]) { values[row * shape[1] + row] = 1 }
      return try call.engine.tensor(values, shape, dtype: dtype ?? .float32)
    }
  }

  private static let arange = Builtin(
    "arange(start, end=None, step=1, \(options))", "Numbers from start up to, and without, end.",
    details: "With one argument it counts from 0.",
    example: "arange(2, 11, 3)", output: "tensor([2, 5, 8], shape (3,), int64)"
  ) { call in
    let hasEnd = !call.isNone("end")
    let bounds = try [
      hasEnd ? call.number("start") : 0, call.number(hasEnd ? "end" : "start"), call.number("step"),
    ]
    guard bounds[2] != 0 else { throw ScriptError("arange(): step must not be 0", code: "E0805") }
    let count = max(0, ((bounds[1] - bounds[0]) / bounds[2]).rounded(.up))
    guard count < 1e12 else { throw ScriptError("arange(): \(count) numbers are too many", code: "E0805") }
    let isWhole = ["start", "end", "step"].allSatisfy { if case .float = call[$0] { false } else { true } }
    return try call.made { dtype in
      let values = (0..<Int(count)).map { bounds[0] + Double($0) * bounds[2] }
      return try call.engine.tensor(values, [values.count], dtype: dtype ?? (isWhole ? .int64 : .float32))
    }
  }

  private static let linspace = Builtin(
    "linspace(start, end, steps, \(options))", "Evenly spaced numbers, both ends included.",
    example: "linspace(0, 1, 5)",
    output: "tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000], shape (5,), float32)"
  ) { call in
    let (start, end, steps) = try (call.number("start"), call.number("end"), call.extent("steps"))
    return try call.made { dtype in
      let step = steps > 1 ? (end - start) / Double(steps - 1) : 0
      let values = (0..<steps).map { $0 == steps - 1 && steps > 1 ? end : start + Double($0) * step }
      return try call.engine.tensor(values, [steps], dtype: dtype ?? .float32)
    }
  }

  private static let rand = Builtin(
    "rand(*size, \(options))", "Uniform random numbers from 0 up to 1.",
    example: "rand(2, 3).shape", output: "(2, 3)"
  ) { call in
    try call.made { try call.engine.uniform(call.shape("size"), dtype: $0 ?? call.engine.defaultDType) }
  }

  private static let randn = Builtin(
    "randn(*size, \(options))", "Normal random numbers: mean 0, standard deviation 1.",
    example: "randn(2, 3).shape", output: "(2, 3)"
  ) { call in
    try call.made { try call.engine.normal(call.shape("size"), dtype: $0 ?? call.engine.defaultDType) }
  }

  private static let randint = Builtin(
    "randint(low, high=None, size=None, \(options))",
    "Random whole numbers from low up to, and without, high.",
    details: "randint(10, (3,)) counts from 0.",
    example: "randint(0, 10, (4,)).max() < 10", output: "tensor(True, bool)"
  ) { call in
    var (low, high, size) = (call["low"], call["high"], call["size"])
    // randint(high, size): what stands in high's place is a shape.
    if size.isNone, high.items != nil { (low, high, size) = (.int(0), low, high) }
    guard case .int(let first) = low, case .int(let end) = high, let extents = size.items, first < end else {
      throw ScriptError(
        "randint() takes whole numbers low < high and a size such as (2, 3)", help: "randint(0, 10, (2, 3))",
        code: "E0403")
    }
    let shape = Shape(
      try extents.map {
        guard case .int(let extent) = $0, extent >= 0 else { throw call.mismatch("size", "a shape") }
        return extent
      })
    return try call.made {
      try call.engine.randomIntegers(shape, low: first, high: end).cast(to: $0 ?? .int64)
    }
  }

  private static let bernoulli = Builtin(
    "bernoulli(p, *size, \(options))", "Ones with probability p, else zeros.",
    details: "p is a number with a size, or a tensor of probabilities.",
    example: "bernoulli(0.5, 3).shape", output: "(3,)"
  ) { call in
    if let probabilities = call["p"].tensor {
      let draws = try probabilities.engine.uniform(probabilities.shape, dtype: probabilities.dtype)
      let result = try call.engine.binary(.less, .tensor(draws), .tensor(probabilities))
      return call.value(try result.cast(to: probabilities.dtype))
    }
    let probability = try call.number("p")
    guard (0...1).contains(probability) else { throw call.mismatch("p", "a probability from 0 to 1") }
    return try call.made {
      try call.engine.bernoulli(call.shape("size"), probability: probability, dtype: $0 ?? .float32)
    }
  }

  private static func like(_ name: String, _ value: Double) -> Builtin {
    Builtin(
      "\(name)_like(input, \(options))", "\(name.capitalized) in the shape and type of another tensor.",
      example: "\(name)_like(randn(2, 3)).shape", output: "(2, 3)"
    ) { call in
      let model = try call.tensor("input")
      return try call.made {
        let engine = call.isNone("device") ? model.engine : call.engine
        return try engine.full(model.shape, value, dtype: $0 ?? model.dtype)
      }
    }
  }
}

extension Call {
  /// Makes a leaf with the type, device and gradient that the common options ask for.
  func made(_ make: (DType?) throws -> Tensor) throws -> Value {
    let before = context.engine
    if let device = try optionalString("device") { context.engine = try context.engine(on: device) }
    defer { context.engine = before }
    let tensor = try engine.withoutGradients { try make(dtype("dtype")) }
    tensor.storage.category = .input
    if try bool("requires_grad") { try tensor.setRequiresGradient(true) }
    return value(tensor)
  }

  /// A number, also one in a tensor of one element.
  func number(_ name: String) throws -> Double {
    if let tensor = self[name].tensor { return try tensor.item() }
    return try float(name)
  }

  /// A number of elements.
  func extent(_ name: String) throws -> Int {
    let extent = try int(name)
    guard extent >= 0, extent < 1 << 40 else { throw mismatch(name, "a number of elements") }
    return extent
  }
}
