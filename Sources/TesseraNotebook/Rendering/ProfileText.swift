import TesseraTensor

extension Profile {
  /// Kernels listed at most; the rest is one row.
  private static let mostKernels = 12

  /// The program's lines with their times.
  func lineTable(of code: String) -> Table {
    let total = lines.values.reduce(0) { $0 + $1.seconds }
    let rows = code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, text in
      let sum = lines[index + 1]
      return [
        sum.map { ProfileText.duration($0.seconds) } ?? "",
        sum.map { ProfileText.share($0.seconds, of: total) } ?? "", sum.map { "\($0.count)" } ?? "",
        String(text),
      ]
    }
    return Table(header: ["time", "share", "runs", "line"], rows: rows)
  }

  /// The kernels by what they took, most first; nil where none ran.
  func kernelTable(seconds total: Double) -> Table? {
    guard !kernels.isEmpty else { return nil }
    let sorted = kernels.sorted { ($0.value.seconds, $1.key.op) > ($1.value.seconds, $0.key.op) }
    var rows = sorted.prefix(Self.mostKernels).map { kernel, sum in
      row(sum, of: total, kernel.op + (kernel.isInBackward ? " in backward" : ""), kernel.place)
    }
    let rest = sorted.dropFirst(Self.mostKernels).map(\.value)
    if !rest.isEmpty {
      let sum = Sum(
        count: rest.reduce(0) { $0 + $1.count }, seconds: rest.reduce(0) { $0 + $1.seconds })
      rows.append(row(sum, of: total, "others", ""))
    }
    return Table(header: ["time", "share", "runs", "op", "line"], rows: rows)
  }

  private func row(_ sum: Sum, of total: Double, _ name: String, _ place: String) -> [String] {
    [
      ProfileText.duration(sum.seconds), ProfileText.share(sum.seconds, of: total), "\(sum.count)", name,
      place,
    ]
  }

  /// The whole, and how much of it kernels took.
  func summary(seconds total: Double) -> String {
    let inKernels = kernels.values.reduce(0) { $0 + $1.seconds }
    return
      "took \(ProfileText.duration(total)), of it \(ProfileText.share(inKernels, of: total)) in kernels\n"
  }
}

/// Times as a person reads them.
public enum ProfileText {
  /// Three digits and a unit.
  public static func duration(_ seconds: Double) -> String {
    let units: [(Double, String)] = [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]
    let (scale, unit) = units.first { seconds >= $0.0 } ?? (1e-9, "ns")
    let value = seconds / scale
    return "\(ByteText.fixed(value, digits: value >= 100 ? 0 : value >= 10 ? 1 : 2)) \(unit)"
  }

  /// For what changes while one looks: `8 s`, `3 min`.
  static func wholeSeconds(_ seconds: Double) -> String {
    seconds < 100 ? "\(Int(seconds.rounded())) s" : "\(Int((min(seconds, 1e9) / 60).rounded())) min"
  }

  static func share(_ part: Double, of whole: Double) -> String {
    "\(whole > 0 ? Int((part / whole * 100).rounded()) : 0) %"
  }
}
