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
  /// Whether the terminal can show what is suggested apart from what was typed.
  private let suggests: Bool
  private let columns: () -> Int
  private let complete: (_ line: String, _ cursor: Int) -> Completion
  private var editor: OpaquePointer?
  /// The lines of the entry so far, for completion inside a later one.
  private var earlierLines = ""
  /// Where Tab listed what is possible last: there it says more.
  private var lastListing: (line: String, cursor: Int)?

  init?(
    history: History, suggests: Bool, columns: @escaping () -> Int,
    complete: @escaping (_ line: String, _ cursor: Int) -> Completion
  ) {
    self.history = history
    self.suggests = suggests
    self.columns = columns
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
        guard earlierLines.isEmpty else {
          StandardStream.output.write("\n")
          return .interrupted(wasEmpty: false)
        }
        return .endOfInput
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
    case CEditKeySuggest:
      CEditReaction(
        line: suggestion(line).flatMap { strdup(String($0)) }, cursor: 0, listing: nil, beep: 0)
    case CEditKeyAccept: accepted(line, suggestion(line))
    case CEditKeyAcceptWord: accepted(line, suggestion(line).map(Self.firstWord))
    default: CEditReaction()
    }
  }

  /// How an earlier entry that begins like this one went on.
  private func suggestion(_ line: String) -> Substring? {
    suggests ? history.continuation(of: earlierLines + line) : nil
  }

  private func accepted(_ line: String, _ text: Substring?) -> CEditReaction {
    replaced(by: text.map { line + $0 })
  }

  /// What Alt-F would move over: blanks and marks, then a word.
  private static func firstWord(_ text: Substring) -> Substring {
    let isWord = { (character: Character) in character.isLetter || character.isNumber }
    return text[..<text.drop { !isWord($0) }.drop(while: isWord).startIndex]
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
    let isAgain = lastListing.map { $0 == (line, cursor) } ?? false
    lastListing = (line, cursor)
    let listing = completion.listing(columns: columns(), isDetailed: isAgain)
    return CEditReaction(line: nil, cursor: 0, listing: strdup(listing), beep: 0)
  }

  /// Tab at the start of a line indents.
  private func indented(_ line: String, _ cursor: Int) -> CEditReaction {
    let bytes = Array(line.utf8)
    let text = bytes[..<cursor] + Array("    ".utf8) + bytes[cursor...]
    return CEditReaction(
      line: strdup(String(decoding: text, as: UTF8.self)), cursor: cursor + 4, listing: nil, beep: 0)
  }
}
