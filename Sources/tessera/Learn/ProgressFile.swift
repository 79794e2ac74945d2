import FoundationEssentials
import TesseraNotebook

/// Where the reader is in each lesson, on disk.
///
/// One JSON file, replaced in one step after every move: a `kill -9` loses nothing that was shown as done.
struct ProgressFile {
  /// Why progress is not kept, when it is not.
  private(set) var problem: String?
  private let path: String?

  init() {
    if let data = Environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      path = data + "/tessera/progress.json"
    } else if let home = Environment["HOME"], !home.isEmpty {
      path = home + "/.local/share/tessera/progress.json"
    } else {
      path = nil
      problem = "HOME is not set"
    }
  }

  /// What is kept for a lesson.
  func progress(of lesson: String) -> LessonWalk.Progress? {
    all()[TextFile.resolved(lesson)]
  }

  /// Keeps the progress of a lesson, beside that of others.
  mutating func keep(_ progress: LessonWalk.Progress, of lesson: String) {
    guard let path, problem == nil else { return }
    // Read again: another prompt may be in another lesson.
    var everything = all()
    everything[TextFile.resolved(lesson)] = progress
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      let text = String(decoding: try encoder.encode(everything), as: UTF8.self)
      try TextFile.makeFolder(TextFile.folder(of: path))
      try TextFile.replace(path, with: text + "\n", mode: 0o600)
    } catch {
      problem = "\(error)"
    }
  }

  private func all() -> [String: LessonWalk.Progress] {
    guard let path, let text = try? TextFile.read(path) else { return [:] }
    return (try? JSONDecoder().decode([String: LessonWalk.Progress].self, from: Data(text.utf8))) ?? [:]
  }
}
