import TesseraNotebook
import TesseraScript

/// Runs a lesson from top to bottom for somebody who watches: prose, then each cell and what it shows.
///
/// Into a pipe go the headings and the outputs alone.
struct LessonShow {
  let session: Session
  let console: Console
  let quiet: Bool

  func run(_ lesson: Lesson) throws -> ExitStatus {
    for problem in lesson.problems { console.note(problem.rendered(path: lesson.path) + "\n") }
    guard lesson.problems.isEmpty else { throw ExitStatus.usage }
    let page = LessonPage(
      style: console.style, isTerminal: StandardStream.output.isTerminal, width: console.width)
    let steps = LessonPlan(lesson).steps
    var number = 0
    for block in lesson.blocks {
      switch block {
      case .prose(let text, _): console.write(page.prose(text))
      case .cell(let cell):
        guard let step = steps.first(where: { stands(for: cell, $0, in: lesson) }) else { continue }
        number += 1
        if let end = show(step, page, "cell \(number) of \(steps.count)", in: lesson) { return end }
      }
    }
    return .success
  }

  /// Whether a step is what happens at a cell: its own, or the solution that runs in an exercise's place.
  private func stands(for cell: LessonCell, _ step: LessonPlan.Step, in lesson: Lesson) -> Bool {
    guard cell.options.role == .exercise, case .run(let solution) = step,
      let index = lesson.cells.firstIndex(where: { $0.id == cell.id })
    else {
      return step.cell.id == cell.id && cell.options.role != .solution || isFree(cell, step, in: lesson)
    }
    return LessonPlan.solution(below: index, of: lesson.cells)?.id == solution.id
  }

  /// A solution without an exercise above it runs where it stands.
  private func isFree(_ cell: LessonCell, _ step: LessonPlan.Step, in lesson: Lesson) -> Bool {
    guard cell.options.role == .solution, step.cell.id == cell.id else { return false }
    return !lesson.cells.prefix { $0.id != cell.id }.contains { $0.options.role == .exercise }
  }

  /// Shows a step; a status where the lesson ends with it.
  private func show(
    _ step: LessonPlan.Step, _ page: LessonPage, _ activity: String, in lesson: Lesson
  ) -> ExitStatus? {
    switch step {
    case .skip(let cell, let reason):
      console.write(page.skipped(cell, because: reason))
      return nil
    case .run(let cell):
      let isHidden = cell.options.role == .hidden
      if !isHidden { console.write(page.code(cell)) }
      if cell.options.expectsError { showErrorsAsResults() }
      let result = console.during(activity) { session.run(CellSource(cell, in: lesson)) }
      SessionFactory.connect(session, to: console)
      if let reason = result.skipReason { console.write(page.skipped(cell, because: reason)) }
      if !isHidden { console.write(page.afterOutput(result.text)) }
      return end(of: cell, result)
    }
  }

  /// An error that the lesson is about is a result, not a diagnostic.
  private func showErrorsAsResults() {
    session.sink = { [console] in console.write($0.rendered(style: console.style)) }
  }

  private func end(of cell: LessonCell, _ result: CellResult) -> ExitStatus? {
    let isExpected = cell.options.expectsError
    switch result.error?.kind {
    case .exit, .interrupted: return ExitStatus(after: result.error)
    case nil where isExpected && result.skipReason == nil:
      console.note("tessera: the cell `\(cell.id)` should have ended in an error\n")
      return .failure
    case nil: return nil
    default: return isExpected ? nil : .failure
    }
  }
}
