/// Values as text, the way code would write them.
enum Describer {
  /// Deeper nesting is shown as `...`; values that contain themselves end here too.
  private static let deepestNesting = 40

  static func repr(_ value: Value) -> String {
    var path: [ObjectIdentifier] = []
    return repr(value, &path)
  }

  private static func repr(_ value: Value, _ path: inout [ObjectIdentifier]) -> String {
    switch value {
    case .none: return "None"
    case .bool(let value): return value ? "True" : "False"
    case .int(let value): return String(value)
    case .float(let value): return NumberText.shortest(value)
    case .string(let text): return quoted(text)
    case .list(let list):
      return guarded(list, "[...]", &path) { "[" + joined(list.values, &$0) + "]" }
    case .tuple(let values):
      if path.count > deepestNesting { return "(...)" }
      return values.count == 1 ? "(" + repr(values[0], &path) + ",)" : "(" + joined(values, &path) + ")"
    case .map(let map):
      return guarded(map, "{...}", &path) { path in
        "{" + map.entries.map { repr($0.key, &path) + ": " + repr($0.value, &path) }.joined(separator: ", ")
          + "}"
      }
    case .range(let range):
      let step = range.step == 1 ? "" : ", \(range.step)"
      return "range(\(range.start), \(range.stop)\(step))"
    case .function(let function): return "<function \(function.name)>"
    case .native(let native): return "<function \(native.name)>"
    case .modelType(let type): return "<model \(type.name)>"
    case .instance(let instance): return "<\(instance.type.name)>"
    case .host(let object): return object.describe()
    }
  }

  private static func joined(_ values: [Value], _ path: inout [ObjectIdentifier]) -> String {
    values.map { repr($0, &path) }.joined(separator: ", ")
  }

  private static func guarded(
    _ object: AnyObject, _ cut: String, _ path: inout [ObjectIdentifier],
    _ body: (inout [ObjectIdentifier]) -> String
  ) -> String {
    let identity = ObjectIdentifier(object)
    if path.contains(identity) || path.count > deepestNesting { return cut }
    path.append(identity)
    defer { path.removeLast() }
    return body(&path)
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
