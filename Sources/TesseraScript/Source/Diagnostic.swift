/// What is wrong, where, and one next step; everything a person sees about a mistake.
public struct Diagnostic: Error, Sendable {
  /// What sort of trouble: a shell treats unfinished input, wrong input and failure differently.
  public enum Kind: String, Sendable {
    case incomplete, syntax, runtime, interrupted, limit, exit, warning
  }

  /// A second place that matters, such as where a value was made.
  public struct Note: Sendable {
    /// What this place has to do with it.
    public var label: String
    /// Where it is; nil for a remark without a place.
    public var location: SourceLocation?
    /// The text of that line.
    public var line: String?

    /// A remark, with its place where there is one.
    public init(_ label: String, location: SourceLocation? = nil, line: String? = nil) {
      self.label = label
      self.location = location
      self.line = line
    }
  }

  /// One call on the way to the failure, innermost first.
  public struct TraceEntry: Sendable {
    /// The function that was running.
    public var function: String
    /// Where in it.
    public var location: SourceLocation
  }

  /// The line the diagnostic points at, and the columns to underline.
  public struct Excerpt: Sendable {
    /// The text of the line.
    public var line: String
    /// The first underlined column, from 1, in code points.
    public var column: Int
    /// How many code points are underlined, at least 1.
    public var width: Int
  }

  /// The stable code, such as `E0101`; `:explain` has a page for it.
  public var code: String
  /// What sort of trouble it is.
  public var kind: Kind
  /// The sentence.
  public var title: String
  /// Where it happened.
  public var location: SourceLocation
  /// The line to show.
  public var excerpt: Excerpt?
  /// Second places and remarks.
  public var notes: [Note] = []
  /// One next step.
  public var help: String?
  /// The script calls that were under way, innermost first; empty at top level.
  public var trace: [TraceEntry] = []
  /// The status a program that called `exit(status)` asked for.
  public var exitStatus: Int = 1

  /// A diagnostic of its parts.
  public init(
    code: String, kind: Kind, title: String, location: SourceLocation, excerpt: Excerpt? = nil,
    notes: [Note] = [], help: String? = nil, trace: [TraceEntry] = []
  ) {
    self.code = code
    self.kind = kind
    self.title = title
    self.location = location
    self.excerpt = excerpt
    self.notes = notes
    self.help = help
    self.trace = trace
  }
}

/// Whether a text could be run as it stands.
public enum Completeness {
  /// A whole program.
  case complete
  /// The beginning of one: more lines may finish it.
  case incomplete
  /// No continuation can make it a program.
  case wrong(Diagnostic)
}
