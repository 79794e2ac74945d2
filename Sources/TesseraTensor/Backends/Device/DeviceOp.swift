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
    guard Self.isFamily else { throw DeviceRefusal() }
    try cpu(call)
  }

  fileprivate static var isFamily: Bool {
    self is any FamilyOp.Type || self is any UnaryOp.Type || self is any BinaryOp.Type
      || self is any PointwiseBackwardOp.Type || self is any ComparisonOp.Type || self is any LogicalOp.Type
  }
}

extension Engine {
  /// Whether the backend has a kernel of its own for this op; where it has none, layers run the ops that it is made of.
  public func hasKernel(for op: any Op.Type) -> Bool {
    backend is CPUBackend || op is any DeviceOp.Type || op.isFamily
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
extension GeluDropout: FamilyOp {}
extension GeluDropoutBackward: FamilyOp {}
