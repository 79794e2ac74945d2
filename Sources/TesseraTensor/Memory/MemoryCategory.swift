/// What a storage is for.
///
/// Every byte the engine holds is in exactly one category.
public enum MemoryCategory: Int, Sendable, CaseIterable {
  case parameter, gradient, optimizer, buffer, input, activation, temporary, workspace, staging, pipeline,
    report

  /// The word tables use.
  public var name: String { String(describing: self) }

  /// Library scratch depends on the processor, so it is shown beside the total and never inside it.
  public var countsTowardsTotal: Bool { self != .workspace }
}
