import TesseraTensor

/// What an optimizer does to parameters that have gradients.
public protocol Optimizer: AnyObject {
  /// The learning rate of the next step.
  var learningRate: Double { get set }
  /// The parameters it moves.
  var parameters: [(name: String, tensor: Tensor)] { get }
  /// Bytes that its first steps will make and keep, and that do not live yet.
  var missingStateBytes: Int { get }
  /// Everything that a resumed run needs, by name.
  var state: [(name: String, tensor: Tensor)] { get }
  /// Whether a move needs room of its parameter's size on the way.
  var needsRoom: Bool { get }

  /// Makes what these parameters' moves keep and what is not made yet: all of it or nothing.
  func makeState(of numbers: [Int]) throws
  /// Moves one parameter along its gradient, which stays what it is, and allocates nothing.
  ///
  /// - Parameter room: a tensor like the parameter to write over, where ``needsRoom``.
  func move(_ number: Int, along gradient: Tensor, room: Tensor?) throws
}

extension Optimizer {
  /// Moves every parameter that has a gradient, in place.
  ///
  /// - Throws: where there is no memory for it, or when it is interrupted before the first one moves; no parameter has moved
  ///   then, and the next step is what this one would have been. An interrupt that comes later waits for the step's end: a
  ///   step that failed half-way would move the first parameters twice when it is tried again.
  public func step() throws {
    let numbers = parameters.indices.filter { parameters[$0].tensor.gradient != nil }
    let ledger = parameters.first?.tensor.engine.ledger
    ledger?.mark("step")
    try makeState(of: numbers)
    let room = try MoveRoom(for: needsRoom ? numbers.map { parameters[$0].tensor } : [])
    try parameters.first?.tensor.engine.uninterrupted {
      for number in numbers { try move(number, in: room) }
    }
    ledger?.mark("step done")
  }

  /// Forgets all gradients.
  public func zeroGradients() {
    for (_, parameter) in parameters { parameter.gradient = nil }
  }

  /// The gradient with decay added, `g + wd·p`, made in `room`; the gradient itself where nothing decays.
  func decayed(
    _ gradient: Tensor, by weightDecay: Double, of parameter: Tensor, in room: Tensor?
  ) throws -> Tensor {
    guard let room, weightDecay != 0 else { return gradient }
    try parameter.engine.runInPlace(MultiplyScalar(by: weightDecay), [parameter], into: room)
    try parameter.engine.runInPlace(Add(), [gradient, room], into: room)
    return room
  }

  fileprivate func move(_ number: Int, in room: MoveRoom) throws {
    let parameter = parameters[number].tensor
    guard let gradient = parameter.gradient else { return }
    try parameter.engine.withoutGradients {
      try move(number, along: gradient, room: room.tensor(like: parameter))
    }
  }
}

/// Memory for the largest of several parameters, which moves take in turn.
private struct MoveRoom {
  private let room: Tensor?

  init(for parameters: [Tensor]) throws {
    let largest = parameters.max { $0.spec.byteCount < $1.spec.byteCount }
    room = try largest?.engine.allocate(
      TensorSpec([largest?.spec.byteCount ?? 0], .bool), purpose: .temporary, op: "optimizer")
  }

  func tensor(like parameter: Tensor) -> Tensor? { room?.memory(as: parameter.spec) }
}

/// An optimizer's moves, one at a time while backward runs.
private final class StepInBackward: ParameterUpdate {
  private let optimizer: any Optimizer
  private let numbers: [ObjectIdentifier: [Int]]
  let leaves: [Tensor]

  init(_ optimizer: any Optimizer) {
    self.optimizer = optimizer
    let parameters = optimizer.parameters
    numbers = Dictionary(grouping: parameters.indices) { ObjectIdentifier(parameters[$0].tensor) }
    leaves = parameters.indices.filter { [numbers] in
      numbers[ObjectIdentifier(parameters[$0].tensor)]?.first == $0
    }.map { parameters[$0].tensor }
  }

  private func numbers(of leaf: Tensor) -> [Int] { numbers[ObjectIdentifier(leaf)] ?? [] }

  func prepare(_ leaves: [Tensor]) throws { try optimizer.makeState(of: leaves.flatMap(numbers)) }

  func move(_ leaf: Tensor) throws {
    let room = try MoveRoom(for: optimizer.needsRoom ? [leaf] : [])
    try leaf.engine.uninterrupted {
      for number in numbers(of: leaf) { try optimizer.move(number, in: room) }
    }
  }
}

/// Takes the gradients that an optimizer would, and the room of its moves, but moves nothing: for trials of a step.
final class StepRehearsal: ParameterUpdate {
  let leaves: [Tensor]
  private let needsRoom: Bool

  init(_ optimizer: any Optimizer) {
    leaves = optimizer.parameters.map(\.tensor)
    needsRoom = optimizer.needsRoom
  }

  /// State that is not made yet is for who plans to count: ``Optimizer/missingStateBytes``.
  func prepare(_ leaves: [Tensor]) {}

  func move(_ leaf: Tensor) throws { _ = try MoveRoom(for: needsRoom ? [leaf] : []) }
}

extension Tensor {
  /// Backward and the optimizer's step in one: each parameter moves when its gradient is whole, which is then let go.
  ///
  /// Parameters end as after `backward()`, `step()` and `zeroGradients()`, bit for bit; gradients of earlier passes that
  /// were accumulated are part of the sum. An argument of backward rather than a mode of the optimizer: who reads the
  /// line sees that it moves parameters, and the passes before the last of an accumulation leave it out.
  ///
  /// - Throws: as `backward(seed:)`. Memory for the optimizer's state is asked for before anything moves; a pass that fails
  ///   later, or is interrupted, leaves moved what had moved, each parameter whole or not at all.
  public func backward(seed: Tensor? = nil, updating optimizer: any Optimizer) throws {
    try backward(seed: seed, update: StepInBackward(optimizer))
  }
}
