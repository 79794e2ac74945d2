/// What a storage is for.
///
/// Every byte the engine holds is in exactly one category.
public enum MemoryCategory: Int, Sendable, CaseIterable {
  case parameter, gradient, optimizer, buffer, input, activation, temporary, workspace, staging, pipeline,
    report, offloaded

  /// The word tables use.
  public var name: String { String(describing: self) }

  /// Whether it is part of the total.
  ///
  /// Library scratch, staging memory and pipelines depend on the device and not on the program, and what was offloaded
  /// is not in its memory: they are shown beside the total.
  public var countsTowardsTotal: Bool {
    switch self {
    case .workspace, .staging, .pipeline, .offloaded: false
    default: true
    }
  }
}
