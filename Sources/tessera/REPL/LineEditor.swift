import CEdit
import Glibc
import TesseraNotebook

/// Reads entries of one or more lines from a terminal.
final class LineEditor {
  /// How reading an entry ended.
  enum Entry: Equatable {
    case text(String)
    /// Ctrl-D on an empty line, or the terminal is gone.
    case endOfInput
    /// Ctrl-C; true when there was nothing to give up.
    case interrupted(wasEmpty: Bool)
    /// Ctrl-X Ctrl-E with the text so far.
    case editor(String)
  }

  private let history: History
  private let complete: (_ line: String, _ cursor: Int) -> Completion
  private var editor: OpaquePointer?
  /// The lines of the entry so far, for completion inside a later one.
  private var earlierLines = ""

  init?(history: History, complete: @escaping (_ line: String, _ cursor: Int) -> Completion) {
    self.history = history
    self.complete = complete
    let context = Unmanaged.passUnretained(self).toOpaque()
    editor = cedit_open(
      { context, key, line, cursor in
        guard let context, let line else { return CEditReaction() }
        let editor = Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
        return editor.react(to: key, line: String(cString: line), cursor: cursor)
      }, context)
    guard editor != nil else { return nil }
    for entry in history.entries { cedit_remember(editor, entry) }
  }

  deinit { cedit_close(editor) }

  /// Reads an entry: lines are added while `isUnfinished` says so.
  func read(
    prompt: String, continuation: String, initial: String = "", isUnfinished: (String) -> Bool
  ) -> Entry {
    earlierLines = ""
    var text = ""
    while true {
      let (line, end) = readLine(
        earlierLines.isEmpty ? prompt : continuation, earlierLines.isEmpty ? initial : "")
      text = earlierLines + line
      switch end {
      case CEditEndOfInput:
        // In the middle of an entry Ctrl-D gives up the entry, not the session.
        return earlierLines.isEmpty ? .endOfInput : .interrupted(wasEmpty: false)
      case CEditEndInterrupted: return .interrupted(wasEmpty: text.allSatisfy(\.isWhitespace))
      case CEditEndEditor: return .editor(text)
      default: break
      }
      guard isUnfinished(text) else { return .text(text) }
      earlierLines = text + "\n"
    }
  }

  /// Remembers an entry for Up and Ctrl-R.
  func remember(_ entry: String) {
    if history.add(entry) { cedit_remember(editor, entry) }
  }

  private func readLine(_ prompt: String, _ initial: String) -> (String, CEditEnd) {
    var end = CEditEndLine
    guard let text = cedit_read(editor, prompt, initial, &end) else { return ("", CEditEndOfInput) }
    defer { free(text) }
    return (String(cString: text), end)
  }

  // MARK: - Keys

  private func react(to key: CEditKey, line: String, cursor: Int) -> CEditReaction {
    switch key {
    case CEditKeyComplete: completed(line, cursor)
    case CEditKeyPrevious: moved(line, cursor, by: -1) ?? replaced(by: history.previous(from: line))
    case CEditKeyNext: moved(line, cursor, by: 1) ?? replaced(by: history.next(from: line))
    default: CEditReaction()
    }
  }

  private func replaced(by entry: String?) -> CEditReaction {
    guard let entry else { return CEditReaction(line: nil, cursor: 0, listing: nil, beep: 1) }
    return CEditReaction(line: strdup(entry), cursor: entry.utf8.count, listing: nil, beep: 0)
  }

  /// Up and Down move inside a line that holds several; nil at its first or last.
  private func moved(_ line: String, _ cursor: Int, by step: Int) -> CEditReaction? {
    let lines = line.split(separator: "\n", omittingEmptySubsequences: false).map { $0.utf8.count }
    var (row, column) = (0, cursor)
    while row < lines.count - 1, column > lines[row] {
      column -= lines[row] + 1
      row += 1
    }
    guard lines.indices.contains(row + step) else { return nil }
    let start = lines[..<(row + step)].reduce(0) { $0 + $1 + 1 }
    let target = start + min(column, lines[row + step])
    return CEditReaction(line: strdup(line), cursor: target, listing: nil, beep: 0)
  }

  private func completed(_ line: String, _ cursor: Int) -> CEditReaction {
    let completion = complete(earlierLines + line, earlierLines.utf8.count + cursor)
    let start = completion.start - earlierLines.utf8.count
    guard !completion.candidates.isEmpty, start >= 0, start <= cursor else {
      return line.allSatisfy(\.isWhitespace) || line.utf8.count == cursor && line.last == "\n"
        ? indented(line, cursor) : CEditReaction(line: nil, cursor: 0, listing: nil, beep: 1)
    }
    let bytes = Array(line.utf8)
    let typed = String(decoding: bytes[start..<cursor], as: UTF8.self)
    let common = completion.commonPrefix
    if common.utf8.count > typed.utf8.count || completion.candidates.count == 1 {
      let inserted = completion.candidates.count == 1 ? completion.candidates[0].inserted : common
      let text = bytes[..<start] + Array(inserted.utf8) + bytes[cursor...]
      return CEditReaction(
        line: strdup(String(decoding: text, as: UTF8.self)), cursor: start + inserted.utf8.count,
        listing: nil, beep: 0)
    }
    return CEditReaction(line: nil, cursor: 0, listing: strdup(completion.listing), beep: 0)
  }

  /// Tab at the start of a line indents.
  private func indented(_ line: String, _ cursor: Int) -> CEditReaction {
    let bytes = Array(line.utf8)
    let text = bytes[..<cursor] + Array("    ".utf8) + bytes[cursor...]
    return CEditReaction(
      line: strdup(String(decoding: text, as: UTF8.self)), cursor: cursor + 4, listing: nil, beep: 0)
  }
}
