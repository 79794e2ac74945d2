/// The unit in which outputs compare: a character, a number, or a stand-in for what differs from run to run.
enum OutputElement: Equatable {
  /// Compared as it is; a run of blanks counts as one.
  case character(Character)
  /// Compared digit by digit: counts, bytes, extents.
  case integer(String)
  /// Compared by value, within the fence's precision.
  case decimal(Double, text: String)
  /// A duration or a device: present on both sides is enough.
  case masked(Mask)
  /// `…` in an output fence.
  case wildcard

  enum Mask { case time, device, number }
}

/// Turns a line of output into elements.
struct OutputScanner {
  private let characters: [Character]
  private var position = 0
  private var elements: [OutputElement] = []
  /// Workspace is what a library asks for on this processor, and resident sizes are the system's: neither is the
  /// lesson's.
  private let masksNumbers: Bool

  /// The elements of one line, blanks at its end dropped.
  ///
  /// `…` is a wildcard only in an expected line.
  static func elements(of line: Substring, isExpected: Bool) -> [OutputElement] {
    var scanner = OutputScanner(line)
    scanner.scan(isExpected: isExpected)
    return scanner.elements
  }

  private init(_ line: Substring) {
    var text = Array(line)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    characters = text
    let words = line.lowercased()
    masksNumbers = words.contains("workspace") || words.contains("resident")
  }

  private mutating func scan(isExpected: Bool) {
    skipSourceGutter()
    while position < characters.count {
      let character = characters[position]
      if character == "…", isExpected {
        elements.append(.wildcard)
        position += 1
      } else if character.isWhitespace {
        scanBlanks()
      } else if character.isLetter || character == "_" {
        scanWord()
      } else if isDigit(position) {
        scanNumber()
      } else {
        elements.append(.character(character))
        position += 1
      }
    }
  }

  private func isDigit(_ index: Int) -> Bool {
    index < characters.count && characters[index].isASCII && characters[index].isNumber
  }

  private mutating func scanBlanks() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    elements.append(.character(" "))
  }

  /// A word takes its digits with it (`conv3d`); one that names a device takes the rest of the name.
  private mutating func scanWord() {
    let start = position
    while position < characters.count, isWordCharacter(characters[position]) { position += 1 }
    let word = String(characters[start..<position])
    if Self.deviceMakers.contains(word) {
      skipDeviceName()
      elements.append(.masked(.device))
    } else if isSourcePath(start) {
      skipSourcePath(from: start)
    } else {
      elements += word.map(OutputElement.character)
    }
  }

  private func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  /// Words that begin a device name as drivers report them.
  private static let deviceMakers: Set<String> = [
    "NVIDIA", "AMD", "Intel", "Apple", "llvmpipe", "Qualcomm", "ARM", "Mesa", "EPYC", "Ryzen", "Xeon",
  ]

  /// A comma inside the brackets of `llvmpipe (LLVM 15, 256 bits)` belongs to the name.
  private mutating func skipDeviceName() {
    var depth = 0
    while position < characters.count, depth > 0 || !endsDeviceName() {
      depth += characters[position] == "(" ? 1 : characters[position] == ")" ? -1 : 0
      if depth < 0 { return }
      position += 1
    }
  }

  /// A name ends at punctuation that a sentence or a table would put after it.
  private func endsDeviceName() -> Bool {
    let character = characters[position]
    if character.isWhitespace {
      return position + 1 < characters.count && characters[position + 1].isWhitespace
    }
    return ",;|\"':".contains(character)
  }
}

// MARK: - Numbers

extension OutputScanner {
  /// A run of digits with its fraction, exponent and unit.
  ///
  /// A duration is masked whatever its value. A size (`1.31 GiB`) compares as text: bytes are exact.
  private mutating func scanNumber() {
    let start = position
    skipDigits()
    var isDecimal = false
    if position < characters.count, characters[position] == ".", isDigit(position + 1) {
      isDecimal = true
      position += 1
      skipDigits()
    }
    if skipExponent() { isDecimal = true }
    let text = String(characters[start..<position])
    let unit = followingUnit()
    if Self.timeUnits.contains(unit.word) {
      position = unit.end
      elements.append(.masked(.time))
    } else if masksNumbers {
      if Self.sizeUnits.contains(unit.word) { position = unit.end }
      elements.append(.masked(.number))
    } else if isDecimal, !Self.sizeUnits.contains(unit.word), let value = Double(text) {
      elements.append(.decimal(value, text: text))
    } else {
      elements.append(.integer(text))
    }
  }

  private static let timeUnits: Set<String> = [
    "ns", "us", "µs", "μs", "ms", "s", "min", "h", "second", "seconds", "minute", "minutes",
  ]
  private static let sizeUnits: Set<String> = ["B", "KiB", "MiB", "GiB", "TiB", "kB", "KB", "MB", "GB", "TB"]

  private mutating func skipDigits() {
    while isDigit(position) { position += 1 }
  }

  private mutating func skipExponent() -> Bool {
    guard position < characters.count, "eE".contains(characters[position]) else { return false }
    var index = position + 1
    if index < characters.count, "+-".contains(characters[index]) { index += 1 }
    guard isDigit(index) else { return false }
    position = index
    skipDigits()
    return true
  }

  /// The word right after the number, or after one blank.
  private func followingUnit() -> (word: String, end: Int) {
    var start = position
    if start < characters.count, characters[start] == " " { start += 1 }
    var end = start
    while end < characters.count, isWordCharacter(characters[end]) { end += 1 }
    return (String(characters[start..<end]), end)
  }
}

// MARK: - Places in sources

extension OutputScanner {
  /// Drops the line number of a quoted source line (`12 | x = y`): prose added above a cell moves it.
  private mutating func skipSourceGutter() {
    var index = 0
    while index < characters.count, characters[index] == " " { index += 1 }
    let digits = index
    while isDigit(index) { index += 1 }
    guard index > digits || digits > 0 else { return }
    while index < characters.count, characters[index] == " " { index += 1 }
    if index < characters.count, "|│".contains(characters[index]) { position = index }
  }

  /// Whether the word that began at `start` ends in `.md:12:5` or `.tes:12:5`.
  private func isSourcePath(_ start: Int) -> Bool {
    let rest = String(characters[position...].prefix(8))
    return [".md:", ".tes:"].contains {
      rest.hasPrefix($0) && rest.dropFirst($0.count).first?.isNumber == true
    }
  }

  /// Keeps the file's name; drops the folders before it and the line and column after it.
  private mutating func skipSourcePath(from start: Int) {
    while case .character(let character) = elements.last, character != " " { elements.removeLast() }
    while position < characters.count, characters[position] != ":" { position += 1 }
    elements += characters[start..<position].map(OutputElement.character)
    while position < characters.count, characters[position] == ":" || isDigit(position) { position += 1 }
  }
}
