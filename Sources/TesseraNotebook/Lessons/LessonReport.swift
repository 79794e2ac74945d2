/// What came of testing one file: a lesson, or a script with `test` blocks.
public struct LessonReport: Codable, Sendable {
  /// The file, as the user wrote it.
  public let path: String
  /// Its title.
  public let title: String
  /// One case a cell, and one a `test` block.
  public var cases: [TestCase] = []

  /// A report without cases.
  public init(path: String, title: String) {
    self.path = path
    self.title = title
  }

  /// The seconds all cases took.
  public var seconds: Double { cases.reduce(0) { $0 + $1.seconds } }
  /// How many cases ended with the given status.
  public func count(_ status: TestCase.Status) -> Int { cases.filter { $0.status == status }.count }
  /// Whether nothing failed.
  public var passed: Bool { cases.allSatisfy { !$0.status.isFailure } }
}

/// One thing that was tested, and how it ended.
public struct TestCase: Codable, Sendable {
  /// How a case can end.
  public enum Status: String, Codable, Sendable {
    /// As expected.
    case passed
    /// Not run, with a reason.
    case skipped
    /// An output or an assertion is not as expected.
    case failed
    /// Something else went wrong.
    case error
    /// The time was up.
    case timedOut

    /// Whether the run as a whole fails by it.
    public var isFailure: Bool { self != .passed && self != .skipped }
  }

  /// The cell's id, or the test block's name.
  public let name: String
  /// The line of the file to look at: the fence that differs, the statement that failed, or the cell.
  public var line: Int
  /// How it ended.
  public var status: Status = .passed
  /// Why, in one line.
  public var message = ""
  /// The difference or the diagnostic, in several.
  public var detail = ""
  /// What the case printed.
  public var output = ""
  /// How long it took.
  public var seconds: Double = 0

  /// A case that passed so far.
  public init(name: String, line: Int) {
    self.name = name
    self.line = line
  }
}
