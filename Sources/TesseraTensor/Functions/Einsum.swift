/// Sums of products over named axes: `"bhid,bhjd->bhij"`.
///
/// Two operands at a time become one matrix product: axes of both that stay are its batch, axes of both that
/// vanish are summed, and the others are its rows and columns.
public struct Einsum {
  private let equation: String
  private let inputs: [[Character]]
  private let output: [Character]

  /// Reads an equation; without `->` the result has the axes that occur once, in alphabetical order.
  public init(_ equation: String) throws {
    self.equation = equation
    let sides = equation.filter { $0 != " " }.split(separator: ">", omittingEmptySubsequences: false)
    let left = sides[0].hasSuffix("-") ? sides[0].dropLast() : sides[0]
    inputs = left.split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let all = inputs.flatMap { $0 }
    let single = Set(all).filter { name in all.count { $0 == name } == 1 }.sorted()
    output = sides.count > 1 ? Array(sides[1]) : single
    let isWellFormed = sides.count <= 2 && (sides.count == 1) == !sides[0].hasSuffix("-")
    guard isWellFormed, all.allSatisfy(\.isLetter), Set(output).count == output.count,
      Set(output).isSubset(of: all), inputs.allSatisfy({ Set($0).count == $0.count })
    else {
      throw TensorError.badParameter(
        op: "einsum", name: "equation", value: "\"\(equation)\"",
        rule: "it names each axis of a tensor by a letter, once, as in \"ij,jk->ik\"")
    }
  }

  /// Computes the result for tensors in the equation's order.
  public func run(_ tensors: [Tensor]) throws -> Tensor {
    guard tensors.count == inputs.count, let first = tensors.first else {
      throw TensorError.wrongInputCount(op: "einsum", expected: inputs.count, got: tensors.count)
    }
    try checkExtents(tensors)
    var (result, names) = (first, inputs[0])
    for place in 1..<max(1, tensors.count) {
      let later = Set(inputs[(place + 1)...].joined()).union(output)
      (result, names) = try Self.product(result, names, tensors[place], inputs[place], keeping: later)
    }
    let vanishing = names.indices.filter { !output.contains(names[$0]) }
    if !vanishing.isEmpty {
      result = try result.sum(dims: vanishing)
      names = names.filter(output.contains)
    }
    return try result.permuted(to: output.compactMap(names.firstIndex))
  }

  private func checkExtents(_ tensors: [Tensor]) throws {
    var extents: [Character: Int] = [:]
    for (tensor, names) in zip(tensors, inputs) {
      guard tensor.rank == names.count else {
        throw TensorError.wrongRank(
          op: "einsum", argument: "the operand \(String(names))", expected: "\(names.count) dims",
          shape: tensor.shape)
      }
      for (name, extent) in zip(names, tensor.shape.extents) {
        guard extents[name] ?? extent == extent else {
          throw TensorError.shapeMismatch(
            op: "einsum", expected: "\(extents[name] ?? 0) along \(name)", got: tensor.shape,
            argument: "the operand \(String(names))")
        }
        extents[name] = extent
      }
    }
  }

  /// One product; axes that neither the result nor a later operand needs are summed.
  private static func product(
    _ a: Tensor, _ aNames: [Character], _ b: Tensor, _ bNames: [Character], keeping kept: Set<Character>
  ) throws -> (Tensor, [Character]) {
    let batch = aNames.filter { bNames.contains($0) && kept.contains($0) }
    let summed = aNames.filter { bNames.contains($0) && !kept.contains($0) }
    let rows = aNames.filter { !bNames.contains($0) }
    let columns = bNames.filter { !aNames.contains($0) }
    let left = try matrices(a, aNames, batch, rows, summed)
    let right = try matrices(b, bNames, batch, summed, columns)
    let product = try a.engine.run(MatMul(), left, right)
    func extents(_ names: [Character]) -> [Int] {
      names.map { name in
        aNames.firstIndex(of: name).map { a.shape[$0] } ?? bNames.firstIndex(of: name).map { b.shape[$0] }
          ?? 1
      }
    }
    let names = batch + rows + columns
    return (try product.reshaped(to: Shape(extents(names))), names)
  }

  /// The tensor as a batch of matrices whose rows and columns are merged axes.
  private static func matrices(
    _ tensor: Tensor, _ names: [Character], _ batch: [Character], _ rows: [Character], _ columns: [Character]
  ) throws -> Tensor {
    let places = [batch, rows, columns].map { $0.compactMap(names.firstIndex) }
    let extents = places.map { $0.map { tensor.shape[$0] }.reduce(1, *) }
    return try tensor.permuted(to: places.flatMap { $0 }).reshaped(to: Shape(extents))
  }
}
