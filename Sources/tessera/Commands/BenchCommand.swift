import ArgumentParser
import Foundation
import TesseraNotebook
import TesseraScript
import TesseraTensor

/// `tessera bench`: what things cost on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure training steps, single ops, or programs on this machine.",
    subcommands: [Step.self, Ops.self, Script.self])

  /// `tessera bench step`.
  struct Step: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time a training step of SwinUNETR and say where its time and memory go.",
      discussion: """
        One step warms up, the rounds are timed, and one more is profiled: each op beside what the machine could do
        (its roofline: operations in the cache, bytes through memory). Several sizes show how time and peak grow; a step
        that this machine has no memory for is counted without running it. More than ten rounds say what the process held
        after the tenth and after the last.

          tessera bench step --size 64 --policy swin
          tessera bench step --size 64,96,128,160 --dry
          tessera bench step --size 64,96,128,160 --picture growth.svg
          tessera bench step --size 128 --budget 1.8GiB
        """)

    @Option(help: ArgumentHelp("Extent of each axis; several are separated by commas.", valueName: "N"))
    var size = "64"
    @Option(help: ArgumentHelp("Axes of the volume, 2 or 3.", valueName: "N")) var dims = 3
    @Option(help: ArgumentHelp("The network's feature_size.", valueName: "N")) var features = 24
    @Option(help: ArgumentHelp("What is recomputed: a policy's name or a layer's path.", valueName: "NAME"))
    var policy = "off"
    @Option(
      help: ArgumentHelp("Let the planner choose for this many bytes, as in 1.8GiB.", valueName: "SIZE"))
    var budget: String?
    @Option(help: ArgumentHelp("Steps that are timed.", valueName: "N")) var rounds = 3
    @Option(help: ArgumentHelp("Threads for kernels; all cores unless given.", valueName: "N")) var threads:
      Int?
    @Option(
      help: ArgumentHelp(
        "The network's type: float32, or autocast to bfloat16 or float16.", valueName: "TYPE"))
    var dtype = "float32"
    @Option(help: ArgumentHelp("Where the step runs.", valueName: "cpu|vulkan|vulkan:N")) var device: String?
    @Flag(help: "Run PyTorch's sequence of ops instead of fused ops.") var unfused = false
    @Flag(help: "Capture a step's kernels once and time them without the program.") var captured = false
    @Flag(help: "Count bytes and run nothing.") var dry = false
    @Flag(help: "Print JSON.") var json = false
    @Option(
      help: ArgumentHelp("Draw how time and peak grow with the size, as an SVG file.", valueName: "FILE"))
    var picture: String?
    @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "WHEN")) var color: ColorMode =
      .auto

    func validate() throws {
      guard dims == 2 || dims == 3 else { throw ValidationError("--dims must be 2 or 3") }
      guard (1...1000).contains(rounds) else { throw ValidationError("--rounds must be from 1 to 1000") }
      if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
      guard ["float32", "bfloat16", "float16"].contains(dtype) else {
        throw ValidationError("--dtype must be float32, bfloat16 or float16")
      }
      guard !(captured && dry) else { throw ValidationError("--captured runs kernels, and --dry runs none") }
      let sizes = try sizes()
      guard picture == nil || Set(sizes).count > 1 else {
        throw ValidationError("--picture needs several sizes, as in --size 64,96,128")
      }
      _ = try budgetBytes()
    }

    func run() throws {
      let console = Console(color: color)
      var answers: [StepBenchmark.Answer] = []
      for size in try sizes() {
        do {
          let answer = try StepBenchmark.run(question(size))
          answers.append(answer)
          if !json { show(answer, console) }
        } catch let error as ScriptError {
          console.note("tessera: \(error.title)\n" + (error.help.map { "  help: \($0)\n" } ?? ""))
          throw ExitStatus.failure
        }
      }
      let growth = StepGrowth(answers)
      if let picture { try draw(growth, to: picture, console) }
      if json { return console.write(JSONValue.array(answers.map(\.json)).text + "\n") }
      if let text = growth.text { console.write(text + "\n") }
    }

    private func draw(_ growth: StepGrowth, to file: String, _ console: Console) throws {
      let inputs = dims == 3 ? "volumes" : "images"
      let title = "A training step of SwinUNETR, F \(features), on larger \(inputs)"
      do {
        try Data((growth.svg(title: title) ?? "").utf8).write(
          to: URL(fileURLWithPath: file), options: .atomic)
      } catch {
        console.note("tessera: cannot write \(file): \(error.localizedDescription)\n")
        throw ExitStatus.failure
      }
    }

    private func show(_ answer: StepBenchmark.Answer, _ console: Console) {
      console.write(answer.summary + "\n")
      if let residence = answer.residence { console.write(residence + "\n") }
      guard let profile = answer.profile, let roofline = answer.roofline else { return }
      console.write("this machine: \(roofline.text)\n\n")
      console.write(profile.table().rendered(style: console.style) + "\n\n")
    }

    private func question(_ size: Int) throws -> StepBenchmark.Question {
      var question = StepBenchmark.Question()
      (question.step.size, question.step.axes, question.step.features) = (size, dims, features)
      (question.policy, question.budget, question.isFused) = (policy, try budgetBytes(), !unfused)
      (question.rounds, question.threads, question.isDry) = (rounds, threads, dry)
      (question.isCaptured, question.device) = (captured, device)
      question.step.autocast = dtype == "float32" ? nil : DType(rawValue: dtype)
      return question
    }

    private func sizes() throws -> [Int] {
      try size.split(separator: ",").map { text in
        guard let size = Int(text), (1...4096).contains(size) else {
          throw ValidationError("--size \(text) must be a number from 1 to 4096, or several with commas")
        }
        return size
      }
    }

    private func budgetBytes() throws -> Int? {
      guard let budget else { return nil }
      guard let bytes = TesseraNotebook.ByteCount.parse(budget), bytes > 0 else {
        throw ValidationError("--budget \(budget) is not a size; write it as 12GiB or 512MiB")
      }
      return bytes
    }
  }

  /// `tessera bench ops`.
  struct Ops: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time every op on small inputs: what a call costs at least.")

    @Argument(help: "Only ops whose name contains this.") var filter = ""
    @Option(help: ArgumentHelp("Threads for kernels; all cores unless given.", valueName: "N")) var threads:
      Int?
    @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "WHEN")) var color: ColorMode =
      .auto

    func run() throws {
      let console = Console(color: color)
      let table = try OpBenchmark.table(filter: filter, threads: threads)
      guard !table.rows.isEmpty else {
        console.note("tessera: no op's name contains \"\(filter)\"\n")
        throw ExitStatus.usage
      }
      console.write(table.rendered(style: console.style) + "\n")
    }
  }

  /// `tessera bench script`.
  struct Script: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time programs of the language, what they print left out.")

    @Argument(help: "Scripts.") var files: [String]
    @Option(help: ArgumentHelp("Runs of each.", valueName: "N")) var rounds = 5
    @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "WHEN")) var color: ColorMode =
      .auto

    func run() throws {
      let console = Console(color: color)
      var rows: [[String]] = []
      for file in files {
        let times = try (0..<max(1, rounds)).map { _ in try seconds(file, console) }.sorted()
        rows.append(
          [file] + [times[times.count / 2], times[0], times[times.count - 1]].map(Self.text))
      }
      let table = Table(header: ["program", "median", "fastest", "slowest"], rows: rows)
      console.write(table.rendered(style: console.style) + "\n")
    }

    private func seconds(_ file: String, _ console: Console) throws -> Double {
      let text: String
      do { text = try TextFile.read(file) } catch {
        console.note("tessera: cannot read \(error)\n")
        throw ExitStatus.usage
      }
      let session = try SessionFactory.make(
        Session.Configuration(), folder: TextFile.folder(of: file), console: console)
      session.interpreter.output = { _ in }
      let result = session.run(CellSource(text, name: file))
      guard result.error == nil else { throw ExitStatus(after: result.error) }
      return result.seconds
    }

    private static func text(_ seconds: Double) -> String {
      "\((seconds * 1e5).rounded() / 100) ms"
    }
  }
}
