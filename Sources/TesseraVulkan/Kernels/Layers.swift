import CKernels
import Foundation
import TesseraTensor

extension VulkanBackend {
  /// Linear resampling, or its gradient.
  func resize(_ problem: TesseraResize, from source: TensorView, to target: TensorView, isBackward: Bool)
    throws
  {
    try requireFloat32([source, target])
    guard max(source.count, target.count) <= Int(Int32.max) else { throw DeviceRefusal() }
    var arguments = KernelArguments()
    arguments.read(try operand(source))
    arguments.write(try operand(target))
    try arguments.append(Int(problem.batch), Int(problem.channels))
    try arguments.append(three(problem.input), count: 3)
    try arguments.append(three(problem.output), count: 3)
    try arguments.append(source.layout.fiveStrides, count: 5)
    try arguments.append(target.layout.fiveStrides, count: 5)
    arguments.append(problem.scale.0, problem.scale.1, problem.scale.2)
    try dispatch(
      .resize, [isBackward ? 1 : 0, problem.alignCorners ? 1 : 0], groups: groups(of: target.count), arguments
    )
  }

  /// One AdamW step in place.
  func adamW(
    _ rule: TesseraAdamW, _ gradient: TensorView, _ parameter: TensorView, _ moments: [TensorView]
  ) throws {
    try requireFloat32(moments + [gradient, parameter])
    var arguments = KernelArguments()
    arguments.write(try operand(parameter))
    arguments.read(try operand(gradient))
    for moment in moments { arguments.write(try operand(moment)) }
    try arguments.append(parameter.count)
    let step = Double(rule.step)
    arguments.append(
      1 - rule.learningRate * rule.weightDecay, rule.learningRate / (1 - pow(rule.beta1, step)),
      (1 - pow(rule.beta2, step)).squareRoot(), 1 - rule.beta1, rule.beta2, 1 - rule.beta2, rule.epsilon)
    try dispatch(.adamw, groups: groups(of: parameter.count), arguments)
  }
}

extension Layout {
  /// Strides of batch, channel, depth, height and width; absent spatial axes have none.
  fileprivate var fiveStrides: [Int] {
    Array(strides.prefix(2)) + [Int](repeating: 0, count: 5 - rank) + strides.dropFirst(2)
  }
}
