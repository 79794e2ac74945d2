import TesseraScript
import TesseraTensor

/// `card("RTX 4070")`: a budget, and a judge of reports.
final class CardObject: SettingScope {
  private let card: Card

  init(_ card: Card, apply: @escaping () throws -> () -> Void) throws {
    self.card = card
    try super.init("card \(card.name)", apply: apply)
  }

  override var typeName: String { "card" }
  override var attributeNames: [String] { ["name", "visible", "usable", "evidence", "verdict"] }

  override func attribute(_ name: String) throws -> Value? {
    switch name {
    case "name": .string(card.name)
    case "visible": .int(card.visibleBytes)
    case "usable": .int(card.usableBytes)
    case "evidence": .string(card.provenance)
    case "verdict": .native(verdict)
    default: nil
    }
  }

  private var verdict: NativeFunction {
    let help = Help(
      "Whether a report's run would fit: fits, does not fit, or fits by live bytes with a margin.")
    return NativeFunction("verdict(report)", help: help) { [card] arguments, _ in
      let report = try arguments.host("report", as: MemoryReportObject.self, "a memory report")
      return .string(card.verdict(try report.report()).text)
    }
  }
}
