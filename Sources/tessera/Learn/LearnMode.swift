import TesseraNotebook
import TesseraScript

/// A lesson at the prompt: prose and a cell are shown, Enter runs it, and anything else typed is free play in
/// the same session.
final class LearnMode {
  private unowned let repl: Repl
  private var walk: LessonWalk
  private var file = ProgressFile()
  private var saidNotKept = false

  private var console: Console { repl.console }
  private var page: LessonPage { LessonPage(style: console.style, isTerminal: true, width: console.width) }

  /// Opens a lesson at the place where it was left.
  init(path: String, repl: Repl) throws {
    let text: String
    do { text = try TextFile.read(path) } catch { throw ScriptError("cannot read \(error)") }
    let lesson = LessonParser.parse(text, path: path)
    if let problem = lesson.problems.first { throw ScriptError(problem.rendered(path: path)) }
    guard !lesson.cells.isEmpty else { throw ScriptError("\(path) has no cells, so it is no lesson") }
    self.repl = repl
    walk = LessonWalk(lesson, progress: file.progress(of: path))
    if walk.step == nil { walk.restart() }
    resume()
  }

  /// What the prompt says: the step, and how many there are.
  var prompt: String {
    walk.step == nil ? "end> " : "\(walk.index + 1)/\(walk.steps.count)> "
  }

  // MARK: - Entries

  /// Whether an entry is a move in the lesson rather than a program: Enter alone, `b`, `e`.
  ///
  /// A variable called `b` or `e` keeps its name; the commands :back and :edit always work.
  func claims(_ text: String) -> Bool {
    let word = text.filter { !$0.isWhitespace }
    if word.isEmpty { return true }
    return ["b", "e"].contains(word) && repl.session.interpreter.global(word) == nil
  }

  /// Makes the move.
  func perform(_ text: String) {
    switch text.filter({ !$0.isWhitespace }) {
    case "b": back()
    case "e": edit()
    default: runStep()
    }
  }

  /// Takes a program that is the present exercise with its blank filled as the answer: runs it and its checks.
  func takesAnswer(_ text: String) -> Bool {
    guard let step = walk.step, step.isExercise, step.cell.fills(with: text) else { return false }
    walk.answer(text)
    runStep()
    return true
  }

  // MARK: - Moves

  /// Runs the present cell; goes on when it ran well.
  func runStep() {
    guard let step = walk.step else { return finish() }
    let code = walk.code(of: step)
    if step.isExercise, ExerciseBlank.isLeft(in: code) {
      return console.write(
        "Fill the blank first: type it here or e edits the cell, :hint helps, :skip takes the solution.\n")
    }
    guard run(step, code) else { return keep() }
    walk.finishStep()
    keep()
    show()
  }

  /// Goes on without running.
  func skip() {
    walk.skip()
    keep()
    show()
  }

  /// Takes the solution as the answer, runs it, and goes on.
  func takeSolution() {
    guard let step = walk.step, let solution = step.solution else { return skip() }
    walk.answer(solution.code)
    console.write(page.code(solution))
    _ = run(step, solution.code)
    skip()
  }

  func back() {
    guard walk.back() else { return console.write("This is the first step.\n") }
    keep()
    show()
  }

  func hint() {
    guard walk.step?.isExercise == true else { return console.write("Hints belong to exercises.\n") }
    guard let hint = walk.nextHint() else {
      return console.write("No more hints; :solution shows one way.\n")
    }
    // A hint is written as comments, so that the lesson stays a program.
    let lines = hint.code.split(separator: "\n").map { $0.drop { $0 == "#" || $0 == " " } }
    console.write(lines.joined(separator: "\n") + "\n")
  }

  func solution() {
    guard let solution = walk.step?.solution else {
      return console.write("This step has no solution to show.\n")
    }
    console.write(page.code(solution))
  }

  func restart() {
    walk.restart()
    keep()
    show()
  }

  /// Edits the present cell and runs what comes back.
  func edit() {
    guard let step = walk.step, let text = ExternalEditor.edit(walk.code(of: step), console) else { return }
    walk.answer(text)
    console.write(text.split(separator: "\n").map { console.style.apply(.dim, "  │ ") + $0 + "\n" }.joined())
    runStep()
  }

  /// Leaves the lesson; its place is kept.
  func close() {
    keep()
    repl.learning = nil
    console.write("Left “\(walk.lesson.title)” at step \(min(walk.index + 1, walk.steps.count)).\n")
  }

  // MARK: - Showing

  /// Shows the prose and the cell of the present step.
  func show() {
    guard let step = walk.step else { return finish() }
    for text in step.prose { console.write(page.prose(text)) }
    let code = walk.code(of: step).split(separator: "\n", omittingEmptySubsequences: false)
    console.write("\n" + code.map { console.style.apply(.dim, "  │ ") + $0 + "\n" }.joined())
    let moves =
      step.isExercise ? "type it with the blank filled, or e edits; :hint helps" : "Enter runs, e edits"
    console.write(console.style.apply(.dim, "  (\(moves), b goes back; or type anything)") + "\n")
  }

  private func finish() {
    for text in walk.ending { console.write(page.prose(text)) }
    let done = walk.progress.done.count
    console.write("\nThat was “\(walk.lesson.title)”: \(done) of \(walk.steps.count) cells ran well. ")
    console.write(":restart begins again, :quit leaves the lesson.\n")
  }

  // MARK: - Running

  /// Runs the hidden cells before a step, its code, and its checks; true when all went as they should.
  private func run(_ step: LessonWalk.Step, _ code: String) -> Bool {
    guard step.hidden.allSatisfy({ runCell($0, $0.code) }), runCell(step.cell, code) else { return false }
    guard step.checks.allSatisfy({ runCell($0, $0.code) }) else {
      console.write("Not yet: :hint helps, :solution shows one way.\n")
      return false
    }
    if step.isExercise { console.write(console.style.apply(.green, "Right.") + "\n") }
    return true
  }

  private func runCell(_ cell: LessonCell, _ code: String) -> Bool {
    var source = CellSource(cell, in: walk.lesson)
    source.text = code
    let result = console.during("running \(cell.id)") { repl.session.run(source) }
    if let reason = result.skipReason { console.write("(not run: \(reason))\n") }
    return result.error == nil || (cell.options.expectsError && result.error?.kind != .interrupted)
  }

  /// Runs the steps before the present one again, unseen, to bring back their variables.
  private func resume() {
    guard walk.index > 0 else { return }
    console.write("Back at step \(min(walk.index + 1, walk.steps.count)) of \(walk.steps.count). ")
    console.write("The cells before it run again to bring back their variables.\n")
    let session = repl.session
    let sink = session.sink
    session.sink = { _ in }
    defer { session.sink = sink }
    for step in walk.steps[..<walk.index] where !ExerciseBlank.isLeft(in: walk.code(of: step)) {
      for cell in step.hidden { _ = runCell(cell, cell.code) }
      guard runCell(step.cell, walk.code(of: step)) else {
        return console.write("The cell `\(step.cell.id)` failed, so some variables are missing.\n")
      }
    }
  }

  private func keep() {
    file.keep(walk.progress, of: walk.lesson.path)
    guard let problem = file.problem, !saidNotKept else { return }
    saidNotKept = true
    console.note("tessera: progress is not kept: \(problem)\n")
  }
}
