/// How to make a value again: kept instead of the value where running its op is cheaper than holding its bytes.
///
/// A segment drops everything inside and runs as a whole; a recipe drops one value and runs one op, when and as often as
/// backward asks. The same op on the same inputs gives the same bits.
final class Recipe {
  private let op: any Op
  private let inputs: [KeptValue]
  private let result: Int
  private let layer: Int
  private let mark: SourceMark?

  init(_ op: any Op, inputs: [Tensor], result: Int, layer: Int, mark: SourceMark?) throws {
    self.op = op
    self.inputs = try inputs.map { try $0.engine.keeping($0) }
    self.result = result
    self.layer = layer
    self.mark = mark
  }

  func make(_ engine: Engine) throws -> Tensor {
    let name = type(of: op).name
    var values = try inputs.map { try $0.resolve(op: name) }
    // What was made again for this op alone can give its memory to the result.
    let specs = try op.results(of: values.map(\.spec))
    if result == 0, let index = op.replaceableInput, engine.canOverwrite(&values[index], as: specs[0]) {
      let places = [values[index]] + specs.dropFirst().map { _ in nil }
      return try engine.run(op, values, over: places)[0]
    }
    return try engine.execute(op, values, layer: layer, mark: mark)[result]
  }
}

/// Values that cost little to make again from what is kept anyway.
public enum RemadeValue: String, CaseIterable, Sendable {
  /// What norms put out, with the activation behind them where one op does both.
  case norms
  /// What activations put out.
  case activations
  /// What convolutions with few operations for their size put out: those that widen, and doubled maps.
  case convolutions
}

extension Engine {
  /// How the graph keeps a tensor outside segments: by its recipe, outside memory, or as it is.
  func keeping(_ tensor: Tensor) throws -> KeptValue {
    if let recipe = tensor.recipe { return .recipe(recipe, self) }
    if let offload, offload.takes(tensor) { return .offloaded(try OffloadedTensor(tensor, offload)) }
    return .tensor(KeptTensor(tensor))
  }

  /// Runs `body`; what its ops return is made again in backward instead of kept.
  ///
  /// Whatever keeps such a result keeps its op's inputs in its place, so this pays where those are kept anyway or are
  /// small. Does nothing where fusion is off, inside segments, which compute everything again, and where ``remade`` lacks
  /// the value.
  public func remaking<Result>(_ value: RemadeValue, _ body: () throws -> Result) rethrows -> Result {
    guard remade.contains(value) else { return try body() }
    let before = isRemaking
    isRemaking = true
    defer { isRemaking = before }
    return try body()
  }

  /// Gives the results that the caller sees their recipes, where the current scope asks for it.
  func addRecipes(_ op: any Op, _ inputs: [Tensor], _ results: [Tensor], layer: Int, mark: SourceMark?) throws
  {
    guard isRemaking, isFused, segments.isEmpty else { return }
    for (index, result) in results.prefix(op.visibleResultCount).enumerated() where result.node != nil {
      result.recipe = try Recipe(op, inputs: inputs, result: index, layer: layer, mark: mark)
    }
  }
}
