/// One operation of the engine, whole: what it computes, on which shapes, what must survive until backward, and
/// its gradient.
///
/// An op is a value that holds its parameters; it keeps no hidden state, so that it can be run again with the same
/// result. Gradients are written in tensor operations and serve every backend; a backward kernel is an op of its own.
public protocol Op: Sendable {
  /// The name scripts, the ledger and errors use.
  static var name: String { get }
  /// One sentence for help.
  static var summary: String { get }
  /// Tensor inputs and parameters under their script names; empty for ops that scripts do not see.
  static var signature: OpSignature { get }
  /// Inputs on which tests, benchmarks and help run the op.
  static var samples: [OpSample] { get }
  /// Makes the op from a script's arguments.
  init(_ arguments: OpArguments) throws
  /// Shapes, types and layouts of the results; throws facts when the inputs do not fit.
  func results(of inputs: [TensorSpec]) throws -> [TensorSpec]
  /// How many of the results the caller sees; the others exist to be kept for backward.
  var visibleResultCount: Int { get }
  /// How input `index` must lie in memory; the engine reorders it by a visible copy where it does not.
  func layout(ofInput index: Int) -> LayoutRequirement
  /// What must survive until backward, given which inputs need a gradient.
  func keeps(needs: [Bool]) -> [Kept]
  /// The reference kernel.
  func cpu(_ call: KernelCall) throws
  /// One gradient an input, nil where the input needs none.
  func gradient(_ backward: BackwardCall) throws -> [Tensor?]
  /// Whether results can need a gradient at all.
  var isDifferentiable: Bool { get }
  /// Whether the result lies in its input's storage; only a ``ViewOp`` is one.
  var isView: Bool { get }
  /// The input over which the first result can be written where both have one shape; nil for none.
  var replaceableInput: Int? { get }
  /// Floating-point operations for these inputs, a multiply and an add counted as two.
  func flops(of inputs: [TensorSpec]) -> Int
}

extension Op {
  /// Ops that scripts do not call have no signature.
  public static var signature: OpSignature { OpSignature(inputs: []) }
  /// Ops that scripts do not call need no samples of their own when a public op's gradient runs them.
  public static var samples: [OpSample] { [] }
  /// Ops that scripts do not call are not made from arguments.
  public init(_ arguments: OpArguments) throws {
    throw TensorError.unsupported(op: Self.name, what: "a call from a script")
  }
  /// Most ops have one result.
  public var visibleResultCount: Int { 1 }
  /// Most kernels walk any strides.
  public func layout(ofInput index: Int) -> LayoutRequirement { .any }
  /// Keeps nothing unless it says so.
  public func keeps(needs: [Bool]) -> [Kept] { [] }
  /// Ops without a gradient say so.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    throw TensorError.noGradient(op: Self.name, reason: "its second derivative is not offered")
  }
  /// Most results have memory of their own.
  public var replaceableInput: Int? { nil }
  /// Most ops are differentiable.
  public var isDifferentiable: Bool { true }
  /// Most ops compute.
  public var isView: Bool { false }
  /// One operation an element of the first result.
  public func flops(of inputs: [TensorSpec]) -> Int { (try? results(of: inputs).first?.shape.count) ?? 0 }
}

/// An op whose result views its input's storage: no kernel and no bytes.
public protocol ViewOp: Op {
  /// The layout of the result within the input's storage.
  func view(of layout: Layout) throws -> Layout
}

extension ViewOp {
  /// A view has the shape of its layout and the type of its input.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    [TensorSpec(layout: try view(of: inputs[0].layout), dtype: inputs[0].dtype)]
  }
  /// No bytes of its own.
  public var isView: Bool { true }
  /// Nothing to compute.
  public func cpu(_ call: KernelCall) throws {}
  /// Nothing to compute.
  public func flops(of inputs: [TensorSpec]) -> Int { 0 }
}

/// What an op asks of an input's place in memory.
public enum LayoutRequirement: Sendable {
  case any, rowMajor, channelsLast
}

/// A tensor that an op keeps for backward.
public enum Kept: Hashable, Sendable {
  case input(Int)
  case result(Int)
}

/// Shape, layout and type of a tensor, without its values.
public struct TensorSpec: Hashable, Sendable {
  /// Shape and strides.
  public var layout: Layout
  /// Element type.
  public var dtype: DType

  /// Makes a spec with a given layout.
  public init(layout: Layout, dtype: DType) {
    self.layout = layout
    self.dtype = dtype
  }

  /// Makes a spec of a dense row-major tensor.
  public init(_ shape: Shape, _ dtype: DType) {
    self.init(layout: Layout(rowMajor: shape), dtype: dtype)
  }

  /// The extents.
  public var shape: Shape { layout.shape }
  /// Bytes of a dense tensor of this spec.
  public var byteCount: Int { shape.count * dtype.byteCount }
}

/// An op's tensor inputs and parameters as scripts see them.
public struct OpSignature: Sendable {
  /// One parameter.
  public struct Parameter: Sendable {
    /// Its script name.
    public let name: String
    /// What it accepts.
    public let kind: Kind
    /// The value when it is left out; nil when it must be given.
    public let defaultValue: OpArgument?
  }
  /// What a parameter accepts.
  public enum Kind: Sendable { case int, float, bool, string, dims, ints }

  /// Names of the tensor inputs, in order; one that ends in `?` may be None.
  public let inputs: [String]
  /// The parameters, in order.
  public let parameters: [Parameter]
  /// Whether the op is also a method of its first input.
  public let isMethod: Bool

  /// Makes a signature.
  public init(inputs: [String], parameters: [Parameter] = [], isMethod: Bool = true) {
    self.inputs = inputs
    self.parameters = parameters
    self.isMethod = isMethod
  }
}

extension OpSignature.Parameter {
  /// A parameter that may be left out.
  public static func optional(_ name: String, _ kind: OpSignature.Kind, _ value: OpArgument) -> Self {
    Self(name: name, kind: kind, defaultValue: value)
  }
  /// A parameter that must be given.
  public static func required(_ name: String, _ kind: OpSignature.Kind) -> Self {
    Self(name: name, kind: kind, defaultValue: nil)
  }
}

/// A parameter's value on its way from a script.
public enum OpArgument: Sendable, Equatable {
  case none
  case int(Int)
  case float(Double)
  case bool(Bool)
  case string(String)
  case ints([Int])
}

/// The parameters of one call, bound to a signature.
public struct OpArguments: Sendable {
  /// The op's name, for errors.
  public let op: String
  private let values: [String: OpArgument]

  /// Binds values to the names of a signature, filling in defaults.
  public init(op: String, signature: OpSignature, values: [String: OpArgument]) throws {
    self.op = op
    var bound = values
    for parameter in signature.parameters where bound[parameter.name] == nil {
      guard let value = parameter.defaultValue else {
        throw TensorError.badParameter(
          op: op, name: parameter.name, value: "nothing", rule: "it must be given")
      }
      bound[parameter.name] = value
    }
    self.values = bound
  }

  /// An integer.
  public func int(_ name: String) throws -> Int {
    if case .int(let value) = values[name] { return value }
    throw wrong(name, "an integer")
  }

  /// A number.
  public func float(_ name: String) throws -> Double {
    switch values[name] {
    case .float(let value): return value
    case .int(let value): return Double(value)
    default: throw wrong(name, "a number")
    }
  }

  /// True or False.
  public func bool(_ name: String) throws -> Bool {
    if case .bool(let value) = values[name] { return value }
    throw wrong(name, "True or False")
  }

  /// A string.
  public func string(_ name: String) throws -> String {
    if case .string(let value) = values[name] { return value }
    throw wrong(name, "a string")
  }

  /// A list of integers; a single one stands for itself.
  public func ints(_ name: String) throws -> [Int] {
    switch values[name] {
    case .ints(let value): return value
    case .int(let value): return [value]
    default: throw wrong(name, "integers")
    }
  }

  /// A list of axes, or nil for None: all of them.
  public func dims(_ name: String) throws -> [Int]? {
    if case .some(.none) = values[name] { return nil }
    return try ints(name)
  }

  private func wrong(_ name: String, _ expected: String) -> TensorError {
    let value = values[name].map { "\($0)" } ?? "nothing"
    return .badParameter(op: op, name: name, value: value, rule: "it takes \(expected)")
  }
}

/// An op with inputs to try it on.
public struct OpSample: Sendable {
  /// One input: uniform values in `low..<high` from a fixed seed.
  public struct Input: Sendable {
    /// Its extents.
    public let shape: Shape
    /// The range of its values; integers are drawn from it too.
    public let range: ClosedRange<Double>
    /// Its type; nil stands for each floating type under test.
    public let dtype: DType?
    /// Whether it lies channels-last.
    public let channelsLast: Bool
    /// Whether it has no gradient, as a target.
    public let isData: Bool

    /// Makes an input.
    public init(
      _ shape: Shape, _ range: ClosedRange<Double> = -1...1, dtype: DType? = nil, channelsLast: Bool = false,
      isData: Bool = false
    ) {
      self.shape = shape
      self.range = range
      self.dtype = dtype
      self.channelsLast = channelsLast
      self.isData = isData
    }
  }

  /// The op.
  public let op: any Op
  /// Its inputs.
  public let inputs: [Input]

  /// Makes a sample.
  public init(_ op: any Op, _ inputs: Input...) {
    self.op = op
    self.inputs = inputs
  }
}
