import ArgumentParser
import TesseraNotebook

/// How far a program may go.
struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Stop after this many loop turns and calls.", valueName: "N"))
  var maxSteps: Int?

  @Option(help: ArgumentHelp("Stop after this many seconds, with status 124.", valueName: "S"))
  var timeout: Double?

  @Option(help: ArgumentHelp("Reach files in this folder only.", valueName: "DIR"))
  var sandbox: String?

  func validate() throws {
    if let maxSteps, maxSteps < 1 { throw ValidationError("--max-steps must be at least 1") }
    if let timeout, !(timeout > 0) { throw ValidationError("--timeout must be more than 0 seconds") }
    if let sandbox, !TextFile.isFolder(sandbox) { throw ValidationError("--sandbox \(sandbox) is no folder") }
  }

  /// Adds the limits to what a session is made of.
  func apply(to configuration: inout Session.Configuration) {
    configuration.maxSteps = maxSteps
    configuration.timeLimit = timeout
    configuration.sandbox = sandbox
  }
}
