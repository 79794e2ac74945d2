import TesseraNotebook
import TesseraScript

/// What was entered at the prompt, as a script or as a lesson.
///
/// An entry that failed keeps its place in a lesson, as a cell that is expected to fail; a script leaves it out. One that
/// was interrupted is left out of both, as nobody knows how far it came. Where a later entry reads `_` or `ans`, the
/// entry before it assigns that name itself: nowhere but at the prompt does it appear by itself.
struct SavedSession {
  private struct Entry {
    var code: String
    /// What the value of the last expression is assigned to.
    var names: [String] = []
    let source: Repl.Entry
  }

  private var entries: [Entry]

  /// The entries of a prompt; `isComplete` says whether a text is a program.
  init(_ entries: [Repl.Entry], isComplete: (String) -> Bool) {
    self.entries = entries.map { Entry(code: $0.text, source: $0) }
      .filter { $0.source.failure.map { ![.interrupted, .exit, .limit].contains($0) } ?? true }
    nameResults(isComplete)
  }

  /// The entries as a program, one after the other.
  var script: String {
    entries.filter { $0.source.failure == nil }.map { $0.code.withFinalNewline }.joined()
  }

  /// The entries as cells, each with what it showed.
  ///
  /// The title is the file's name in words: `my-first-net.md` is “My first net”.
  func lesson(path: String) -> String {
    let name = path.split(separator: "/").last.map { $0.dropLast(".md".count) } ?? ""
    let words = name.map { "-_".contains($0) ? " " : String($0) }.joined()
    let title = words.prefix(1).uppercased() + words.dropFirst()
    let cells = entries.map { "\n" + cell($0) }.joined()
    return "# \(title)\n\nA session at the prompt.\n" + cells
  }

  private func cell(_ entry: Entry) -> String {
    let option = entry.source.failure == nil ? "" : "#| expect: error\n"
    // An assignment shows nothing: the name on a line of its own does.
    let shown = entry.names.first.map { $0 + "\n" } ?? ""
    let cell = fenced(option + entry.code.withFinalNewline + shown, as: "tessera")
    // An error names the place of its entry, which is another one in the lesson.
    guard entry.source.failure == nil, !entry.source.output.isEmpty else { return cell }
    return cell + "\n" + fenced(entry.source.output, as: "output")
  }

  private func fenced(_ text: String, as kind: String) -> String {
    let fence = text.contains("```") ? "````" : "```"
    return "\(fence)\(kind)\n\(text.withFinalNewline)\(fence)\n"
  }

  // MARK: - The last value

  /// Assigns the values that later entries read as `_` or `ans`.
  private mutating func nameResults(_ isComplete: (String) -> Bool) {
    for index in entries.indices where entries[index].source.hasValue {
      let following = entries[(index + 1)...]
      // The next value takes the names over; the entry that makes it may still read them.
      let end = following.firstIndex { $0.source.hasValue } ?? entries.endIndex - 1
      let names = ["_", "ans"].filter { name in
        following.prefix(through: end).contains { Self.words(of: $0.code).contains(name) }
      }
      guard !names.isEmpty, let code = Self.assigning(names, in: entries[index].code, isComplete) else {
        continue
      }
      (entries[index].code, entries[index].names) = (code, names)
    }
  }

  private static func words(of code: String) -> [String] {
    code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
  }

  /// The code with `names = ` before its last expression; nil where that does not start a line.
  private static func assigning(
    _ names: [String], in code: String, _ isComplete: (String) -> Bool
  ) -> String? {
    let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
    let start = lines.indices.last { index in
      isComplete(lines[..<index].joined(separator: "\n"))
        && isComplete(lines[index...].joined(separator: "\n"))
    }
    // Two statements on a line: the names would go to the first.
    guard let start, !lines[start...].contains(where: { $0.contains(";") }) else { return nil }
    let last = names.map { $0 + " = " }.joined() + lines[start...].joined(separator: "\n")
    guard isComplete(last) else { return nil }
    return (lines[..<start].map(String.init) + [last]).joined(separator: "\n")
  }
}
