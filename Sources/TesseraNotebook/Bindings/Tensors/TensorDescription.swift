import TesseraTensor

/// A tensor as text, in PyTorch's number format, with its shape and type behind it; long ones show their corners.
struct TensorDescription {
  /// More values than this are cut to the corners: a screen's worth.
  private static let wholeLimit = 100
  private static let lineWidth = 80
  private static let lead = "tensor("
  private let tensor: Tensor

  init(_ tensor: Tensor) { self.tensor = tensor }

  /// `tensor([[1., 2.]], shape (1, 2), float32)`.
  var text: String {
    if tensor.isDry { return "\(Self.lead)shape \(tensor.shape), \(facts), dry)" }
    let body = (try? values()) ?? "…"
    let shape = tensor.rank == 0 ? "" : "shape \(tensor.shape), "
    return "\(Self.lead)\(body), \(shape)\(facts))"
  }

  private var facts: String {
    tensor.dtype.rawValue + (tensor.isLeaf && tensor.requiresGradient ? ", requires_grad" : "")
  }

  /// Values kept at each end of an axis that is cut: fewer for more axes.
  private var edge: Int? {
    if tensor.shape.count <= Self.wholeLimit { return nil }
    return tensor.rank <= 2 ? 3 : tensor.rank == 3 ? 2 : 1
  }

  private func values() throws -> String {
    let corners = try Corners(tensor, edge: edge)
    let format = NumberFormat(corners.numbers, dtype: tensor.dtype)
    return Self.text(corners.root, format, indent: Self.lead.count)
  }

  private static func text(_ part: Corners.Part, _ format: NumberFormat, indent: Int) -> String {
    switch part {
    case .number(let number): return format.text(number)
    case .gap: return "…"
    case .list(let parts):
      let inner = parts.map { text($0, format, indent: indent + 1) }
      let margin = String(repeating: " ", count: indent + 1)
      if case .list? = parts.first(where: { if case .list = $0 { true } else { false } }) {
        return "[" + inner.joined(separator: ",\n" + margin) + "]"
      }
      return "[" + wrapped(inner, margin: margin) + "]"
    }
  }

  /// Numbers of the innermost axis, as many a line as fit.
  private static func wrapped(_ items: [String], margin: String) -> String {
    var lines: [String] = [""]
    for (index, item) in items.enumerated() {
      let piece = index == items.count - 1 ? item : item + ", "
      if margin.count + lines[lines.count - 1].count + item.count > lineWidth, lines[lines.count - 1] != "" {
        lines.append("")
      }
      lines[lines.count - 1] += piece
    }
    return lines.map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 }.joined(separator: "\n" + margin)
  }
}

/// The values that are shown, as nested lists.
private struct Corners {
  enum Part {
    case number(Double)
    case gap
    case list([Part])
  }

  private(set) var root = Part.list([])
  private(set) var numbers: [Double] = []

  init(_ tensor: Tensor, edge: Int?) throws {
    let engine = tensor.engine
    root = try engine.withoutGradients { try collect(tensor, edge) }
  }

  private mutating func collect(_ tensor: Tensor, _ edge: Int?) throws -> Part {
    if tensor.rank == 0 || edge == nil && tensor.rank == 1 { return try whole(tensor) }
    let count = tensor.shape[0]
    guard let edge, count > 2 * edge else {
      return .list(try (0..<count).map { try collect(tensor.selected(dim: 0, index: $0), edge) })
    }
    let head = try (0..<edge).map { try collect(tensor.selected(dim: 0, index: $0), edge) }
    let tail = try (count - edge..<count).map { try collect(tensor.selected(dim: 0, index: $0), edge) }
    return .list(head + [.gap] + tail)
  }

  private mutating func whole(_ tensor: Tensor) throws -> Part {
    let values = try tensor.doubles()
    numbers += values
    return tensor.rank == 0 ? .number(values[0]) : .list(values.map { .number($0) })
  }
}

/// One format for all numbers of a tensor, chosen as PyTorch does.
private struct NumberFormat {
  private enum Style { case integer, bool, whole, fixed, scientific }
  private let style: Style
  private var width = 0

  init(_ numbers: [Double], dtype: DType) {
    let finite = numbers.filter { $0.isFinite && $0 != 0 }.map(\.magnitude)
    let largest = finite.max() ?? 0
    let smallest = finite.min() ?? 0
    if dtype == .bool {
      style = .bool
    } else if !dtype.isFloatingPoint {
      style = .integer
    } else if finite.isEmpty || numbers.allSatisfy({ !$0.isFinite || $0 == $0.rounded() }) {
      style = largest > 1e8 || largest > 1000 * smallest && smallest > 0 ? .scientific : .whole
    } else {
      style = largest > 1e8 || largest > 1000 * smallest || smallest < 1e-4 ? .scientific : .fixed
    }
    width = numbers.map { raw($0).count }.max() ?? 0
  }

  func text(_ number: Double) -> String {
    let text = raw(number)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func raw(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    switch style {
    case .bool: return number == 0 ? "False" : "True"
    case .integer: return ByteText.fixed(number, digits: 0)
    case .whole: return (number.sign == .minus ? "-" : "") + ByteText.fixed(number.magnitude, digits: 0) + "."
    case .fixed: return ByteText.fixed(number, digits: 4)
    case .scientific: return Scientific.text(number)
    }
  }
}

/// `1.2346e-05`: four decimals, a signed exponent of at least two digits.
private enum Scientific {
  static func text(_ number: Double) -> String {
    guard number != 0 else { return "0.0000e+00" }
    var exponent = Int(number.magnitude.logarithm10.rounded(.down))
    var mantissa = number / power(exponent)
    // Rounding to four decimals may reach the next power of ten.
    if (mantissa.magnitude * 1e4).rounded() >= 1e5 {
      exponent += 1
      mantissa = number / power(exponent)
    }
    let digits = String(abs(exponent))
    let sign = exponent < 0 ? "-" : "+"
    return ByteText.fixed(mantissa, digits: 4) + "e" + sign + (digits.count < 2 ? "0" + digits : digits)
  }

  private static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 1 }
}

extension Double {
  /// The decimal logarithm of a positive number, exact enough to find its leading digit.
  fileprivate var logarithm10: Double {
    let digits = "\(self)"
    guard let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }),
      let exponent = Int(digits[digits.index(after: mark)...])
    else { return Self.places(self) }
    return Double(exponent)
  }

  private static func places(_ value: Double) -> Double {
    var value = value
    var exponent = 0.0
    while value >= 10 { (value, exponent) = (value / 10, exponent + 1) }
    while value < 1 { (value, exponent) = (value * 10, exponent - 1) }
    return exponent
  }
}
