/// Separates our own options from the program's arguments before the parser sees them.
///
/// What follows a script, or the code of `-c`, belongs to the program, whatever it looks like. A lesson takes no
/// arguments, so options that follow it are ours.
struct ArgumentOrder {
  /// Options that take the next word.
  private static let takesValue: Set<String> = [
    "-c", "--device", "--memory", "--seed", "--threads", "--param", "--color", "--trace", "--max-memory",
    "--max-steps", "--timeout", "--sandbox",
  ]

  /// Whether the arguments name a subcommand.
  let isSubcommand: Bool
  /// The arguments with `--` in front of what is not ours; a subcommand's name comes first.
  let arguments: [String]

  init(_ words: [String]) {
    let place = Self.firstForeign(words)
    let hasCode = words[..<place].contains("-c")
    guard place < words.count, !hasCode else {
      (isSubcommand, arguments) = (false, hasCode ? Self.inserted(place, words) : words)
      return
    }
    let word = words[place]
    isSubcommand = SubcommandRoot.names.contains(word)
    if isSubcommand {
      arguments = [word] + words[..<place] + words[(place + 1)...]
    } else if word.hasSuffix(".md") {
      arguments = words[..<place] + words[(place + 1)...] + ["--", word]
    } else {
      arguments = word == "--" ? words : Self.inserted(place, words)
    }
  }

  private static func inserted(_ place: Int, _ arguments: [String]) -> [String] {
    arguments[..<place] + ["--"] + arguments[place...]
  }

  /// The first word that is neither an option nor the value of one; `-` is a file.
  private static func firstForeign(_ arguments: [String]) -> Int {
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      guard word.hasPrefix("-"), word != "-", word != "--" else { return index }
      index += takesValue.contains(word) ? 2 : 1
      if word == "-c" { return min(index, arguments.count) }
    }
    return index
  }
}
