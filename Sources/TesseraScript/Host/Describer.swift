/// Values as text, the way code would write them.
struct Describer {
  /// Deeper nesting is shown as `...`; values that contain themselves end here too.
  private static let deepestNesting = 40
  /// Elements shown at most: lists that hold each other twice, and so on, double with every level.
  private static let mostElements = 1 << 22

  private var text = ""
  private var path: [ObjectIdentifier] = []
  /// How many more elements are shown.
  private var rest: Int

  /// The text of a value; of its elements, and theirs, at most `count`.
  static func repr(_ value: Value, atMost count: Int = mostElements) -> String {
    var describer = Describer(rest: count)
    describer.write(value)
    return describer.text
  }

  private init(rest: Int) { self.rest = rest }

  private mutating func write(_ value: Value) {
    rest -= 1
    switch value {
    case .none: text += "None"
    case .bool(let value): text += value ? "True" : "False"
    case .int(let value): text += String(value)
    case .float(let value): text += NumberText.shortest(value)
    case .string(let string): text += Self.quoted(string)
    case .list(let list):
      guarded(list, "[...]") {
        $0.write("[", list.slots, "]") { describer, slot in describer.write(slot.value) }
      }
    case .tuple(let tuple):
      guarded(tuple.object, "(...)") {
        $0.write("(", tuple, tuple.count == 1 ? ",)" : ")") { $0.write($1) }
      }
    case .map(let map):
      guarded(map, "{...}") {
        $0.write("{", map.table.pairs, "}") { describer, entry in
          describer.write(entry.key.value)
          describer.text += ": "
          describer.write(entry.value.value)
        }
      }
    case .range(let range):
      text += "range(\(range.start), \(range.stop)" + (range.step == 1 ? ")" : ", \(range.step))")
    case .function(let function): text += "<function \(function.name)>"
    case .native(let native): text += "<function \(native.name)>"
    case .modelType(let type): text += "<model \(type.name)>"
    case .instance(let instance): text += "<\(instance.type.name)>"
    case .host(let object): text += object.describe()
    }
  }

  private mutating func write<Elements: Sequence>(
    _ open: String, _ elements: Elements, _ close: String,
    _ element: (inout Describer, Elements.Element) -> Void
  ) {
    text += open
    var isFirst = true
    for item in elements {
      if !isFirst { text += ", " }
      isFirst = false
      if rest <= 0 {
        text += "..."
        break
      }
      element(&self, item)
    }
    text += close
  }

  private mutating func guarded(_ object: AnyObject, _ cut: String, _ body: (inout Describer) -> Void) {
    let identity = ObjectIdentifier(object)
    if path.contains(identity) || path.count > Self.deepestNesting { return text += cut }
    path.append(identity)
    defer { path.removeLast() }
    body(&self)
  }

  /// Text in quotes, with escapes; single quotes as in Python unless the text has one.
  static func quoted(_ text: String) -> String {
    let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var result = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\\": result += "\\\\"
      default:
        if Character(scalar) == quote {
          result += "\\" + String(quote)
        } else if scalar.value < 32 || scalar.value == 127 {
          let digits = String(scalar.value, radix: 16)
          result += "\\x" + (digits.count < 2 ? "0" : "") + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + String(quote)
  }
}

/// Numbers as text.
enum NumberText {
  /// The shortest text that reads back as the number, with Python's choice of exponents.
  static func shortest(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
    let size = abs(value)
    let text = "\(value)"
    let hasExponent = text.contains("e")
    if size >= 1e-4, size < 1e16 { return hasExponent ? expanded(text) : text }
    return withExponent(hasExponent ? text : Self.scientific(text))
  }

  /// `1.5e+20` to Python's spelling: no `.0` before the exponent, at least two digits in it.
  private static func withExponent(_ text: String) -> String {
    let parts = text.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
    var mantissa = String(parts[0])
    if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
    let digits = String(abs(exponent))
    return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(digits.count < 2 ? "0" : "")\(digits)"
  }

  /// Digits and point to mantissa and exponent.
  private static func scientific(_ text: String) -> String {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let whole = parts[0].drop { $0 == "0" }
    let fraction = parts.count > 1 && parts[1] != "0" ? String(parts[1]) : ""
    let sign = isNegative ? "-" : ""
    if whole.isEmpty {
      let zeros = fraction.prefix { $0 == "0" }.count
      let digits = fraction.dropFirst(zeros)
      return "\(sign)\(mantissa(digits))e-\(zeros + 1)"
    }
    var digits = Substring(whole + fraction)
    while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
    return "\(sign)\(mantissa(digits))e+\(whole.count - 1)"
  }

  private static func mantissa(_ digits: Substring) -> String {
    digits.count > 1 ? "\(digits.first.map(String.init) ?? "").\(digits.dropFirst())" : "\(digits)"
  }

  /// Mantissa and exponent to digits and point, for sizes Python writes out.
  private static func expanded(_ text: String) -> String {
    let parts = text.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
    let isNegative = parts[0].hasPrefix("-")
    let digits = parts[0].filter(\.isNumber)
    let body: String
    if exponent < 0 {
      body =
        "0." + String(repeating: "0", count: -exponent - 1)
        + (digits.hasSuffix("0") && digits.count > 1 ? digits.dropLast() : digits[...])
    } else {
      let trimmed =
        digits.count > 1 && digits.hasSuffix("0") && parts[0].hasSuffix(".0")
        ? digits.dropLast() : digits[...]
      let padded = trimmed + String(repeating: "0", count: max(0, exponent + 1 - trimmed.count))
      let whole = padded.prefix(exponent + 1)
      let rest = padded.dropFirst(exponent + 1)
      body = whole + "." + (rest.isEmpty ? "0" : rest)
    }
    return (isNegative ? "-" : "") + body
  }
}
