/// Colours and weights for a terminal, or none of them.
public enum TextStyle: Sendable {
  /// No escape sequences at all.
  case plain
  /// ANSI escape sequences.
  case ansi

  /// What a piece of text is, as far as looks go.
  public enum Role: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  /// The text in the given look.
  public func apply(_ role: Role, _ text: String) -> String {
    switch self {
    case .plain: text
    case .ansi: "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m"
    }
  }
}

/// When output carries colour: `--color`, then the environment, then whether a person is looking.
public enum ColorMode: String, Sendable, CaseIterable {
  case auto, always, never

  /// The style of one stream; each stream decides for itself, as only one of them may be a terminal.
  public func style(isTerminal: Bool, environment: [String: String]) -> TextStyle {
    switch self {
    case .always: return .ansi
    case .never: return .plain
    case .auto: break
    }
    let isSet: (String) -> Bool = { environment[$0].map { !$0.isEmpty && $0 != "0" } ?? false }
    if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return .plain }
    if isSet("FORCE_COLOR") || isSet("CLICOLOR_FORCE") { return .ansi }
    return isTerminal && environment["TERM"] != "dumb" ? .ansi : .plain
  }
}
