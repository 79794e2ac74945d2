/// What was copied from a prompt, prompts and answers and all.
enum Transcript {
  private static let prompts = ["tessera> ", ">>> "]
  private static let continuations = ["    ... ", "... "]

  /// The code of a transcript: the text after its prompts, without what was answered; nil for a text that does not begin
  /// with a prompt.
  static func program(in text: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, code(of: first, after: prompts) != nil else { return nil }
    var program: [Substring] = []
    var isInEntry = false
    for line in lines {
      if let code = code(of: line, after: prompts) {
        program.append(code)
        isInEntry = true
      } else if isInEntry, let code = code(of: line, after: continuations) {
        program.append(code)
      } else {
        isInEntry = false
      }
    }
    return program.joined(separator: "\n")
  }

  /// What follows one of the marks at the start of a line; a terminal drops the blank of a line that is only a prompt.
  private static func code(of line: Substring, after marks: [String]) -> Substring? {
    for mark in marks {
      if line.hasPrefix(mark) { return line.dropFirst(mark.count) }
      if line == mark.dropLast() { return "" }
    }
    return nil
  }
}
