/// An allocation that would have passed the budget, refused before anything was touched.
public struct OutOfMemory: Error, Sendable {
  /// One holder of memory at that moment.
  public struct Holder: Sendable {
    /// The layer path, or the op where there is none.
    public let name: String
    /// Bytes it held.
    public let bytes: Int
  }

  /// Bytes that were asked for.
  public let requested: Int
  /// The op that asked.
  public let op: String
  /// The layer path, empty at the top level.
  public let layer: String
  /// The shape that was to be made.
  public let shape: Shape
  /// The limit.
  public let budget: Int
  /// What the limit is called: "budget", or a card's name.
  public let budgetLabel: String
  /// Bytes live when it was asked for.
  public let live: Int
  /// Live bytes by category, largest first.
  public let byCategory: [(category: MemoryCategory, bytes: Int)]
  /// The largest holders.
  public let holders: [Holder]
  /// Sentences on what would help here, best first.
  public var cures: [String] = []

  /// The facts in a sentence.
  public var message: String {
    let place = layer.isEmpty ? op : "\(layer) (\(op))"
    return
      "out of memory: \(place) asks for \(ByteCount.text(requested)) (\(requested) B) of shape \(shape); "
      + "\(ByteCount.text(live)) of \(ByteCount.text(budget)) (\(budgetLabel)) are live"
  }

  /// Where the memory is, and what would free some: a line each.
  public var advice: String {
    let categories = byCategory.prefix(4).map { "\($0.category.name) \(ByteCount.text($0.bytes))" }
    let largest = holders.prefix(3).map { "\($0.name) \(ByteCount.text($0.bytes))" }
    var parts = ["live: " + categories.joined(separator: ", ")]
    if !largest.isEmpty { parts.append("largest: " + largest.joined(separator: ", ")) }
    if !cures.isEmpty { parts.append("cures, by what each saves of this step's peak:") }
    return (parts + cures.map { "  \($0)" }).joined(separator: "\n")
  }
}

/// Sizes as text, in IEC units.
public enum ByteCount {
  /// `1.31 GiB`, `840 MiB`, `17 B`: three significant digits from KiB up.
  public static func text(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(bytes)
    var unit = 0
    while abs(value) >= 1024 && unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    if unit == 0 { return "\(bytes) B" }
    return "\(fixed(value, digits: abs(value) < 10 ? 2 : abs(value) < 100 ? 1 : 0)) \(units[unit])"
  }

  /// A number with a fixed count of decimals, without a locale.
  public static func fixed(_ value: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled.isFinite, scaled < 9e15 else { return "\(value)" }
    let whole = Int(scaled)
    let sign = value < 0 && whole != 0 ? "-" : ""
    if digits == 0 { return sign + String(whole) }
    let unit = Int(scale)
    let fraction = String(whole % unit)
    return "\(sign)\(whole / unit)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}
