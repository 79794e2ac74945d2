import Foundation
import TesseraScript

extension EngineContext {
  /// Where an existing file is: relative paths are looked for beside the script that runs, in the working folder,
  /// and in the folders around the script and the program, which is how `datasets/…` finds the project's own.
  func readPath(_ path: String) throws -> String {
    if let absolute = Self.absolute(path) { return try confined(absolute) }
    for folder in searchFolders {
      let candidate = folder == "." ? path : "\(folder)/\(path)"
      if FileManager.default.fileExists(atPath: candidate) { return try confined(candidate) }
    }
    return try confined(path)
  }

  /// Where a file is written: relative paths lie in the working folder.
  func writePath(_ path: String) throws -> String {
    if let absolute = Self.absolute(path) { return try confined(absolute) }
    return try confined(writeFolder == "." ? path : "\(writeFolder)/\(path)")
  }

  private func confined(_ path: String) throws -> String {
    try session?.configuration.confine(path)
    return path
  }

  private var searchFolders: [String] {
    let script = interpreter?.currentLine.map { ($0.name as NSString).deletingLastPathComponent } ?? ""
    let beside = script.isEmpty ? [] : [script]
    let program = Bundle.main.executableURL?.deletingLastPathComponent().path ?? ""
    return beside + [writeFolder, "."] + Self.foldersAround(script) + Self.foldersAround(program)
  }

  private static func absolute(_ path: String) -> String? {
    path.hasPrefix("/") || path.hasPrefix("~") ? (path as NSString).expandingTildeInPath : nil
  }

  /// The folders that contain a folder, nearest first.
  private static func foldersAround(_ folder: String) -> [String] {
    guard !folder.isEmpty else { return [] }
    var url = URL(fileURLWithPath: folder).standardizedFileURL
    var folders: [String] = []
    while url.pathComponents.count > 1 {
      url.deleteLastPathComponent()
      folders.append(url.path)
    }
    return folders
  }
}
