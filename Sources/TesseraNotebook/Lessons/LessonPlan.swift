/// What a run of a whole lesson does with each cell, in order.
///
/// Exercises run as their solutions, in the place of the exercise, so that the cells below find what a reader
/// who solved it would have.
public struct LessonPlan: Sendable {
  /// One cell and what happens to it.
  public enum Step: Sendable {
    /// Run it and compare.
    case run(LessonCell)
    /// Leave it out, for the reason given.
    case skip(LessonCell, reason: String)

    /// The cell of the step.
    public var cell: LessonCell {
      switch self {
      case .run(let cell), .skip(let cell, _): cell
      }
    }
  }

  /// The steps in the order they happen.
  public let steps: [Step]

  /// The plan of a lesson.
  public init(_ lesson: Lesson) {
    let cells = lesson.cells
    steps = cells.indices.compactMap { Self.step(for: $0, of: cells) }
  }

  private static func step(for index: Int, of cells: [LessonCell]) -> Step? {
    let cell = cells[index]
    if let reason = cell.options.skip {
      return .skip(cell, reason: reason.isEmpty ? "marked `skip`" : reason)
    }
    switch cell.options.role {
    case .plain, .setup, .check, .hidden: return .run(cell)
    case .hint: return .skip(cell, reason: "a hint is shown on request")
    case .solution: return hasExercise(above: index, of: cells) ? nil : .run(cell)
    case .exercise:
      guard let solution = solution(below: index, of: cells) else {
        return .skip(cell, reason: "the exercise has no solution")
      }
      return .run(solution)
    }
  }

  /// The solution between an exercise and the next one.
  public static func solution(below exercise: Int, of cells: [LessonCell]) -> LessonCell? {
    cells[(exercise + 1)...].prefix { $0.options.role != .exercise }.first { $0.options.role == .solution }
  }

  private static func hasExercise(above index: Int, of cells: [LessonCell]) -> Bool {
    cells[..<index].contains { $0.options.role == .exercise }
  }
}
