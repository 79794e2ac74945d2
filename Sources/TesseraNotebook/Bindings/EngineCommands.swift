import Foundation
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
      SessionCommand("prof", usage: "CODE", summary: "run once and say which lines and ops take the time") {
        code, session in
        try profile(code, session, context.engine)
      },
      SessionCommand(
        "trace", usage: "FILE CODE", summary: "run once and write its memory as a Chrome trace"
      ) { text, session in
        try trace(text, session, context)
      },
    ]
  }

  private static func profile(_ code: String, _ session: Session, _ engine: Engine) throws {
    guard !code.isEmpty else { throw ScriptError("what is to be profiled?", help: ":prof sum(range(1000))") }
    let profile = Profile()
    let before = engine.opTimer
    engine.opTimer = profile.add
    defer { engine.opTimer = before }
    let result = session.run(CellSource(code, name: ":prof")) { profile.begin(line: $0, depth: $1) }
    profile.end()
    guard result.error == nil else { return }
    session.emit(.table(profile.lineTable(of: code)))
    if let table = profile.kernelTable(seconds: result.seconds) { session.emit(.table(table)) }
    session.emit(.text(profile.summary(seconds: result.seconds)))
  }

  private static func trace(_ text: String, _ session: Session, _ context: EngineContext) throws {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2 else {
      throw ScriptError("name a file and the code to run", help: ":trace step.json zeros(1024).sum()")
    }
    let recording = context.engine.beginRecording(words[1])
    let result = session.run(CellSource(words[1], name: ":trace"))
    let report = context.engine.endRecording(recording).report
    guard result.error == nil else { return }
    let path = try context.writePath(words[0])
    do {
      try Data(MemoryTrace([report]).text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch { throw ScriptError("cannot write \(path): \(error.localizedDescription)") }
    session.emit(.text("wrote \(path); https://ui.perfetto.dev opens it\n"))
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
    lines += deviceLines
    if let resident = ResidentMemory.current { lines.append("process: \(ByteText.text(resident)) resident") }
    if !peaks.isEmpty {
      lines.append(
        "reports: " + peaks.suffix(8).map { "\($0.label) \(ByteText.text($0.bytes))" }.joined(separator: ", ")
      )
    }
    return lines.joined(separator: "\n")
  }

  /// What a device holds beside tensors, and what its driver counts.
  private var deviceLines: [String] {
    let own = engine.ledger.besideTotal.map { "\($0.category.name) \(ByteText.text($0.bytes))" }
    let driver = engine.backend.limits.driver.map {
      "driver: \(ByteText.text($0.usage)) in use of \(ByteText.text($0.budget))"
    }
    return (own.isEmpty ? [] : ["beside the total: " + own.joined(separator: ", ")])
      + [driver].compactMap { $0 }
  }
}
