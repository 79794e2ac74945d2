/// An n-dimensional array: a layout over a storage, and a place in the graph of gradients.
///
/// Tensors are references. Several may view one storage; a write through one is seen by all and counted in the
/// storage's version, so that backward notices when something it saved was changed.
public final class Tensor {
  /// The engine that owns the memory and runs the ops.
  public let engine: Engine
  /// The bytes, which other tensors may view too.
  public internal(set) var storage: Storage
  /// Shape, strides and offset within the storage.
  public let layout: Layout
  /// Element type.
  public let dtype: DType
  /// The gradient that backward has added up; leaves only.
  public var gradient: Tensor? { didSet { isGradientSpent = false } }
  /// Whether backward let the gradient go because it had moved this leaf along it.
  public private(set) var isGradientSpent = false
  /// Whether this leaf collects a gradient.
  public private(set) var collectsGradient = false
  let node: GradientNode?
  let resultIndex: Int
  /// How backward makes this value again instead of keeping it.
  var recipe: Recipe?
  /// Slot numbers by segment id, while checkpointed segments are open.
  var slots: [Int: Int] = [:]

  init(
    engine: Engine, storage: Storage, layout: Layout, dtype: DType, node: GradientNode? = nil,
    resultIndex: Int = 0
  ) {
    self.engine = engine
    self.storage = storage
    self.layout = layout
    self.dtype = dtype
    self.node = node
    self.resultIndex = resultIndex
  }

  /// The extents.
  public var shape: Shape { layout.shape }
  /// The number of axes.
  public var rank: Int { layout.rank }
  /// Shape, layout and type together.
  public var spec: TensorSpec { TensorSpec(layout: layout, dtype: dtype) }
  /// Whether the tensor has a shape and no values.
  public var isDry: Bool { storage.isDry }
  /// Whether a gradient flows to or through this tensor.
  public var requiresGradient: Bool { collectsGradient || node != nil }
  /// Whether no op made it, as far as gradients go.
  public var isLeaf: Bool { node == nil }

  /// Makes this leaf collect a gradient, or stop.
  public func setRequiresGradient(_ value: Bool) throws {
    guard isLeaf else {
      throw TensorError.noGradient(
        op: "requires_grad", reason: "only a leaf can change it; use .detach() first")
    }
    guard !value || dtype.isFloatingPoint else {
      throw TensorError.wrongDType(
        op: "requires_grad", argument: "the tensor", expected: "a floating type", got: dtype)
    }
    collectsGradient = value
  }

  /// Notes that this is a loss times a factor by which gradients must be divided before anything moves along them.
  public func markScaledLoss() { node?.scalesLoss = true }

  /// Lets the gradient go that this leaf was moved along.
  func spendGradient() {
    gradient = nil
    isGradientSpent = true
  }

  /// The same values without their graph; shares the storage.
  public func detached() -> Tensor {
    let copy = Tensor(engine: engine, storage: storage, layout: layout, dtype: dtype)
    copy.slots = slots
    return copy
  }

  /// The edge along which this tensor's gradient travels.
  var edge: GradientNode.Edge? {
    if let node { return .node(node, result: resultIndex) }
    return collectsGradient ? .leaf(self) : nil
  }
}
