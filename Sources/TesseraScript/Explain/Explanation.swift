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

  /// The page for `code`; nil where there is no such code.
  public static func page(for code: String) -> Explanation? { nil }
}
