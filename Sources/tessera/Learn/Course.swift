import TesseraNotebook

/// The lessons that are at hand, and how far the reader is in each.
struct Course {
  /// One lesson of the course.
  struct Entry {
    let path: String
    let lesson: Lesson
    let progress: LessonWalk.Progress?

    /// Whether the reader has been through it.
    var isDone: Bool { progress.map { $0.cell == nil && !$0.done.isEmpty } ?? false }

    /// `done`, `3/12`, or nothing for a lesson not begun.
    var state: String {
      guard let progress, !progress.done.isEmpty else { return "" }
      return isDone ? "done" : "\(progress.done.count)/\(LessonWalk(lesson).steps.count)"
    }
  }

  let entries: [Entry]

  /// The lessons below the working folder, or else those of the checkout this command was built in.
  init(_ console: Console) throws {
    let own = ChildProcess.ownPath.split(separator: "/").dropLast(4).joined(separator: "/")
    let file = ProgressFile()
    for folder in ["lessons", "/\(own)/lessons"] where TextFile.isFolder(folder) {
      let paths = try TestFiles.find([folder], console).filter { $0.hasSuffix(".md") }
      entries = try paths.map { path in
        let lesson = LessonParser.parse(try TextFile.read(path), path: path)
        return Entry(path: path, lesson: lesson, progress: file.progress(of: path))
      }
      return
    }
    entries = []
  }

  /// The lesson to go on with: the first that is not done.
  var next: Entry? { entries.first { !$0.isDone } }

  /// The contents, with how far the reader is.
  func show(_ console: Console) {
    let rows = entries.map { [$0.state, $0.path, $0.lesson.title] }
    console.write(Table(header: ["", "lesson", "title"], rows: rows).rendered(style: console.style) + "\n")
  }
}
