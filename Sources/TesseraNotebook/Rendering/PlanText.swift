import TesseraNet
import TesseraTensor

extension CheckpointPlan: CustomStringConvertible {
  /// Its peak in a sentence, then a row a layer that recomputes.
  public var description: String {
    let within = budget.map { " of \(ByteCount.size($0))" } ?? ""
    let cost = isMeasured ? ", some \(ByteCount.milliseconds(seconds)) a step" : ""
    let title = "plan: peak \(ByteCount.size(peakBytes))\(within)\(cost)"
    guard !choices.isEmpty else { return "\(title); nothing is recomputed" }
    let rows = choices.map { choice in
      [choice.path, choice.recompute.name, isMeasured ? ByteCount.milliseconds(choice.seconds) : ""]
    }
    let header = ["layer", "recomputes", isMeasured ? "time" : ""]
    return "\(title)\n\(Table(header: header, rows: rows).rendered())"
  }
}

extension Layer.Recompute {
  /// What a table says.
  var name: String {
    switch self {
    case .never: "nothing"
    case .parts: "parts"
    case .whole: "all of it"
    }
  }
}

extension ByteCount {
  /// `12.5 ms`.
  static func milliseconds(_ seconds: Double) -> String { "\(fixed(seconds * 1000, digits: 1)) ms" }
}
