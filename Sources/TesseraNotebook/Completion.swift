import TesseraScript

/// What could stand at the cursor.
public struct Completion: Sendable {
  /// One possibility.
  public struct Candidate: Sendable, Equatable {
    /// The text that takes the typed word's place.
    public let inserted: String
    /// One line about it.
    public let summary: String

    /// A possibility of its parts.
    public init(_ inserted: String, summary: String = "") {
      self.inserted = inserted
      self.summary = summary
    }
  }

  /// Where the word to be replaced starts, in bytes.
  public var start: Int
  /// The possibilities, sorted.
  public var candidates: [Candidate]

  /// What all possibilities begin with.
  public var commonPrefix: String {
    guard var prefix = candidates.first?.inserted else { return "" }
    for candidate in candidates.dropFirst() {
      while !candidate.inserted.hasPrefix(prefix) { prefix.removeLast() }
    }
    return prefix
  }

  /// More possibilities than this are explained only when that is asked for.
  private static let mostExplained = 12

  /// The possibilities, at most `columns` wide: a line each with what it is where there are few or where
  /// `isDetailed` asks for it, else their names side by side.
  public func listing(columns: Int, isDetailed: Bool) -> String {
    let names = candidates.map(\.inserted)
    let width = (names.map(\.count).max() ?? 0) + 2
    let isExplained = candidates.contains { !$0.summary.isEmpty }
    guard isExplained, isDetailed || candidates.count <= Self.mostExplained else {
      return Self.sideBySide(names, width: width, columns: columns)
        + (isExplained ? "\n(Tab again says what each is)" : "")
    }
    return candidates.map { candidate in
      let blanks = String(repeating: " ", count: width - candidate.inserted.count)
      let line =
        candidate.summary.isEmpty ? candidate.inserted : candidate.inserted + blanks + candidate.summary
      return line.count <= columns ? line : line.prefix(columns - 1) + "…"
    }.joined(separator: "\n")
  }

  private static func sideBySide(_ names: [String], width: Int, columns: Int) -> String {
    let count = max(1, (columns + 2) / max(1, width))
    return stride(from: 0, to: names.count, by: count).map { start in
      names[start..<min(start + count, names.count)].map { name in
        name + String(repeating: " ", count: width - name.count)
      }.joined().trimmingBlanks
    }.joined(separator: "\n")
  }
}

/// Finds completions in a session without running anything.
///
/// Names, attributes of variables, keyword arguments of the call around the cursor, paths inside strings, and
/// commands after a colon.
public struct Completer {
  private let session: Session
  private let commandNames: [(name: String, summary: String)]
  private let paths: (_ prefix: String) -> [String]

  /// A completer; `paths` lists the files that begin with a text, and is only asked inside strings and after
  /// commands.
  public init(
    session: Session, commands: [(name: String, summary: String)],
    paths: @escaping (_ prefix: String) -> [String]
  ) {
    self.session = session
    commandNames = commands
    self.paths = paths
  }

  /// What could stand at `cursor`, a place in bytes.
  public func complete(_ text: String, at cursor: Int) -> Completion {
    let context = CompletionContext(before: String(decoding: text.utf8.prefix(cursor), as: UTF8.self))
    let found: [Completion.Candidate]
    switch context.place {
    case .command:
      found = commandNames.map { Completion.Candidate($0.name, summary: $0.summary) }
    case .path: found = paths(context.word).map { Completion.Candidate($0) }
    case .attribute(let owner): found = attributes(of: owner)
    case .name(let call):
      let keywords = keywords(of: call)
      // With nothing typed yet every name fits, and what the call accepts would drown.
      found = context.word.isEmpty && !keywords.isEmpty ? keywords : keywords + names()
    }
    let fitting = found.filter { $0.inserted.hasPrefix(context.word) && $0.inserted != context.word }
    return Completion(start: context.start, candidates: unique(fitting))
  }

  private func unique(_ candidates: [Completion.Candidate]) -> [Completion.Candidate] {
    var seen: Set<String> = []
    return candidates.sorted { $0.inserted < $1.inserted }.filter { seen.insert($0.inserted).inserted }
  }

  private func names() -> [Completion.Candidate] {
    let interpreter = session.interpreter
    let builtins = interpreter.builtinNames.map { name in
      Completion.Candidate(name, summary: interpreter.builtin(name).map(Self.summary) ?? "")
    }
    return interpreter.globalNames.map { Completion.Candidate($0) } + builtins
      + Self.keywords.map { Completion.Candidate($0) }
  }

  private static let keywords = [
    "and", "assert", "break", "catch", "const", "continue", "def", "del", "elif", "else", "False", "fn",
    "for", "if",
    "import", "in", "is", "layer", "model", "None", "not", "or", "param", "buffer", "return", "test", "True",
    "try",
    "while", "with",
  ]

  private static func summary(_ value: Value) -> String {
    Documentation(value)?.help.summary ?? ""
  }

  /// The attributes at the end of a chain of names such as `net.encoder`.
  ///
  /// Members are read, nothing is called.
  private func attributes(of chain: [String]) -> [Completion.Candidate] {
    guard let first = chain.first, var value = value(named: first) else { return [] }
    for name in chain.dropFirst() {
      guard let next = Self.member(name, of: value) else { return [] }
      value = next
    }
    return session.interpreter.attributeNames(of: value).filter { !$0.hasPrefix("_") }.map {
      Completion.Candidate($0, summary: session.help(onAttribute: $0, of: value)?.summary ?? "")
    }
  }

  private static func member(_ name: String, of value: Value) -> Value? {
    switch value {
    case .instance(let instance): instance.member(name)
    case .map(let map): map[name]
    default: nil
    }
  }

  private func value(named name: String) -> Value? {
    session.interpreter.global(name) ?? session.interpreter.builtin(name)
  }

  private func keywords(of call: [String]?) -> [Completion.Candidate] {
    guard let call, call.count == 1, let callee = call.first.flatMap(value), let signature = callee.signature
    else { return [] }
    return signature.parameters.filter { $0.kind == .plain || $0.kind == .keywordOnly }.map {
      Completion.Candidate($0.name + "=", summary: $0.defaultText.map { "default \($0)" } ?? "")
    }
  }
}

extension Value {
  /// What a call of the value accepts.
  var signature: Signature? {
    switch self {
    case .native(let function): function.signature
    case .function(let function): function.signature
    case .modelType(let type): type.signature
    default: nil
    }
  }
}
