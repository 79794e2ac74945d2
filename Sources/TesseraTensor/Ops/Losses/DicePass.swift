import CKernels

/// A type for which there is a pass of Dice and cross entropy; each function once, by its C name.
protocol DiceElement: StoredElement {
  typealias Dice = UnsafePointer<TesseraDice>?

  static var diceSums: (Dice, Source, RealSource, Int64, Int64, UnsafeMutablePointer<Double>?) -> Void { get }
  static var diceBackward: (Dice, Source, RealSource, RealSource, Int64, Int64, Target) -> Void { get }
}

extension Float: DiceElement {
  static var diceSums: (Dice, Source, RealSource, Int64, Int64, UnsafeMutablePointer<Double>?) -> Void {
    tessera_dice_sums_f32
  }
  static var diceBackward: (Dice, Source, RealSource, RealSource, Int64, Int64, Target) -> Void {
    tessera_dice_backward_f32
  }
}

extension Double: DiceElement {
  static var diceSums: (Dice, Source, RealSource, Int64, Int64, UnsafeMutablePointer<Double>?) -> Void {
    tessera_dice_sums_f64
  }
  static var diceBackward: (Dice, Source, RealSource, RealSource, Int64, Int64, Target) -> Void {
    tessera_dice_backward_f64
  }
}

extension TesseraBFloat16: DiceElement {
  static var diceSums: (Dice, Source, RealSource, Int64, Int64, UnsafeMutablePointer<Double>?) -> Void {
    tessera_dice_sums_bf16
  }
  static var diceBackward: (Dice, Source, RealSource, RealSource, Int64, Int64, Target) -> Void {
    tessera_dice_backward_bf16
  }
}

extension TesseraFloat16: DiceElement {
  static var diceSums: (Dice, Source, RealSource, Int64, Int64, UnsafeMutablePointer<Double>?) -> Void {
    tessera_dice_sums_f16
  }
  static var diceBackward: (Dice, Source, RealSource, RealSource, Int64, Int64, Target) -> Void {
    tessera_dice_backward_f16
  }
}

/// Prediction and target as images of positions of classes, whichever way each lies in memory.
struct DicePass<Element: DiceElement>: Sendable {
  /// Positions of one partial sum: a fixed cut, so that bits do not depend on threads.
  private static var slabPositions: Int { 1 << 13 }

  let images: Int
  let classes: Int
  private let positions: Int
  private let dice: TesseraDice
  private let x: SharedElements<Element>
  private let target: SharedElements<Element.Real>

  init(_ op: DiceSums, x: TensorView, target: TensorView) throws {
    (images, classes) = (x.shape[0], x.shape[1])
    positions = x.shape.extents.dropFirst(2).reduce(1, *)
    dice = try op.problem(x: x, target: target)
    self.x = x.shared()
    self.target = target.shared()
  }

  var slabs: Int { max(1, (positions + Self.slabPositions - 1) / Self.slabPositions) }

  /// The first element of an image.
  func start(of image: Int) -> Int { image * positions * classes }

  func run(
    _ parallel: Parallel, _ image: Int,
    _ body:
      @Sendable (
        _ slab: Int, _ positions: Range<Int>, TesseraDice, SharedElements<Element>,
        SharedElements<Element.Real>
      ) -> Void
  ) throws {
    let (x, target) = (x.from(start(of: image)), target.from(start(of: image)))
    try parallel.run(count: positions, slab: Self.slabPositions) { range in
      body(range.lowerBound / Self.slabPositions, range, dice, x, target)
    }
  }
}

extension DiceSums {
  /// What kernels are told of one image.
  func problem(x: TensorView, target: TensorView) throws -> TesseraDice {
    let (prediction, goal) = (try x.diceSteps, try target.diceSteps)
    return TesseraDice(
      classes: Int64(x.shape[1]), xPosition: prediction.position, xClass: prediction.class,
      targetPosition: goal.position, targetClass: goal.class,
      activation: TesseraActivation(rawValue: activation.rawValue), squared: squared, entropy: hasEntropy)
  }
}

extension TensorView {
  /// Elements between positions, and between classes.
  fileprivate var diceSteps: (position: Int64, class: Int64) {
    get throws {
      if layout.isChannelsLast { return (Int64(shape[1]), 1) }
      guard layout.isRowMajor else {
        throw TensorError.unsupported(
          op: DiceSums.name, what: "a tensor that is neither row-major nor channels-last")
      }
      return (1, Int64(shape.extents.dropFirst(2).reduce(1, *)))
    }
  }
}
