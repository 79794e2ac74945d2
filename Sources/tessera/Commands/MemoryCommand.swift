import ArgumentParser
import TesseraNotebook
import TesseraScript

/// `tessera memory`: what a training step would hold, from a dry run.
struct MemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Say what a training step would hold, and what fits, without running it.",
    discussion: """
      A dry run: every byte is counted and none is used. Without --policy each policy is a row of a table; with one,
      its whole report follows.

        tessera memory --model swin_unetr --size 128 --features 24 --budget 12GiB
        tessera memory --size 96 --policy swin --card "RTX 4070"
      """)

  /// The networks it knows.
  enum Model: String, ExpressibleByArgument, CaseIterable { case swinUNETR = "swin_unetr" }
  private static let policies = MemoryForecast.policyNames.joined(separator: ", ")

  @Option(help: "The network.") var model = Model.swinUNETR
  @Option(help: ArgumentHelp("Extent of each axis of the volume.", valueName: "N")) var size = 128
  @Option(help: ArgumentHelp("Axes of the volume, 2 or 3.", valueName: "N")) var dims = 3
  @Option(help: ArgumentHelp("The network's feature_size.", valueName: "N")) var features = 24
  @Option(help: ArgumentHelp("Volumes a step.", valueName: "N")) var batch = 1
  @Option(help: ArgumentHelp("Channels of the volume.", valueName: "N")) var inputs = 4
  @Option(help: ArgumentHelp("Channels of the prediction.", valueName: "N")) var outputs = 3
  @Option(help: ArgumentHelp("What is dropped and computed again: \(Self.policies).", valueName: "NAME"))
  var policy: String?
  @Flag(help: "Count fused ops instead of PyTorch's sequence of ops.") var fused = false
  @Option(help: ArgumentHelp("Bytes that tensors may take, as in 12GiB.", valueName: "SIZE")) var budget:
    String?
  @Option(help: ArgumentHelp("A graphics card by name, as in \"RTX 4070\" or \"8 GB\".", valueName: "NAME"))
  var card: String?
  @Flag(help: "Print every report as JSON.") var json = false
  @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "WHEN")) var color: ColorMode =
    .auto

  func validate() throws {
    guard dims == 2 || dims == 3 else { throw ValidationError("--dims must be 2 or 3") }
    for (name, value) in [("size", size), ("batch", batch), ("inputs", inputs), ("outputs", outputs)]
    where !(1...4096).contains(value) {
      throw ValidationError("--\(name) must be from 1 to 4096")
    }
    if let policy, !MemoryForecast.policyNames.contains(policy) {
      throw ValidationError("there is no policy \"\(policy)\"; --policy takes \(Self.policies)")
    }
    _ = try limit()
  }

  func run() throws {
    let console = Console(color: color)
    let limit = try limit()
    let forecast: MemoryForecast
    do { forecast = try MemoryForecast(question, limit: limit) } catch let error as ScriptError {
      console.note("tessera: \(error.title)\n" + (error.help.map { "  help: \($0)\n" } ?? ""))
      throw ExitStatus.usage
    }
    if json { return console.write(forecast.json.text + "\n") }
    var parts = [forecast.table(limit: limit).rendered(style: console.style)]
    if let limit { parts.append(forecast.advice(limit: limit)) }
    if let plan = forecast.plan { parts.append(plan.description) }
    if policy != nil { parts += forecast.answers.map { $0.report.rendered(style: console.style) } }
    console.write(parts.joined(separator: "\n\n") + "\n")
  }

  private var question: MemoryForecast.Question {
    var question = MemoryForecast.Question()
    (question.step.size, question.step.axes, question.step.features) = (size, dims, features)
    (question.step.batch, question.step.inputs, question.step.outputs) = (batch, inputs, outputs)
    question.isFused = fused
    question.policy = policy
    return question
  }

  private func limit() throws -> MemoryForecast.Limit? {
    do {
      if let card { return try MemoryForecast.Limit(cardNamed: card) }
      return try budget.map(MemoryForecast.Limit.init(budget:))
    } catch let error as ScriptError {
      throw ValidationError(error.title)
    }
  }
}
