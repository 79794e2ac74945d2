import Foundation
import TesseraScript

extension Session.Configuration {
  /// Refuses a path outside the sandbox, where there is one; links count as what they lead to.
  public func confine(_ path: String) throws {
    guard let sandbox else { return }
    let home = Self.place(of: sandbox)
    let place = Self.place(of: path)
    guard place == home || place.hasPrefix(home.hasSuffix("/") ? home : home + "/") else {
      throw ScriptError(
        "\"\(path)\" is outside the sandbox", help: "this program reaches files in \(sandbox) only",
        code: "E0603")
    }
  }

  /// Where a path leads; the folder decides for a file that does not exist yet.
  private static func place(of path: String) -> String {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    if FileManager.default.fileExists(atPath: url.path) { return url.resolvingSymlinksInPath().path }
    return url.deletingLastPathComponent().resolvingSymlinksInPath().appendingPathComponent(
      url.lastPathComponent
    )
    .path
  }
}
