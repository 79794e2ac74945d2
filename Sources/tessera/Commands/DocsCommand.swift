import ArgumentParser
import FoundationEssentials
import TesseraNotebook

/// `tessera docs`: writes the reference from the help of the builtins.
struct DocsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "docs", abstract: "Write the reference: a page for each builtin, from its help.",
    discussion:
      "Pages of names that are gone are removed. Exit status: 0 done, 1 with --check: not up to date.")

  @Flag(help: "Write nothing; name the pages that are not up to date.")
  var check = false

  @Argument(help: "The folder of the reference: docs/reference.")
  var folder: String

  func run() throws {
    let console = Console(color: .auto)
    let session = try SessionFactory.make(Session.Configuration(), folder: ".", console: console)
    let pages = Reference(session).pages
    let stale = pages.filter { (try? TextFile.read(folder + "/" + $0.path)) != $0.text }
    let gone = Set(existing()).subtracting(pages.map(\.path)).sorted()
    guard check else { return try write(stale, removing: gone, console) }
    for path in stale.map(\.path) + gone { console.note("\(folder)/\(path) is not up to date\n") }
    if !stale.isEmpty || !gone.isEmpty {
      console.note("help: ./tessera docs \(folder)\n")
      throw ExitStatus.failure
    }
  }

  private func existing() -> [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".md") }
  }

  private func write(_ pages: [Reference.Page], removing gone: [String], _ console: Console) throws {
    do {
      for page in pages {
        let path = folder + "/" + page.path
        try TextFile.makeFolder(TextFile.folder(of: path))
        try TextFile.replace(path, with: page.text)
      }
      for path in gone { try FileManager.default.removeItem(atPath: folder + "/" + path) }
    } catch {
      console.note("tessera: cannot write \(error)\n")
      throw ExitStatus.usage
    }
    console.write("\(pages.count) pages written, \(gone.count) removed\n")
  }
}
