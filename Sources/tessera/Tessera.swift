import ArgumentParser
import TesseraNotebook

/// The command: parses arguments, runs what they say, and turns every ending into an exit status.
@main struct Tessera {
  static func main() {
    let order = ArgumentOrder(Array(CommandLine.arguments.dropFirst()))
    if order.isSubcommand {
      run(SubcommandRoot.self, order.arguments)
    } else {
      run(RootCommand.self, order.arguments)
    }
  }

  private static func run(_ root: any ParsableCommand.Type, _ arguments: [String]) {
    do {
      var command = try root.parseAsRoot(arguments)
      try command.run()
    } catch {
      exit(after: error, of: root)
    }
  }

  /// Help and versions go to stdout and succeed; usage errors are 2 here, where the parser's own habit is 64.
  private static func exit(after error: any Error, of root: any ParsableCommand.Type) -> Never {
    if let status = error as? ExitStatus { status.exit() }
    let text = root.fullMessage(for: error)
    switch root.exitCode(for: error) {
    case .success:
      if !text.isEmpty { StandardStream.output.write(text + "\n") }
      ExitStatus.success.exit()
    case .validationFailure:
      StandardStream.error.write(text + "\n")
      ExitStatus.usage.exit()
    default:
      StandardStream.error.write("tessera: \(text)\n")
      ExitStatus.failure.exit()
    }
  }
}

/// `tessera SUBCOMMAND …`.
///
/// Apart from ``RootCommand``, as the parser would take a subcommand's name for the name of a file.
struct SubcommandRoot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera", version: Version.text,
    subcommands: [
      TestCommand.self, LearnCommand.self, CheckCommand.self, FormatCommand.self,
      MemoryCommand.self, BenchCommand.self, DevicesCommand.self, DocsCommand.self,
    ] + PlannedCommands.all)

  /// Every word that is a subcommand; `help` is the parser's own.
  static var names: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
  }

  /// A line for each subcommand that is built.
  static var listing: String {
    configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { command in
      let name = command.configuration.commandName ?? ""
      let blanks = String(repeating: " ", count: max(1, 8 - name.count))
      return "  tessera \(name)\(blanks)\(command.configuration.abstract)"
    }.joined(separator: "\n")
  }
}

/// `tessera [options] [FILE [arguments]]`.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Learn where a network's memory goes: a small language, lessons, and a tensor engine.",
    usage: """
      tessera [options]                      the prompt; a program from stdin when that is no terminal
      tessera [options] FILE [arguments]     run a script (.tes), a lesson (.md), or stdin (-)
      tessera [options] -c CODE [arguments]  run CODE
      tessera SUBCOMMAND …
      """,
    discussion: """
      Subcommands (each has --help):
      \(SubcommandRoot.listing)

      Environment: TESSERA_DEVICE, TESSERA_SEED, TESSERA_THREADS, TESSERA_HISTORY,
      NO_COLOR, FORCE_COLOR.

      Exit status: 0 ok, 1 script error or failed check, 2 usage or unreadable file,
      3 internal error, 5 no lesson found, 124 timeout, 130 interrupted.
      """,
    version: Version.text)

  @OptionGroup var options: SessionOptions

  @OptionGroup var limits: LimitOptions

  @Option(
    name: .customShort("c"), parsing: .unconditional,
    help: ArgumentHelp("Run this program.", valueName: "CODE"))
  var code: String?

  @Option(
    help: ArgumentHelp(
      "Write what happened to memory as a Chrome trace (Perfetto opens it).", valueName: "FILE"))
  var trace: String?

  @Flag(name: .customShort("i"), help: "Stay at the prompt afterwards, with the program's variables.")
  var staysInteractive = false

  @Flag(name: .customShort("V"), help: "Show the version.")
  var showsVersion = false

  @Argument(
    help: ArgumentHelp(
      "A script, a lesson or - (stdin), then the program's own arguments.", valueName: "file"))
  var words: [String] = []

  mutating func run() throws {
    if showsVersion {
      print(Version.text)
      return
    }
    try ProgramCommand(
      options: options, limits: limits, code: code, words: words, staysInteractive: staysInteractive,
      tracePath: trace
    ).run()
  }
}

/// What this build calls itself.
enum Version {
  static let text = "tessera 0.1.0"
}
