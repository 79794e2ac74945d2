import TesseraScript
import TesseraTensor
import TesseraVulkan

/// The engine's commands for the prompt.
enum EngineCommands {
  static func all(_ bindings: EngineBindings) -> [SessionCommand] {
    let context = bindings.context
    return [
      SessionCommand("mem", summary: "live bytes by category and by layer, the peak, the largest tensors") {
        _, session in
        session.emit(.text(context.memoryText + "\n"))
      },
      SessionCommand("seed", usage: "N", summary: "start the random numbers over") { text, session in
        guard let seed = UInt64(text) else {
          throw ScriptError(":seed takes a whole number", help: ":seed 0")
        }
        context.engine.random = RandomState(seed: seed)
      },
      SessionCommand("device", summary: "where tensors live") { _, session in
        let engine = context.engine
        let threads = (engine.backend as? CPUBackend).map { ", \($0.parallel.threadCount) threads" } ?? ""
        let product = (engine.backend as? VulkanBackend).map { ", \($0.device.name)" } ?? ""
        session.emit(.text(engine.backend.name + threads + product + (engine.isDry ? ", dry" : "") + "\n"))
        let fallbacks = engine.fallbacks.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)×" }
        if !fallbacks.isEmpty {
          session.emit(.text("on the CPU: " + fallbacks.joined(separator: ", ") + "\n"))
        }
      },
    ]
  }
}

extension EngineContext {
  /// What `:mem` shows: the ledger, and beside it what the system says.
  var memoryText: String {
    let ledger = engine.ledger
    let budget = ledger.budget.map { " of the \(ByteText.text($0)) \(ledger.budgetLabel)" } ?? ""
    var lines = [
      "live \(ByteText.text(ledger.liveBytes))\(budget), peak \(ByteText.text(ledger.peakBytes)), "
        + "saved for backward \(ByteText.text(ledger.savedBytes))"
    ]
    lines += ledger.liveCategories.map { "  \($0.category.name)  \(ByteText.text($0.bytes))" }
    lines += ledger.largestHolders(5).map { "  \(ByteText.text($0.bytes))  \($0.name)" }
    if let resident = ResidentMemory.current { lines.append("process: \(ByteText.text(resident)) resident") }
    if !peaks.isEmpty {
      lines.append(
        "reports: " + peaks.suffix(8).map { "\($0.label) \(ByteText.text($0.bytes))" }.joined(separator: ", ")
      )
    }
    return lines.joined(separator: "\n")
  }
}
