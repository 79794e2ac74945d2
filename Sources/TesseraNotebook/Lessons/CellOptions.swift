/// What the `#| key: value` lines of a cell say.
public struct CellOptions: Sendable, Equatable {
  /// A name for reports, unique in its lesson.
  public var id: String?
  /// What the cell is for; plain cells have none.
  public var role: CellRole = .plain
  /// Seconds the cell may run.
  public var timeout: Double?
  /// Bytes the cell's peak may reach.
  public var memoryLimit: Int?
  /// The cell must end in an error, whose text is its output.
  public var expectsError = false
  /// Why the cell is not run; empty when no reason is given.
  public var skip: String?
  /// The device the cell needs.
  public var device: String?
  /// The cell's assignments are what `--param name=value` overrides.
  public var isParameters = false
  /// What the cell's exercise counts for.
  public var points: Int?

  /// Options that say nothing.
  public init() {}
}

/// What a cell is for.
public enum CellRole: String, Sendable, CaseIterable {
  /// An ordinary cell: shown, run, compared.
  case plain
  /// Preparation the reader may skip over.
  case setup
  /// Code with a blank for the reader to fill.
  case exercise
  /// Text revealed on request; never run.
  case hint
  /// What fills the blank.
  case solution
  /// Assertions on the reader's answer.
  case check
  /// Run, and not shown.
  case hidden
}

/// One key a cell may carry: its name, what its value looks like, and how the value is read.
public struct CellOption: Sendable {
  /// The word before the colon.
  public let key: String
  /// What a value looks like, for the message when one does not fit.
  public let example: String
  /// Stores the value, or returns false when it does not fit.
  let apply: @Sendable (_ value: String, _ options: inout CellOptions) -> Bool

  /// Every option there is.
  public static let all: [CellOption] = [
    CellOption(key: "id", example: "a word, as in `first-forward`") { value, options in
      options.id = value
      return !value.isEmpty && !value.contains(where: \.isWhitespace)
    },
    CellOption(key: "role", example: "one of setup exercise hint solution check hidden") { value, options in
      guard let role = CellRole(rawValue: value), role != .plain else { return false }
      options.role = role
      return true
    },
    CellOption(key: "timeout", example: "seconds, as in `30`") { value, options in
      let digits = value.hasSuffix("s") ? value.dropLast().trimmingBlanks : value
      guard let seconds = Double(digits), seconds > 0, seconds.isFinite else { return false }
      options.timeout = seconds
      return true
    },
    CellOption(key: "memory-limit", example: "a size, as in `8 GiB`") { value, options in
      options.memoryLimit = ByteCount.parse(value)
      return options.memoryLimit != nil
    },
    CellOption(key: "expect", example: "`error`") { value, options in
      options.expectsError = true
      return value == "error"
    },
    CellOption(key: "skip", example: "nothing, or the reason") { value, options in
      options.skip = value == "true" ? "" : value
      return true
    },
    CellOption(key: "device", example: "a device, as in `vulkan`") { value, options in
      options.device = value
      return !value.isEmpty
    },
    CellOption(key: "params", example: "nothing") { value, options in
      options.isParameters = true
      return value.isEmpty || value == "true"
    },
    CellOption(key: "points", example: "a whole number, as in `2`") { value, options in
      guard let points = Int(value), points >= 0 else { return false }
      options.points = points
      return true
    },
  ]
}

extension StringProtocol {
  /// The text without blanks and tabs at either end.
  var trimmingBlanks: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(self[first...last])
  }
}
