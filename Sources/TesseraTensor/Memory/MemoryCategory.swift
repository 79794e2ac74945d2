/// What a storage is for.
///
/// Every byte the engine holds is in exactly one category.
public enum MemoryCategory: Int, Sendable, CaseIterable {
  case parameter, gradient, optimizer, buffer, input, activation, temporary, workspace, staging, pipeline,
    report

  /// The word tables use.
  public var name: String { String(describing: self) }

  /// Library scratch, staging memory and pipelines depend on the device and not on the program, so they are shown beside
  /// the total and never inside it.
  public var countsTowardsTotal: Bool { self != .workspace && self != .staging && self != .pipeline }
}
