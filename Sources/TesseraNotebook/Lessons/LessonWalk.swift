/// A lesson taken step by step: where the reader is, and what they answered.
///
/// Pure state: what a move means, not how it is shown.
public struct LessonWalk: Sendable {
  /// One step: what is read, then what is run.
  public struct Step: Sendable {
    /// The prose above the cell.
    public var prose: [String] = []
    /// Cells that run before without being shown.
    public var hidden: [LessonCell] = []
    /// The cell.
    public let cell: LessonCell
    /// For an exercise: help in the order in which it is given.
    public var hints: [LessonCell] = []
    /// For an exercise: one way to fill the blank.
    public var solution: LessonCell?
    /// For an exercise: what the answer must satisfy.
    public var checks: [LessonCell] = []

    /// Whether the reader has to write something.
    public var isExercise: Bool { cell.options.role == .exercise }
  }

  /// What is kept between two sittings.
  public struct Progress: Codable, Sendable, Equatable {
    /// The id of the cell to come; nil at the end.
    public var cell: String?
    /// The reader's own code, by cell id.
    public var answers: [String: String] = [:]
    /// The cells that ran well.
    public var done: Set<String> = []

    /// Nothing done yet.
    public init() {}
  }

  /// The lesson.
  public let lesson: Lesson
  /// Its steps.
  public let steps: [Step]
  /// The prose below the last cell.
  public let ending: [String]
  /// Which step comes next; `steps.count` at the end.
  public private(set) var index = 0
  /// What to keep.
  public private(set) var progress = Progress()
  /// How many hints the reader has seen of the present exercise.
  public private(set) var hintsSeen = 0

  /// A walk that begins where `progress` left off.
  public init(_ lesson: Lesson, progress: Progress? = nil) {
    self.lesson = lesson
    (steps, ending) = Self.steps(of: lesson)
    guard let progress else {
      move(to: 0)
      return
    }
    self.progress = progress
    let place = progress.cell.flatMap { id in steps.firstIndex { $0.cell.id == id } }
    // A cell that is no longer in the lesson: begin again rather than somewhere.
    move(to: place ?? (progress.cell == nil ? steps.count : 0))
  }

  /// The step that comes next; nil at the end.
  public var step: Step? { steps.indices.contains(index) ? steps[index] : nil }

  /// The code of a step: the reader's, or the lesson's.
  public func code(of step: Step) -> String { progress.answers[step.cell.id] ?? step.cell.code }

  /// Keeps the reader's code for the present step.
  public mutating func answer(_ code: String) {
    guard let step else { return }
    progress.answers[step.cell.id] = code == step.cell.code ? nil : code
  }

  /// Marks the present step as done and goes on.
  public mutating func finishStep() {
    if let step { progress.done.insert(step.cell.id) }
    move(to: index + 1)
  }

  /// Goes on without running; nothing is held against the reader.
  public mutating func skip() { move(to: index + 1) }

  /// Goes back one step; false at the beginning.
  public mutating func back() -> Bool {
    guard index > 0 else { return false }
    move(to: index - 1)
    return true
  }

  /// Begins again, and forgets answers.
  public mutating func restart() {
    progress = Progress()
    move(to: 0)
  }

  /// The next hint; nil when all were seen.
  public mutating func nextHint() -> LessonCell? {
    guard let step, hintsSeen < step.hints.count else { return nil }
    hintsSeen += 1
    return step.hints[hintsSeen - 1]
  }

  private mutating func move(to place: Int) {
    index = min(max(place, 0), steps.count)
    hintsSeen = 0
    progress.cell = step?.cell.id
  }

  private static func steps(of lesson: Lesson) -> ([Step], ending: [String]) {
    var steps: [Step] = []
    var prose: [String] = []
    var hidden: [LessonCell] = []
    for block in lesson.blocks {
      switch block {
      case .prose(let text, _): prose.append(text)
      case .cell(let cell) where cell.options.skip != nil: continue
      case .cell(let cell):
        let last = steps.indices.last.flatMap { steps[$0].isExercise ? $0 : nil }
        switch (cell.options.role, last) {
        case (.hidden, _): hidden.append(cell)
        case (.hint, let last?): steps[last].hints.append(cell)
        case (.check, let last?): steps[last].checks.append(cell)
        case (.solution, let last?): steps[last].solution = steps[last].solution ?? cell
        case (.hint, nil): continue
        default:
          steps.append(Step(prose: prose, hidden: hidden, cell: cell))
          (prose, hidden) = ([], [])
        }
      }
    }
    return (steps, prose)
  }
}
