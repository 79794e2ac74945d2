/// A number of bytes as people write it: `8 GiB`, `1.5MiB`, `4096`.
public enum ByteCount {
  /// IEC units are powers of 1024.
  ///
  /// `GB` and its kin are read as the same powers: card boxes mean GiB by it.
  private static let units: [(name: String, bytes: Double)] = [
    ("b", 1), ("kib", 0x1p10), ("mib", 0x1p20), ("gib", 0x1p30), ("tib", 0x1p40),
    ("kb", 0x1p10), ("mb", 0x1p20), ("gb", 0x1p30), ("tb", 0x1p40),
  ]

  /// Reads a size, or returns nil when the text is not one or does not fit 63 bits.
  public static func parse(_ text: String) -> Int? {
    let trimmed = text.trimmingBlanks
    let number = trimmed.prefix { $0.isNumber || $0 == "." || $0 == "_" }.filter { $0 != "_" }
    let unitStart = trimmed.drop { $0.isNumber || $0 == "." || $0 == "_" }
    let unit = unitStart.trimmingBlanks.lowercased()
    guard let value = Double(number), value >= 0 else { return nil }
    let scale = unit.isEmpty ? 1 : units.first { $0.name == unit }?.bytes
    guard let scale, value * scale < 0x1p62 else { return nil }
    return Int((value * scale).rounded())
  }
}
