/// Number literals: `1_000`, `0xff`, `1e-5`, `.5`.
extension Lexer {
  mutating func scanNumber() throws(Diagnostic) {
    let start = offset
    if peek() == UInt8(ascii: "0"), let radix = radix(of: peek(1)) {
      offset += 2
      return try scanInteger(radix: radix, from: start)
    }
    skipDigits()
    var isFloat = false
    if peek() == UInt8(ascii: "."), peek(1) != UInt8(ascii: "."), !isNameStart(peek(1)) || isExponent(at: 1) {
      isFloat = true
      offset += 1
      skipDigits()
    }
    if isExponent(at: 0) {
      isFloat = true
      offset += peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 2 : 1
      skipDigits()
    }
    try finishDecimal(isFloat: isFloat, from: start)
  }

  private mutating func finishDecimal(isFloat: Bool, from start: Int) throws(Diagnostic) {
    try rejectTrailingLetters(from: start)
    let text = file.text(Span(start: start, end: offset)).filter { $0 != "_" }
    if isFloat {
      guard let value = Double(text) else { throw error("E0103", "`\(text)` is not a number", from: start) }
      append(.float(value), from: start)
    } else if let value = Int(text) {
      append(.int(value), from: start)
    } else {
      throw tooLarge(text, from: start)
    }
  }

  private func tooLarge(_ text: String, from start: Int) -> Diagnostic {
    error(
      "E0103", "`\(text)` does not fit in 64 bits", from: start,
      help: "the largest integer is \(Int.max); write `\(text).0` for a float")
  }

  private mutating func scanInteger(radix: Int, from start: Int) throws(Diagnostic) {
    let digits = offset
    while isNameStart(peek()) && peek() < 0x80 || isDigit(peek()) { offset += 1 }
    let text = file.text(Span(start: digits, end: offset)).filter { $0 != "_" }
    if let value = Int(text, radix: radix) {
      append(.int(value), from: start)
    } else if !text.isEmpty, text.allSatisfy({ $0.hexDigitValue.map { $0 < radix } ?? false }) {
      throw tooLarge(file.text(Span(start: start, end: offset)), from: start)
    } else {
      throw error("E0103", "`\(file.text(Span(start: start, end: offset)))` is not a number", from: start)
    }
  }

  private func radix(of byte: UInt8) -> Int? {
    switch byte | 0x20 {
    case UInt8(ascii: "x"): 16
    case UInt8(ascii: "b"): 2
    case UInt8(ascii: "o"): 8
    default: nil
    }
  }

  private func isExponent(at distance: Int) -> Bool {
    guard peek(distance) | 0x20 == UInt8(ascii: "e") else { return false }
    let next = peek(distance + 1)
    let isSigned = next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
    return isDigit(isSigned ? peek(distance + 2) : next)
  }

  private mutating func skipDigits() {
    while isDigit(peek()) || peek() == UInt8(ascii: "_") { offset += 1 }
  }

  private mutating func rejectTrailingLetters(from start: Int) throws(Diagnostic) {
    guard isNameStart(peek()), peek() < 0x80 else { return }
    while isNameStart(peek()) && peek() < 0x80 || isDigit(peek()) { offset += 1 }
    throw error(
      "E0103", "`\(file.text(Span(start: start, end: offset)))` is not a number or a name", from: start,
      help: "a name begins with a letter; a product needs `*`")
  }
}
