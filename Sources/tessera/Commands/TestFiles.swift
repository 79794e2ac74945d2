import FoundationEssentials
import TesseraNotebook

/// Finds the files that a command works on.
enum TestFiles {
  /// Files as they are named; folders as the lessons and test scripts in them, in the order of their names.
  static func find(
    _ paths: [String], _ console: Console, where isWanted: (String) throws -> Bool = isTest
  ) throws -> [String] {
    try paths.flatMap { path in
      var isFolder = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        console.note("tessera: cannot read \(path): no such file or folder\n")
        throw ExitStatus.usage
      }
      return isFolder ? try contents(of: path).filter(isWanted) : [path]
    }
  }

  private static func contents(of folder: String) throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    let visible = names.filter { name in
      (name.hasSuffix(".md") || name.hasSuffix(".tes"))
        && !name.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    return visible.sorted(by: isBefore).map { base + $0 }
  }

  /// `2-tensors` comes before `10-more`: numbers in names compare as numbers.
  private static func isBefore(_ first: String, _ second: String) -> Bool {
    let (a, b) = (pieces(of: first), pieces(of: second))
    for (left, right) in zip(a, b) where left != right {
      if let left = Int(left), let right = Int(right), left != right { return left < right }
      return left < right
    }
    return a.count < b.count
  }

  private static func pieces(of name: String) -> [String] {
    var pieces: [String] = []
    for character in name {
      let joins = pieces.last?.last.map { $0.isNumber == character.isNumber } ?? false
      if joins { pieces[pieces.count - 1].append(character) } else { pieces.append(String(character)) }
    }
    return pieces
  }

  /// A page without cells is no lesson, and a script without `test` blocks is somebody's module.
  private static func isTest(_ path: String) throws -> Bool {
    guard let text = try? TextFile.read(path) else { return true }
    if path.hasSuffix(".md") {
      let lesson = LessonParser.parse(text, path: path)
      return !lesson.cells.isEmpty || !lesson.problems.isEmpty
    }
    return text.split(separator: "\n").contains { $0.hasPrefix("test ") }
  }
}
