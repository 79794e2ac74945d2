/// What `?name` shows of a function of the host.
public struct Help: Sendable {
  /// One sentence.
  public var summary: String
  /// More, in paragraphs.
  public var details: String
  /// A small program.
  public var example: String
  /// What the example prints; the tests run it.
  public var output: String

  /// Help of its parts.
  public init(_ summary: String = "", details: String = "", example: String = "", output: String = "") {
    self.summary = summary
    self.details = details
    self.example = example
    self.output = output
  }
}

/// A function of the host.
public final class NativeFunction {
  /// What the host's function is given: placed arguments and the interpreter that calls.
  public typealias Body = (BoundArguments, Interpreter) throws -> Value

  /// What it accepts.
  public let signature: Signature
  /// What `?name` shows.
  public let help: Help
  let body: Body

  /// A function with its signature, help and body.
  public init(_ signature: Signature, help: Help = Help(), body: @escaping Body) {
    self.signature = signature
    self.help = help
    self.body = body
  }

  /// A function whose signature is written as it is shown: `NativeFunction("relu(x)", …)`.
  public convenience init(_ signature: String, help: Help = Help(), body: @escaping Body) {
    self.init(Signature(signature), help: help, body: body)
  }

  /// Its name.
  public var name: String { signature.name }
}
