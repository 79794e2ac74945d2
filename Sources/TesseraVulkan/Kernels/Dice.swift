import CKernels
import TesseraTensor

extension VulkanBackend {
  /// The sums that Dice and cross entropy are made of, `[N, C]` each: in parts, which are then added.
  func diceSums(
    _ dice: TesseraDice, x: TensorView, target: TensorView, _ outputs: [TensorView]
  ) throws {
    try requireFloat32(outputs)
    let (images, classes) = (x.shape[0], Int(dice.classes))
    let positions = x.count / max(1, images * classes)
    // Enough invocations to fill a device, of at least 16 positions each.
    let filling = min(positions / 16, 65536 / max(1, images))
    let parts = max(1, filling, (positions + Self.longestLoop - 1) / Self.longestLoop)
    let layout = Layout(rowMajor: [images, parts, classes])
    let partials = try scratch(Layout(rowMajor: Shape([3] + layout.shape.extents)), .float32)
    try self.dice(0, dice, x, target, gradients: [nil, nil, nil], partials, parts: parts)
    for (index, output) in outputs.enumerated() {
      let sums = TensorView(
        pointer: partials.pointer + index * layout.count * 4, layout: layout, dtype: .float32)
      try sum(DeviceRows(outer: images, count: parts, inner: classes), sums, output, divisor: 1)
    }
  }

  /// The gradient for the prediction from those of the sums; it may lie over the prediction.
  func diceBackward(
    _ dice: TesseraDice, x: TensorView, target: TensorView, gradients: [TensorView], _ dx: TensorView
  ) throws {
    try requireFloat32(gradients)
    try self.dice(1, dice, x, target, gradients: gradients, dx, parts: 1)
  }

  private func dice(
    _ mode: Int, _ dice: TesseraDice, _ x: TensorView, _ target: TensorView, gradients: [TensorView?],
    _ output: TensorView, parts: Int
  ) throws {
    try requireFloat32([target])
    let type = try mapType(mode == 0 ? [x] : [x, output])
    let (images, classes) = (x.shape[0], Int(dice.classes))
    let positions = x.count / max(1, images * classes)
    guard x.count <= Int(Int32.max) else { throw DeviceRefusal() }
    var arguments = KernelArguments()
    for view in [x, target] { arguments.read(try operand(view)) }
    for gradient in gradients { arguments.read(try gradient.map(operand)) }
    arguments.write(try operand(output))
    try arguments.append(images, positions, parts)
    for stride in [dice.xPosition, dice.xClass, dice.targetPosition, dice.targetClass] {
      try arguments.append(Int(stride))
    }
    let constants = [
      mode, type, classes, Int(dice.activation.rawValue), dice.squared ? 1 : 0, dice.entropy ? 1 : 0,
    ]
    try dispatch(
      .dice, constants, groups: groups(of: images * (mode == 0 ? parts : positions)), arguments)
  }
}
