import ArgumentParser

/// Subcommands of the design that are not built yet: naming one says exactly that.
enum PlannedCommands {
  static let all: [any ParsableCommand.Type] = [
    Planned<ExportName>.self, Planned<KernelName>.self,
  ]
}

/// The name of a planned subcommand; a type, as the parser identifies subcommands by type.
protocol PlannedName { static var name: String { get } }
enum ExportName: PlannedName { static let name = "export" }
enum KernelName: PlannedName { static let name = "kernel" }

struct Planned<Name: PlannedName>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: Name.name, abstract: "Not built yet.", shouldDisplay: false)
  }

  @Argument(parsing: .captureForPassthrough) var words: [String] = []

  func run() throws {
    StandardStream.error.write("tessera: `\(Name.name)` is not built yet; tessera --help lists what is\n")
    throw ExitStatus.usage
  }
}
