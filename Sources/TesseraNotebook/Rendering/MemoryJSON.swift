import TesseraTensor

/// A JSON value whose members keep their order, so that exports compare as text.
public indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  /// The text, without blanks.
  public var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    // JSON has no infinity and no NaN.
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.quote(value, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.quote(member.0, to: &text)
        text += ":"
        member.1.write(to: &text)
      }
      text += "}"
    }
  }

  private static func quote(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case _ where scalar.value < 32:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension MemoryReport {
  /// Everything the report knows except the timeline, which ``MemoryTrace`` exports.
  public var json: JSONValue {
    .object([
      ("label", .string(label)), ("device", .string(setting.device)), ("dry", .bool(setting.isDry)),
      ("fused", .bool(setting.isFused)), ("seed", .string(String(setting.seed))),
      ("entryBytes", .integer(entryBytes)), ("exitBytes", .integer(exitBytes)),
      ("peakBytes", .integer(peakBytes)), ("peakAboveEntry", .integer(peakAboveEntry)),
      ("workspacePeakBytes", .integer(workspacePeak)), ("offloadedPeakBytes", .integer(offloadedPeak)),
      ("process", processJSON), ("deviceBytes", deviceBytes.map(JSONValue.integer) ?? .null),
      ("peak", peakJSON),
      ("atPeak", atPeakJSON),
      ("forwardEnd", forwardEnd.map(\.json) ?? .null),
      ("recomputed", .array(recomputed.map(JSONValue.string))),
      ("seconds", .number(seconds)),
      ("phaseSeconds", .object(phaseSeconds.map { ($0.phase.rawValue, .number($0.seconds)) })),
      ("parameters", parameters.json), ("inputs", inputs.json), ("gradients", .array(gradients.map(\.json))),
    ])
  }

  private var peakJSON: JSONValue {
    .object([
      ("phase", .string(peak.phase.name)), ("layer", .string(peak.layer)), ("op", .string(peak.op)),
      ("line", peak.mark.map { .string("\($0)") } ?? .null), ("recomputed", .bool(peak.isRecomputed)),
    ])
  }

  /// The resident size, and what of it the ledger does not count.
  private var processJSON: JSONValue {
    guard let resident, let besideLedger else { return .null }
    return .object([
      ("entryBytes", .integer(resident.entryBytes)), ("peakBytes", .integer(resident.peakBytes)),
      ("besideLedgerBytes", .integer(besideLedger)), ("ownPeak", .bool(resident.isOwnPeak)),
    ])
  }

  private var atPeakJSON: JSONValue {
    .object([
      ("categories", .object(atPeak.categories.nonZero.map { ($0.category.name, .integer($0.bytes)) })),
      ("modules", .shares(atPeak.modules)), ("layers", .shares(atPeak.layers)),
      ("largest", .array(atPeak.largest.map(\.json))),
    ])
  }
}

extension JSONValue {
  fileprivate static func shares(_ shares: [MemoryReport.Share]) -> JSONValue {
    .object(shares.map { ($0.name, .integer($0.bytes)) })
  }
}

extension MemoryReport.ForwardEnd {
  fileprivate var json: JSONValue {
    .object([
      ("liveBytes", .integer(liveBytes)), ("savedBytes", .integer(savedBytes)),
      ("savedByModule", .shares(savedByModule)), ("savedByLayer", .shares(savedByLayer)),
    ])
  }
}

extension MemoryReport.Holder {
  fileprivate var json: JSONValue {
    .object([
      ("layer", .string(layer)), ("op", .string(op)), ("category", .string(category.name)),
      ("bytes", .integer(bytes)), ("line", mark.map { .string("\($0)") } ?? .null),
    ])
  }
}

extension MemoryReport.Tally {
  fileprivate var json: JSONValue { .object([("count", .integer(count)), ("bytes", .integer(bytes))]) }
}

extension GradientDigest {
  /// Digests are text: 64 bits do not fit a JSON number.
  fileprivate var json: JSONValue {
    .object([
      ("shape", .array(shape.extents.map(JSONValue.integer))), ("contributions", .integer(contributions)),
      ("digest", digest.map { .string(String($0, radix: 16)) } ?? .null),
      ("norm", norm.map(JSONValue.number) ?? .null),
    ])
  }
}
