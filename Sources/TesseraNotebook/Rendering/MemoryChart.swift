import TesseraTensor

/// Memory over a step as a stacked area, for one run or for several on one scale.
public struct MemoryChart: Sendable {
  /// A layer of the stack.
  struct Band: Sendable {
    let category: MemoryCategory
    /// From Okabe and Ito's palette, which readers with any colour vision can tell apart, and two greys.
    let color: String
    /// The same layer on a terminal, where four shades are all there are.
    let shade: Shade
  }

  /// What a terminal tells apart.
  enum Shade: Int, CaseIterable { case lasting, gradient, activation, temporary }

  /// From the bottom to the top: what lasts lies below what comes and goes.
  static let bands: [Band] = [
    Band(category: .parameter, color: "#0072B2", shade: .lasting),
    Band(category: .optimizer, color: "#56B4E9", shade: .lasting),
    Band(category: .buffer, color: "#999999", shade: .lasting),
    Band(category: .input, color: "#F0E442", shade: .lasting),
    Band(category: .report, color: "#7A5195", shade: .lasting),
    Band(category: .staging, color: "#5F5F5F", shade: .lasting),
    Band(category: .pipeline, color: "#B8A27A", shade: .lasting),
    Band(category: .gradient, color: "#009E73", shade: .gradient),
    Band(category: .activation, color: "#E69F00", shade: .activation),
    Band(category: .temporary, color: "#D55E00", shade: .temporary),
  ]

  /// The runs, drawn one below the other.
  let reports: [MemoryReport]
  let axis: MemoryTimeline.Axis

  /// A chart; by default each change of memory is as wide as the next, so that it is the same on every machine.
  public init(_ reports: [MemoryReport], axis: MemoryTimeline.Axis = .events) {
    self.reports = reports
    self.axis = axis
  }

  /// The largest total of all runs: the common scale.
  var top: Int { max(1, reports.map(\.peakBytes).max() ?? 1) }

  /// Both forms together.
  public func chart(style: TextStyle = .plain, isASCII: Bool = false) -> Chart {
    Chart(svg: svg(), text: text(style: style, isASCII: isASCII))
  }

  /// What the picture shows, for those who do not see it.
  var summary: String {
    reports.map { report in
      let parts = report.atPeak.categories.nonZero.filter(\.category.countsTowardsTotal).prefix(3)
        .map { "\($0.category.name) \(ByteCount.size($0.bytes))" }
      return "\(report.label): peak \(ByteCount.size(report.peakBytes)) (\(report.peak.description)), "
        + "of it \(parts.joined(separator: ", "))."
    }.joined(separator: " ")
  }
}

/// Round numbers for an axis of bytes.
struct ByteAxis {
  /// The marks from 0 upwards, with their texts.
  let ticks: [(bytes: Double, text: String)]

  /// About five marks of 1, 2 or 5 times a power of ten, all in the unit that suits the largest value.
  init(upTo top: Int) {
    let units = [
      ("EiB", 0x1p60), ("PiB", 0x1p50), ("TiB", 0x1p40), ("GiB", 0x1p30), ("MiB", 0x1p20), ("KiB", 0x1p10),
    ]
    let (unit, size) = units.first { Double(top) >= $0.1 } ?? ("B", 1)
    let most = Double(top) / size
    var step = 0.001
    for power in 0..<8 {
      for factor in [1.0, 2, 5] where most / step > 5.5 {
        step = factor * Self.power(of10: power) / 1000
      }
    }
    let digits = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
    ticks = (0...max(1, Int(most / step))).map {
      (
        Double($0) * step * size,
        "\(TesseraTensor.ByteCount.fixed(Double($0) * step, digits: digits)) \(unit)"
      )
    }
  }

  private static func power(of10 exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { value, _ in value * 10 }
  }
}
