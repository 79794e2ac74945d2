import ArgumentParser
import TesseraNotebook

/// The options that every way of running a program takes.
struct SessionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where tensors live and ops run.", valueName: "cpu|vulkan|vulkan:N|dry"))
  var device: String?

  @Option(
    name: [.long, .customLong("max-memory")],
    help: ArgumentHelp(
      "Run as if the device had this much memory for tensors, as in 12GiB.", valueName: "SIZE"))
  var memory: String?

  @Option(help: ArgumentHelp("Start every random sequence from this number.", valueName: "N"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Threads for kernels; all cores unless given.", valueName: "N"))
  var threads: Int?

  @Option(help: ArgumentHelp("Set a parameter of the program; may be repeated.", valueName: "NAME=VALUE"))
  var param: [String] = []

  @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "WHEN"))
  var color: ColorMode = .auto

  @Flag(name: [.customShort("q"), .long], help: "No banner, no progress.")
  var quiet = false

  func validate() throws {
    _ = try configuration()
  }

  /// The options as a session takes them, with the environment where nothing was given.
  func configuration() throws -> Session.Configuration {
    var result = Session.Configuration()
    result.device = device ?? Environment["TESSERA_DEVICE"].flatMap { $0.isEmpty ? nil : $0 }
    result.seed = try seed ?? number("TESSERA_SEED")
    result.threads = try threads ?? number("TESSERA_THREADS")
    if let threads = result.threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if let memory {
      guard let bytes = ByteCount.parse(memory), bytes > 0 else {
        throw ValidationError("--memory \(memory) is not a size; write it as 12GiB or 512MiB")
      }
      result.memoryLimit = bytes
    }
    result.parameters = try param.map(Self.parameter)
    return result
  }

  private func number<Number: FixedWidthInteger>(_ name: String) throws -> Number? {
    guard let text = Environment[name], !text.isEmpty else { return nil }
    guard let value = Number(text) else { throw ValidationError("\(name)=\(text) is not a whole number") }
    return value
  }

  private static func parameter(_ text: String) throws -> (name: String, text: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw ValidationError("--param \(text) has no value; write it as --param name=value")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  /// The arguments that give a child process the same options.
  var asArguments: [String] {
    var result: [String] = []
    if let device { result += ["--device", device] }
    if let memory { result += ["--memory", memory] }
    if let seed { result += ["--seed", "\(seed)"] }
    if let threads { result += ["--threads", "\(threads)"] }
    return result + param.flatMap { ["--param", $0] }
  }
}

extension ColorMode: ExpressibleByArgument {}
