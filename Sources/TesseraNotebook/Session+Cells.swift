import TesseraScript

/// A cell on its way into a session.
public struct CellSource: Sendable {
  /// The program.
  public var text: String
  /// What diagnostics call it.
  public var name: String
  /// The line its first line has in that file.
  public var firstLine = 1
  /// What the lesson says about it.
  public var options = CellOptions()
  /// Whether the value of the last expression is shown; scripts show only what they print.
  public var showsValue = true
  /// Whether that value is kept as `_`.
  ///
  /// Only what is typed at the prompt keeps it: a lesson that did would hold
  /// on to memory its text does not mention.
  public var keepsValue = false

  /// A cell of the given text.
  public init(_ text: String, name: String) {
    self.text = text
    self.name = name
  }

  /// A cell of a lesson.
  public init(_ cell: LessonCell, in lesson: Lesson) {
    text = cell.code
    name = lesson.path
    firstLine = cell.codeLine
    options = cell.options
  }
}

/// What came of a cell.
public struct CellResult {
  /// What it showed, in order; an error is the last.
  public var outputs: [Output] = []
  /// The value of its last expression.
  public var value: Value?
  /// How long it took.
  public var seconds: Double = 0
  /// What stopped it.
  public var error: Diagnostic?
  /// Why it was not run.
  public var skipReason: String?

  /// The outputs as text without colour: what an output fence holds.
  public var text: String { outputs.map { $0.rendered() }.joined() }
}

/// Thrown by an extension before a cell runs: this machine cannot run it, which is no failure.
public struct SkipCell: Error {
  /// Why, as a phrase.
  public let reason: String

  /// A skip for the given reason.
  public init(_ reason: String) { self.reason = reason }
}

/// What brings the engine into a session: builtins, scopes, commands, and what surrounds a cell.
public protocol SessionExtension: AnyObject {
  /// Registers builtins; called once, before anything runs.
  func install(into session: Session) throws
  /// Called before each cell. Throw ``SkipCell`` where this machine cannot run it.
  func willRunCell(_ cell: CellSource, in session: Session) throws
  /// Called after a cell that ran to its end. A throw fails the cell, as a memory limit does.
  func didRunCell(_ cell: CellSource, in session: Session) throws
  /// Called after a cell that did not, to put things back in order.
  func cellFailed(_ cell: CellSource, in session: Session)
  /// How a value shows at the end of a cell; nil leaves it to its description.
  func outputs(for value: Value, in session: Session) -> [Output]?
  /// The value as `_` keeps it: without what would hold on to memory.
  func detached(_ value: Value, in session: Session) -> Value
  /// Help on an attribute or method of a value of the extension; nil where there is none.
  func help(onAttribute name: String, of value: Value) -> Help?
  /// Commands for the prompt.
  var commands: [SessionCommand] { get }
}

extension SessionExtension {
  /// Does nothing.
  public func willRunCell(_ cell: CellSource, in session: Session) throws {}
  /// Does nothing.
  public func didRunCell(_ cell: CellSource, in session: Session) throws {}
  /// Does nothing.
  public func cellFailed(_ cell: CellSource, in session: Session) {}
  /// Leaves every value to its description.
  public func outputs(for value: Value, in session: Session) -> [Output]? { nil }
  /// Keeps the value as it is.
  public func detached(_ value: Value, in session: Session) -> Value { value }
  /// None.
  public func help(onAttribute name: String, of value: Value) -> Help? { nil }
  /// None.
  public var commands: [SessionCommand] { [] }
}

/// A command of the prompt: `:name arguments`.
public struct SessionCommand {
  /// The word after the colon.
  public let name: String
  /// What follows it, as help shows it: `[EXPRESSION]`.
  public let usage: String
  /// What it does, in one line.
  public let summary: String
  /// Runs it with the text after the name; what it has to say goes through ``Session/emit(_:)``.
  public let action: (_ arguments: String, _ session: Session) throws -> Void

  /// A command of its parts.
  public init(
    _ name: String, usage: String = "", summary: String,
    action: @escaping (_ arguments: String, _ session: Session) throws -> Void
  ) {
    self.name = name
    self.usage = usage
    self.summary = summary
    self.action = action
  }
}
