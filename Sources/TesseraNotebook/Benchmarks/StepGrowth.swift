import Glibc

/// A straight line through the logarithms of points, by least squares: `y = factor · x^exponent`.
struct PowerLaw {
  let exponent: Double
  private let factor: Double

  /// Nil where all points share one x, or there is none.
  init?(_ points: [(x: Double, y: Double)]) {
    guard Set(points.map(\.x)).count > 1 else { return nil }
    let logs = points.map { (u: log($0.x), v: log($0.y)) }
    let count = Double(logs.count)
    let (meanU, meanV) = (logs.map(\.u).reduce(0, +) / count, logs.map(\.v).reduce(0, +) / count)
    let products = logs.map { ($0.u - meanU) * ($0.v - meanV) }.reduce(0, +)
    exponent = products / logs.map { ($0.u - meanU) * ($0.u - meanU) }.reduce(0, +)
    factor = exp(meanV - exponent * meanU)
  }

  func value(at x: Double) -> Double { factor * pow(x, exponent) }
}

/// How a step's time and peak grow with the number of voxels.
public struct StepGrowth {
  /// One figure of several sizes.
  struct Series {
    let name: String
    /// What the figure counts, such as `GiB`.
    let unit: String
    let points: [Point]

    var law: PowerLaw? { PowerLaw(points.map { (Double($0.voxels), $0.value) }) }

    /// `peak as voxels^0.95`; nil where fewer than two sizes were measured.
    var sentence: String? { law.map { "\(name) as voxels^\(ByteCount.fixed($0.exponent, digits: 2))" } }
  }

  struct Point {
    let size: Int
    let voxels: Int
    let value: Double
    /// Whether nothing ran, and bytes were only counted.
    let isDry: Bool
  }

  let peak: Series
  let time: Series

  /// Collects the sizes that were measured.
  public init(_ answers: [StepBenchmark.Answer]) {
    func series(
      _ name: String, _ unit: String, _ value: (StepBenchmark.Answer) -> Double?
    ) -> Series {
      let points = answers.compactMap { answer in
        value(answer).map {
          Point(
            size: answer.question.step.size, voxels: answer.question.step.voxels, value: $0,
            isDry: answer.seconds.isEmpty)
        }
      }
      return Series(name: name, unit: unit, points: points)
    }
    peak = series("peak", "GiB") { Double($0.peakBytes) / 0x1p30 }
    time = series("time", "s") { $0.median }
  }

  /// `peak grows as voxels^0.95, time as voxels^1.02`; nil where fewer than two sizes were measured.
  public var text: String? {
    peak.law.map { law in
      "peak grows as voxels^\(ByteCount.fixed(law.exponent, digits: 2))"
        + (time.sentence.map { ", \($0)" } ?? "")
    }
  }

  /// Both figures as points on logarithmic scales, each with its line; nil where fewer than two sizes were measured.
  public func svg(title: String) -> String? {
    peak.law.map { _ in GrowthChart(title: title, growth: self).svg }
  }
}
