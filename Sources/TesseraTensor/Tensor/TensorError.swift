/// What went wrong in the engine, as facts; `message` and `advice` are the only place that makes sentences of them.
public enum TensorError: Error, Sendable {
  case axisOutOfRange(op: String, axis: Int, shape: Shape)
  case shapesDoNotBroadcast(op: String, Shape, Shape, axisFromRight: Int)
  case shapeMismatch(op: String, expected: String, got: Shape, argument: String)
  case wrongRank(op: String, argument: String, expected: String, shape: Shape)
  case wrongInputCount(op: String, expected: Int, got: Int)
  case wrongDType(op: String, argument: String, expected: String, got: DType)
  case reshapeCount(from: Shape, to: Shape)
  case indexOutOfRange(op: String, index: Int, axis: Int, shape: Shape)
  case badParameter(op: String, name: String, value: String, rule: String)
  case dryValue(op: String)
  case notScalar(op: String, shape: Shape)
  case noGradient(op: String, reason: String)
  case gradientsSpent(op: String)
  case scaledLoss
  case savedTensorChanged(op: String, savedAt: SourceMark?, shape: Shape)
  case graphFreed(op: String)
  case insideSegment(op: String)
  case outOfMemory(OutOfMemory)
  case budgetOutOfReach(budget: Int, smallest: Int)
  case interrupted
  case layer(path: String, rule: String, advice: String)
  case unsupported(op: String, what: String)
  case elsewhere(op: String, device: String, other: String)
  case device(String, what: String, advice: String)
}

/// A line of a script, so that memory and errors can name it.
public struct SourceMark: Hashable, Sendable, CustomStringConvertible {
  /// The file's or cell's name.
  public var file: String
  /// The line, counted from 1.
  public var line: Int

  /// Makes a mark.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// `file:line`.
  public var description: String { "\(file):\(line)" }
}

extension TensorError {
  /// One sentence that names the op, the numbers and the offending place.
  public var message: String {
    switch self {
    case .axisOutOfRange(let op, let axis, let shape):
      "\(op): dim \(axis) is out of range for shape \(shape)"
    case .shapesDoNotBroadcast(let op, let a, let b, let fromRight):
      "\(op): shapes \(a) and \(b) do not broadcast: dim -\(fromRight) is \(a[a.rank - fromRight]) on the left and "
        + "\(b[b.rank - fromRight]) on the right"
    case .shapeMismatch(let op, let expected, let got, let argument):
      "\(op): \(argument) has shape \(got), expected \(expected)"
    case .wrongRank(let op, let argument, let expected, let shape):
      "\(op): \(argument) needs \(expected), got shape \(shape)"
    case .wrongInputCount(let op, let expected, let got):
      "\(op): takes \(expected) tensors, got \(got)"
    case .wrongDType(let op, let argument, let expected, let got):
      "\(op): \(argument) is \(got.rawValue), expected \(expected)"
    case .reshapeCount(let from, let to):
      "reshape: \(from) has \(from.count) elements, \(to) has \(to.count)"
    case .indexOutOfRange(let op, let index, let axis, let shape):
      "\(op): index \(index) is out of range for dim \(axis) of shape \(shape)"
    case .badParameter(let op, let name, let value, let rule):
      "\(op): \(name)=\(value), but \(rule)"
    case .dryValue(let op):
      "\(op): a dry tensor has a shape and no values"
    case .notScalar(let op, let shape):
      "\(op): needs a tensor with one element, got shape \(shape)"
    case .noGradient(let op, let reason):
      "\(op): \(reason)"
    case .gradientsSpent(let op):
      "\(op): the gradients are gone: backward(update=…) moved each parameter as soon as its gradient was whole"
    case .scaledLoss:
      "backward: update= cannot take a scaled loss: a GradScaler looks at all gradients before one parameter moves"
    case .savedTensorChanged(let op, let savedAt, let shape):
      "backward of \(op): a tensor of shape \(shape) that it saved"
        + (savedAt.map { " at \($0)" } ?? "") + " was changed in place afterwards"
    case .graphFreed(let op):
      "backward of \(op): what it saved was already freed by an earlier backward()"
    case .insideSegment(let op):
      "\(op) cannot run inside a checkpointed segment"
    case .outOfMemory(let facts): facts.message
    case .budgetOutOfReach(let budget, let smallest):
      "plan: whatever is recomputed, a step does not stay within \(ByteCount.text(budget)); "
        + "the lowest peak is \(ByteCount.text(smallest))"
    case .interrupted: "interrupted"
    case .layer(let path, let rule, _): path.isEmpty ? rule : "\(path): \(rule)"
    case .unsupported(let op, let what): "\(op): \(what) is not supported"
    case .elsewhere(let op, let device, let other):
      "\(op): one tensor lives on \"\(device)\", another on \"\(other)\""
    case .device(let name, let what, _): "\(name): \(what)"
    }
  }

  /// One next step, where there is one worth naming.
  public var advice: String? {
    switch self {
    case .axisOutOfRange(_, _, let shape):
      "a tensor of rank \(shape.rank) has dims \(-shape.rank) to \(shape.rank - 1)"
    case .shapesDoNotBroadcast:
      "two extents broadcast when they are equal or one of them is 1; use unsqueeze or permute to line them up"
    case .shapeMismatch(op: MatMul.name, _, _, _):
      "the last extent of the left side meets the last but one of the right; .T turns a matrix round"
    case .elsewhere(_, let device, _): "copy it first, with .to(\"\(device)\")"
    case .dryValue: "leave `with dry_run` to compute values, or ask for .shape"
    case .notScalar: "reduce it first, for example with .sum() or .mean()"
    case .savedTensorChanged: "write to a .clone(), or make the change before the op that saves the tensor"
    case .gradientsSpent(let op):
      "it needs all gradients at once: call backward() without update=, then \(op), then the optimizer's step()"
    case .scaledLoss:
      "leave update= out, and call scaler.step(optimizer) after backward(); bfloat16 needs no scaler"
    case .graphFreed: "run the forward pass again before a second backward()"
    case .insideSegment: "move the call after the `with checkpoint` block"
    case .outOfMemory(let facts): facts.advice
    case .budgetOutOfReach(_, let smallest):
      "give it \(ByteCount.text(smallest)), a smaller input, or fused ops where fusion is off"
    case .layer(_, _, let advice), .device(_, _, let advice): advice.isEmpty ? nil : advice
    default: nil
    }
  }
}
