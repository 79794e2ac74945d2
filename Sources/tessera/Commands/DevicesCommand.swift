import ArgumentParser
import TesseraNotebook
import TesseraScript

/// `tessera devices`: what this machine can compute on.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "List what this machine can compute on, with its memory.",
    discussion:
      "With --check every op runs on a device and on the CPU, and what differs is an error (status 1).")

  @Option(help: ArgumentHelp("Compare every op on this device with the CPU.", valueName: "DEVICE"))
  var check: String?

  @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "WHEN"))
  var color: ColorMode = .auto

  func run() throws {
    let console = Console(color: color)
    if let check { return try compare(check, console) }
    let (devices, limits) = DeviceTable.vulkan
    let tables = [DeviceTable.table(DeviceTable.builtIn + devices)] + limits
    console.write(tables.map { $0.rendered(style: console.style) + "\n" }.joined(separator: "\n"))
  }

  private func compare(_ device: String, _ console: Console) throws {
    do {
      let answer = try DeviceCheck.run(device)
      console.write(answer.table.rendered(style: console.style) + "\n" + answer.summary + "\n")
      if !answer.passed { throw ExitStatus.failure }
    } catch let error as ScriptError {
      console.note("tessera: \(error.title)\n" + (error.help.map { "  help: \($0)\n" } ?? ""))
      throw ExitStatus.failure
    }
  }
}
