import Foundation

/// What an author can get wrong that a run does not show: rules of the course, each with its place and a next step.
public struct LessonCheck {
  /// How long a page may be, output fences not counted: they are the machine's words.
  public static let lineLimit = 200

  private let lesson: Lesson
  private let lines: [Substring]
  private let exists: (String) -> Bool

  /// The problems of a lesson, by line.
  ///
  /// - Parameter exists: whether there is a file or folder at a path, which starts where the lesson's own does.
  public static func problems(
    of text: String, path: String,
    exists: @escaping (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
  ) -> [LessonProblem] {
    let lesson = LessonParser.parse(text, path: path)
    let check = LessonCheck(lesson: lesson, lines: text.lessonLines, exists: exists)
    let found = lesson.problems + rules.flatMap { $0(check) }
    return found.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(
      \.element)
  }

  private static let rules: [@Sendable (LessonCheck) -> [LessonProblem]] = [
    { $0.length }, { $0.title }, { $0.exercises }, { $0.links }, { $0.sources },
  ]
}

// MARK: - The page

extension LessonCheck {
  private var length: [LessonProblem] {
    let outputs = lesson.cells.compactMap(\.output).reduce(0) { $0 + $1.endLine - $1.line + 1 }
    let count = lines.count - outputs
    guard count > Self.lineLimit else { return [] }
    return [
      problem(
        lines.count, "\(count) lines of prose and code; a chapter has at most \(Self.lineLimit)",
        "split it, or drop what the idea does not need")
    ]
  }

  private var title: [LessonProblem] {
    guard !prose.contains(where: { "\n\($0.text)".contains("\n# ") }) else { return [] }
    return [problem(1, "there is no title", "begin with a line such as `# Windows`")]
  }

  private func problem(_ line: Int, _ title: String, _ help: String) -> LessonProblem {
    LessonProblem(line: line, title: title, help: help)
  }
}

// MARK: - Exercises

extension LessonCheck {
  /// A blank, a hint, a solution and a check: without the blank an exercise passes unsolved.
  private var exercises: [LessonProblem] {
    let cells = lesson.cells
    return cells.indices.filter { cells[$0].options.role == .exercise }.flatMap { index -> [LessonProblem] in
      let below = cells[(index + 1)...].prefix { $0.options.role != .exercise }
      let missing = [CellRole.hint, .solution, .check].filter { role in
        !below.contains { $0.options.role == role }
      }
      let line = cells[index].line
      var found = missing.map { role in
        problem(
          line, "this exercise has no \(role.rawValue)", "add a cell with `#| role: \(role.rawValue)` below")
      }
      if !ExerciseBlank.isLeft(in: cells[index].code) {
        found.append(
          problem(
            line, "this exercise leaves nothing to fill in",
            "put `\(ExerciseBlank.marks[0])` where the reader's part goes"))
      }
      return found
    }
  }
}

// MARK: - Links

extension LessonCheck {
  /// `[text](target)` outside of fences; links with a scheme lead out of the project.
  private var links: [LessonProblem] {
    prose.flatMap { text, firstLine in
      text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { offset, line in
        line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }.filter(isBroken).map { target in
          problem(firstLine + offset, "the link \(target) leads nowhere", "it is looked up from \(folder)")
        }
      }
    }
  }

  /// Files of the project that prose names in code quotes.
  private var sources: [LessonProblem] {
    prose.flatMap { text, firstLine in
      text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { offset, line in
        line.matches(of: /`((?:Sources|datasets|lessons|Tests|scripts)\/[^`\s]+)`/).map { String($0.1) }
          .filter { path in !ancestors.contains { exists($0 + path) } }.map { path in
            problem(firstLine + offset, "there is no \(path)", "name the file as it is called now")
          }
      }
    }
  }

  private var prose: [(text: String, line: Int)] {
    lesson.blocks.compactMap { if case .prose(let text, let line) = $0 { (text, line) } else { nil } }
  }

  private func isBroken(_ target: String) -> Bool {
    let path = target.prefix { $0 != "#" }
    guard !path.isEmpty, !path.contains(":") else { return false }
    return !exists(folder + path)
  }

  /// The lesson's folder with a slash, or nothing.
  private var folder: String {
    lesson.path.lastIndex(of: "/").map { String(lesson.path[...$0]) } ?? ""
  }

  /// The folders on the way up from the lesson, one of which is the project's.
  private var ancestors: [String] { (0...5).map { folder + String(repeating: "../", count: $0) } }
}
