/// An op that can say what a device has to run.
protocol DeviceOp: Op {
  /// Issues the op's kernels; throws ``DeviceRefusal`` where it has none for these inputs.
  func issue(_ call: KernelCall, to device: any KernelDevice) throws
}

/// An op whose CPU kernel issues itself on a device: it calls families of ``KernelCall`` and nothing else, or asks
/// ``KernelCall/issued(_:)`` first.
package protocol FamilyOp: Op {}

extension KernelCall {
  /// Issues a kernel where the views are a device's addresses; false on the CPU.
  package func issued(_ kernel: @autoclosure () -> DeviceKernel) throws -> Bool {
    guard let device else { return false }
    try device.issue(kernel())
    return true
  }
}

extension Op {
  /// Runs the op on a device; throws ``DeviceRefusal``, possibly after issuing a part of it, where that cannot be.
  package func run(on device: any KernelDevice, inputs: [TensorView], outputs: [TensorView]) throws {
    let call = KernelCall(inputs: inputs, outputs: outputs, parallel: .none, device: device)
    if let op = self as? any DeviceOp { return try op.issue(call, to: device) }
    let isFamily =
      self is any FamilyOp || self is any UnaryOp || self is any BinaryOp || self is any PointwiseBackwardOp
      || self is any ComparisonOp || self is any LogicalOp
    guard isFamily else { throw DeviceRefusal() }
    try cpu(call)
  }
}

extension Concatenate: FamilyOp {}
extension Copy: FamilyOp {}
extension Fill: FamilyOp {}
extension Flip: FamilyOp {}
extension Pad: FamilyOp {}
extension Roll: FamilyOp {}
extension ViewBackward: FamilyOp {}
extension Cast: FamilyOp {}
extension Where: FamilyOp {}
extension MaskedFill: FamilyOp {}
extension Sum: FamilyOp {}
extension Mean: FamilyOp {}
extension Max: FamilyOp {}
extension Min: FamilyOp {}
extension Argmax: FamilyOp {}
extension Argmin: FamilyOp {}
extension AllTrue: FamilyOp {}
extension AnyTrue: FamilyOp {}
extension RandomUniform: FamilyOp {}
extension RandomNormal: FamilyOp {}
extension RandomInteger: FamilyOp {}
extension Bernoulli: FamilyOp {}
extension Dropout: FamilyOp {}
extension DropoutBackward: FamilyOp {}
