import ArgumentParser
import TesseraNotebook

/// `tessera devices`: what this machine can compute on.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "List what this machine can compute on, with its memory.")

  @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "WHEN"))
  var color: ColorMode = .auto

  func run() throws {
    let console = Console(color: color)
    console.write(
      DeviceTable.table(DeviceTable.builtIn + DeviceTable.vulkan).rendered(style: console.style) + "\n")
  }
}
