import Foundation

/// A format spec: `[[fill]align][sign][#][0][width][,][.precision][type]`, and `bytes` for sizes.
struct FormatSpec {
  private var fill: Character = " "
  private var align: Character?
  private var sign: Character = "-"
  private var alternate = false
  private var width = 0
  private var grouping: Character?
  private var precision: Int?
  private var type: Character?
  private let text: String

  /// The widest field, so that a mistyped width is an error instead of a page of blanks.
  private static let widest = 10_000

  init(_ spec: String) throws {
    text = spec
    var rest = Substring(spec)
    var hasFill = false
    if let second = rest.dropFirst().first, "<>^=".contains(second), let first = rest.first {
      (fill, align) = (first, second)
      hasFill = true
      rest = rest.dropFirst(2)
    } else if let first = rest.first, "<>^=".contains(first) {
      align = rest.removeFirst()
    }
    if let first = rest.first, "+- ".contains(first) { sign = rest.removeFirst() }
    if rest.first == "#" {
      alternate = true
      rest.removeFirst()
    }
    if rest.first == "0" {
      rest.removeFirst()
      if !hasFill { fill = "0" }
      align = align ?? "="
    }
    width = try Self.number(&rest) ?? 0
    if let first = rest.first, first == "," || first == "_" { grouping = rest.removeFirst() }
    if rest.first == "." {
      rest.removeFirst()
      precision = try Self.number(&rest)
      if precision == nil { throw wrong() }
    }
    if let first = rest.first {
      type = first
      rest.removeFirst()
    }
    if !rest.isEmpty { throw wrong() }
  }

  private static func number(_ rest: inout Substring) throws -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    guard let number = Int(digits), number <= widest else {
      throw ScriptError("the width \(digits) of a format is too large", code: "E0505")
    }
    return number
  }

  private func wrong() -> ScriptError {
    ScriptError(
      "`\(text)` is not a format", help: "for example {x:.4f}, {n:,}, {s:>10}, {size:bytes}", code: "E0417")
  }

  static func format(_ value: Value, spec: String) throws -> String {
    if case .host(let object) = value {
      if let text = try object.format(spec: spec) { return text }
      if spec.isEmpty { return Text.plain(value) }
      let padded = try FormatSpec(spec)
      guard padded.type == nil, padded.precision == nil else {
        throw ScriptError("`\(spec)` is not a format of \(object.typeName)", code: "E0417")
      }
      return padded.pad(Text.plain(value), default: "<")
    }
    if spec.isEmpty { return Text.plain(value) }
    if spec == "bytes" { return try bytes(value) }
    return try FormatSpec(spec).apply(value)
  }

  /// Sizes in IEC units: `1.31 GiB`.
  static func bytes(_ value: Value) throws -> String {
    let size: Double
    switch value {
    case .int(let value): size = Double(value)
    case .float(let value): size = value
    default: throw ScriptError("`bytes` is a format of numbers, not of \(value.typeName)", code: "E0417")
    }
    var number = abs(size)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    while number >= 1024, unit < units.count - 1 {
      number /= 1024
      unit += 1
    }
    let sign = size < 0 ? "-" : ""
    let isWhole = unit == 0 && number == number.rounded()
    return sign + (isWhole ? "\(Int(number))" : String(format: "%.2f", number)) + " " + units[unit]
  }

  private func apply(_ value: Value) throws -> String {
    switch value {
    case .string(let text):
      guard type == nil || type == "s" else { throw mismatch(value) }
      return pad(
        precision.map { String(String.UnicodeScalarView(text.unicodeScalars.prefix($0))) } ?? text,
        default: "<")
    case .int(let number): return try integer(number)
    case .bool(let flag):
      if type == nil || type == "s" { return pad(flag ? "True" : "False", default: "<") }
      return try integer(flag ? 1 : 0)
    case .float(let number): return try float(number)
    default:
      guard type == nil || type == "s", precision == nil else { throw mismatch(value) }
      return pad(Text.plain(value), default: "<")
    }
  }

  private func mismatch(_ value: Value) -> ScriptError {
    ScriptError("`\(text)` is not a format of \(value.typeName)", code: "E0417")
  }

  private func integer(_ number: Int) throws -> String {
    let digits: String
    switch type {
    case nil, "d", "n":
      guard precision == nil else { return try float(Double(number)) }
      digits = String(number.magnitude)
    case "x": digits = String(number.magnitude, radix: 16)
    case "X": digits = String(number.magnitude, radix: 16, uppercase: true)
    case "b": digits = String(number.magnitude, radix: 2)
    case "o": digits = String(number.magnitude, radix: 8)
    case "c":
      guard let value = UInt32(exactly: number), let scalar = Unicode.Scalar(value) else { throw wrong() }
      return pad(String(Character(scalar)), default: "<")
    case "e", "E", "f", "F", "g", "G", "%": return try float(Double(number))
    default: throw mismatch(.int(number))
    }
    let prefix = alternate ? type.flatMap { "xXbo".contains($0) ? "0\($0)" : nil } : nil
    return padNumber(grouped(digits), prefix: prefix ?? "", isNegative: number < 0)
  }

  private func float(_ number: Double) throws -> String {
    let size = abs(number)
    let digits: String
    switch type {
    case _ where !number.isFinite: digits = number.isNaN ? "nan" : "inf"
    case "f", "F": digits = String(format: "%.\(precision ?? 6)f", size)
    case "e": digits = String(format: "%.\(precision ?? 6)e", size)
    case "E": digits = String(format: "%.\(precision ?? 6)E", size)
    case "g", "G": digits = Self.general(size, max(1, precision ?? 6), upper: type == "G")
    case "%": digits = String(format: "%.\(precision ?? 6)f", size * 100) + "%"
    case nil:
      digits =
        precision.map { Self.withPoint(Self.general(size, max(1, $0), upper: false)) }
        ?? NumberText.shortest(size)
    default: throw mismatch(.float(number))
    }
    return padNumber(grouped(digits), isNegative: number.sign == .minus && !number.isNaN)
  }

  private static func general(_ size: Double, _ precision: Int, upper: Bool) -> String {
    String(format: upper ? "%.\(precision)G" : "%.\(precision)g", size)
  }

  private static func withPoint(_ text: String) -> String {
    text.contains(".") || text.contains("e") ? text : text + ".0"
  }

  private func grouped(_ digits: String) -> String {
    guard let grouping else { return digits }
    let whole = digits.prefix { $0.isNumber }
    var result = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { result.append(grouping) }
      result.append(digit)
    }
    return result + digits.dropFirst(whole.count)
  }

  private func padNumber(_ digits: String, prefix: String = "", isNegative: Bool) -> String {
    let lead = (isNegative ? "-" : sign == "-" ? "" : String(sign)) + prefix
    guard align == "=" else { return pad(lead + digits, default: ">") }
    let missing = width - lead.count - digits.count
    return lead + String(repeating: fill, count: max(0, missing)) + digits
  }

  private func pad(_ text: String, default side: Character) -> String {
    let missing = width - text.unicodeScalars.count
    guard missing > 0 else { return text }
    func blanks(_ count: Int) -> String { String(repeating: fill, count: count) }
    switch align ?? side {
    case ">": return blanks(missing) + text
    case "^": return blanks(missing / 2) + text + blanks(missing - missing / 2)
    default: return text + blanks(missing)
    }
  }
}
