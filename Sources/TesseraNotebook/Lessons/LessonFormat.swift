/// A lesson: one Markdown file that reads as a page, runs as a program and checks itself.
///
/// The format, whole:
///
/// 1. The first `# Heading` is the title. Everything that is not a cell or an output fence is prose, kept
///    as it stands, so that any Markdown viewer shows the lesson.
/// 2. A *cell* is a fenced block whose info string starts with `tessera`. Fences follow CommonMark: three or
///    more backticks, closed by at least as many; indentation of up to three blanks is dropped.
/// 3. The first lines of a cell may be *options*, `#| key: value`, or `#| key` for a switch.
///    ``CellOption/all`` is the list. Option lines are comments of the language, so a cell can be pasted.
/// 4. An *output fence* is a block whose info string starts with `output`, separated from its cell by blank
///    lines only. It holds what the cell prints, then the value of its last expression.
///    After the word may come `exact` (numbers compare as text) or `tolerance=1e-2`.
/// 5. In an output fence `…` stands for any text within a line, and a line that is only `…` for any lines.
/// 6. Cells with the role `hint`, `solution` or `check` belong to the `exercise` above them.
///    A run of the whole lesson runs the solution in the place of its exercise.
/// 7. A cell without an output fence is checked only for running without an error.
///
/// ````markdown
/// # Shapes
///
/// A shape is a tuple.
///
/// ```tessera
/// #| id: first
/// zeros(2, 3).shape
/// ```
///
/// ```output
/// (2, 3)
/// ```
/// ````
public struct Lesson: Sendable {
  /// Where the lesson was read from, as the user wrote it.
  public let path: String
  /// The text of the first top-level heading, or the file's name without one.
  public let title: String
  /// Prose and cells in the order of the file.
  public let blocks: [LessonBlock]
  /// What is wrong with the file itself; a lesson with problems is not run.
  public let problems: [LessonProblem]

  /// The cells alone, in the order of the file.
  public var cells: [LessonCell] {
    blocks.compactMap { if case .cell(let cell) = $0 { cell } else { nil } }
  }
}

/// A piece of a lesson between two fences, or a cell with its output.
public enum LessonBlock: Sendable {
  /// Markdown, and the line of the file (from 1) that it starts on.
  case prose(String, line: Int)
  /// Code to run.
  case cell(LessonCell)
}

/// One cell: code, options, and what it is expected to print.
public struct LessonCell: Sendable {
  /// The `id` option, or `cell-3` for the third cell without one.
  public let id: String
  /// The code without its option lines.
  public let code: String
  /// The line of the file (from 1) of the first line of `code`.
  public let codeLine: Int
  /// The line of the opening fence.
  public let line: Int
  /// The line of the closing fence.
  public let endLine: Int
  /// What the `#|` lines say.
  public let options: CellOptions
  /// The fence that follows, if one does.
  public let output: OutputFence?
}

/// What an exercise leaves to the reader.
public enum ExerciseBlank {
  /// How a blank is written.
  public static let marks = ["____", "TODO"]

  /// Whether code still has one.
  public static func isLeft(in code: String) -> Bool { marks.contains { code.contains($0) } }
}

/// The expected output of a cell.
public struct OutputFence: Sendable {
  /// The lines between the fences.
  public let text: String
  /// The line of the opening fence.
  public let line: Int
  /// The line of the closing fence.
  public let endLine: Int
  /// How numbers compare.
  public let precision: NumberPrecision
}

/// How close a number must come to the one in an output fence.
public enum NumberPrecision: Sendable, Equatable {
  /// As text, to the last digit.
  case exact
  /// Within this fraction of the larger magnitude.
  case relative(Double)

  /// What a fence without a mark asks for.
  public static let standard = NumberPrecision.relative(1e-4)
}

/// Something wrong with a lesson file: where, and what to do.
public struct LessonProblem: Sendable, Equatable {
  /// The line of the file, from 1.
  public let line: Int
  /// What is wrong, as a sentence without a full stop.
  public let title: String
  /// One next step.
  public let help: String?

  /// A problem of its parts.
  public init(line: Int, title: String, help: String?) {
    (self.line, self.title, self.help) = (line, title, help)
  }

  /// The problem as compilers print it: `path:line: title`, then the help on a line of its own.
  public func rendered(path: String) -> String {
    "\(path):\(line): \(title)" + (help.map { "\n  help: \($0)" } ?? "")
  }
}
