/// What stands before the cursor, as far as completion needs to know.
struct CompletionContext {
  /// What kind of thing the word at the cursor is.
  enum Place: Equatable {
    /// After `:` or `%` at the start.
    case command
    /// Inside a string, or an argument of a command.
    case path
    /// After `owner.`.
    case attribute(owner: [String])
    /// A name, perhaps of an argument of `call`.
    case name(call: [String]?)
  }

  /// The word at the cursor, up to the cursor.
  let word: String
  /// Where it starts, in bytes.
  let start: Int
  let place: Place

  init(before text: String) {
    let isCommand = text.first == ":" || text.first == "%"
    if isCommand, !text.contains(" ") {
      self.init(word: String(text.dropFirst()), in: text, .command)
    } else if let opened = Self.openString(text) ?? (isCommand ? Self.lastArgument(text) : nil) {
      self.init(word: opened, in: text, .path)
    } else {
      let word = String(text.reversed().prefix(while: Self.isNameCharacter).reversed())
      let before = text.dropLast(word.count)
      let owner = before.last == "." ? Self.chain(endingAt: before.dropLast()) : nil
      let place = owner.map { Place.attribute(owner: $0) } ?? .name(call: Self.openCall(before))
      self.init(word: word, in: text, place)
    }
  }

  private init(word: String, in text: String, _ place: Place) {
    self.word = word
    self.place = place
    start = text.utf8.count - word.utf8.count
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  private static func lastArgument(_ text: String) -> String? {
    text.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init)
  }

  /// The inside of a string that is still open at the end.
  private static func openString(_ text: String) -> String? {
    var quote: Character?
    var inside = ""
    var isEscaped = false
    for character in text {
      if let open = quote {
        if isEscaped { isEscaped = false } else if character == "\\" { isEscaped = true }
        if character == open, !isEscaped { quote = nil } else { inside.append(character) }
      } else if character == "\"" || character == "'" {
        (quote, inside) = (character, "")
      }
    }
    return quote == nil ? nil : inside
  }

  /// The dotted names that end a text: `["net", "encoder"]` for `y = net.encoder`.
  ///
  /// Nil where a call or an index
  /// stands in between: its value is not known without running it.
  private static func chain(endingAt text: Substring) -> [String]? {
    let tail = String(text.reversed().prefix { isNameCharacter($0) || $0 == "." }.reversed())
    let names = tail.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let isWhole = names.allSatisfy { !$0.isEmpty && $0.first?.isNumber == false }
    return isWhole ? names : []
  }

  /// The callee of the innermost call whose bracket is still open.
  private static func openCall(_ text: Substring) -> [String]? {
    var depth = 0
    var rest = text
    while let last = rest.popLast() {
      if ")]}".contains(last) { depth += 1 }
      if "([{".contains(last) {
        if depth == 0 { return last == "(" ? chain(endingAt: rest) : nil }
        depth -= 1
      }
    }
    return nil
  }
}
