/// A page about an error code: what it means, a wrong example and a right one.
public struct Explanation: Sendable {
  /// The code it explains.
  public let code: String
  /// What the code is about.
  public let title: String
  /// A paragraph.
  public let text: String
  /// A program that fails with the code.
  public let wrong: String
  /// The same intention, working.
  public let right: String

  /// A page of its parts.
  public init(_ code: String, _ title: String, _ text: String, wrong: String, right: String) {
    self.code = code
    self.title = title
    self.text = text
    self.wrong = wrong
    self.right = right
  }

  /// The page for `code`; nil where there is no such code.
  public static func page(for code: String) -> Explanation? {
    let wanted = code.uppercased()
    return pages.first { $0.code == wanted }
  }

  /// Every page, in the order of the codes.
  public static let pages: [Explanation] = syntaxPages + namePages + valuePages + limitPages

  /// The page as text.
  public var rendered: String {
    """
    \(code): \(title)

    \(text)

    wrong:
    \(Self.indented(wrong))

    right:
    \(Self.indented(right))
    """
  }

  private static func indented(_ program: String) -> String {
    program.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(
      separator: "\n")
  }
}
