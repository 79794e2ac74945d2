import CKernels

/// The sums over space that Dice and cross entropy are made of, in one pass over prediction and target.
///
/// `overlap = Σ p t`, `sizes = Σ p + Σ t` (or of their squares), `entropy = Σ t log softmax(x)`, each an image and class
///
/// - Shape: `x` and `target` are `[N, C, …]`, C at most ``classLimit``; the three results `[N, C]`.
/// - Memory: keeps x and the target: no probability, no logarithm. Sums are made in float64.
/// - Throws: when the shapes differ or there are more classes.
public struct DiceSums: FloatingOp {
  /// What makes predictions probabilities.
  public enum Activation: UInt32, Sendable { case none, sigmoid, softmax }

  /// `dice_sums`.
  public static let name = "dice_sums"
  /// For help.
  public static let summary =
    "Overlap, sizes and cross entropy of a prediction and its target, an image and class."
  /// Classes that a block of positions holds at once.
  public static let classLimit = tesseraDiceClasses

  /// Every activation, both memory orders, one image and several.
  public static var samples: [OpSample] {
    [
      OpSample(
        DiceSums(.sigmoid), .init([2, 3, 5, 7, 6], -3...3, channelsLast: true),
        .init([2, 3, 5, 7, 6], 0...1, dtype: .float32, isData: true)),
      OpSample(
        DiceSums(.softmax, squared: true), .init([1, 14, 11, 13], -3...3),
        .init([1, 14, 11, 13], 0...1, dtype: .float32, isData: true)),
      OpSample(
        DiceSums(.none, hasEntropy: false), .init([3, 1, 70], 0...1),
        .init([3, 1, 70], 0...1, dtype: .float32, isData: true)),
    ]
  }

  /// What makes predictions probabilities for Dice.
  public let activation: Activation
  /// Whether sizes are sums of squares.
  public let squared: Bool
  /// Whether there is an entropy; else it is zero.
  public let hasEntropy: Bool

  /// Makes the op.
  public init(_ activation: Activation, squared: Bool = false, hasEntropy: Bool = true) {
    self.activation = activation
    self.squared = squared
    self.hasEntropy = hasEntropy
  }

  /// Three sums an image and class.
  public func results(of inputs: [TensorSpec]) throws -> [TensorSpec] {
    let shape = inputs[0].shape
    guard shape.rank >= 3, inputs[1].shape == shape else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "\(shape), [N, C] and at least one spatial axis", got: inputs[1].shape,
        argument: "target")
    }
    guard shape[1] <= Self.classLimit else {
      throw TensorError.shapeMismatch(
        op: Self.name, expected: "at most \(Self.classLimit) classes", got: shape, argument: "input")
    }
    try inputs[1].require(inputs[0].dtype.accumulation, op: Self.name, argument: "target")
    return [TensorSpec](
      repeating: TensorSpec([shape[0], shape[1]], inputs[0].dtype.accumulation), count: 3)
  }

  /// The caller sees every sum.
  public var visibleResultCount: Int { 3 }

  /// Sums in fixed slabs of positions, added in their order.
  public func cpu(_ call: KernelCall) throws { try call.compute(self) }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let pass = try DicePass<Element>(self, x: call.inputs[0], target: call.inputs[1])
    let width = 3 * pass.classes
    try Scratch.withElements(Double.self, count: (pass.slabs + 1) * width) { sums in
      for image in 0..<pass.images {
        try pass.run(call.parallel, image) { slab, range, dice, x, target in
          var dice = dice
          Element.diceSums(
            &dice, x.base, target.base, Int64(range.lowerBound), Int64(range.upperBound), sums + slab * width)
        }
        let total = sums.from(pass.slabs * width)
        Double.sumSlabs(Int64(pass.slabs), Int64(width), sums.base, total.base, 0, Int64(width))
        for index in 0..<width {
          let target = call.outputs[index / pass.classes].elements(Element.Real.self)
          target[image * pass.classes + index % pass.classes] = Element.Real(total.base[index])
        }
      }
    }
  }

  /// One pass for all three sums, over the prediction where nobody else holds that; the target is data.
  public func gradient(_ backward: BackwardCall) throws -> [Tensor?] {
    guard !backward.needs[1] else {
      throw TensorError.noGradient(op: Self.name, reason: "its target is data")
    }
    var x = try backward.takeInput(0)
    let place = backward.engine.isOnlyHolder(of: &x) ? x : nil
    let inputs =
      [x, try backward.input(1)] + (try (0..<3).map { try backward.gradient($0) })
    return [try backward.engine.run(DiceSumsBackward(forward: self), inputs, over: [place])[0], nil]
  }

  /// Prediction and target.
  public func keeps(needs: [Bool]) -> [Kept] { [.input(0), .input(1)] }

  /// Activation, softmax and its logarithm, three products and sums.
  public func flops(of inputs: [TensorSpec]) -> Int { 16 * inputs[0].shape.count }
}

/// The gradient of ``DiceSums`` for the prediction, from prediction, target and the gradients of the sums.
struct DiceSumsBackward: FloatingOp {
  static let name = "dice_sums_backward"
  static let summary = "The gradient of dice_sums."
  let forward: DiceSums

  func results(of inputs: [TensorSpec]) throws -> [TensorSpec] { [inputs[0]] }

  func layout(ofInput index: Int) -> LayoutRequirement { index < 2 ? .any : .rowMajor }

  func cpu(_ call: KernelCall) throws { try call.compute(self) }

  func compute<Element: KernelElement>(_ call: KernelCall, _ type: Element.Type) throws {
    let pass = try DicePass<Element>(forward, x: call.inputs[0], target: call.inputs[1])
    let (dx, classes) = (call.outputs[0].shared(type), pass.classes)
    try Scratch.withElements(Element.Real.self, count: 3 * classes) { gradients in
      for image in 0..<pass.images {
        for sum in 0..<3 {
          let source = call.inputs[2 + sum].elements(Element.Real.self) + image * classes
          (gradients + sum * classes).update(from: source, count: classes)
        }
        try pass.run(call.parallel, image) { _, range, dice, x, target in
          var dice = dice
          Element.diceBackward(
            &dice, x.base, target.base, gradients.base, Int64(range.lowerBound), Int64(range.upperBound),
            dx + pass.start(of: image))
        }
      }
    }
  }

  func flops(of inputs: [TensorSpec]) -> Int { 24 * inputs[0].shape.count }
}
