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
public final class NativeFunction: CountedObject {
  /// What the host's function is given: placed arguments and the interpreter that calls.
  public typealias Body = (BoundArguments, Interpreter) throws -> Value
  /// The same for a method, which is given its receiver first.
  public typealias MethodBody = (Value, BoundArguments, Interpreter) throws -> Value
  /// A body that reads the arguments where they stand; its result is owned by the caller.
  ///
  /// Nil leaves the call to the other body.
  typealias FastBody = (UnsafeMutablePointer<Slot>, Int, Machine) throws -> Slot?

  /// What it accepts.
  public let signature: Signature
  /// What `?name` shows.
  public let help: Help
  private let work: Work
  /// For calls by place with as many arguments as `fastCounts` says.
  let fast: FastBody?
  let fastCounts: ClosedRange<Int>

  /// A function with its signature, help and body.
  public convenience init(_ signature: Signature, help: Help = Help(), body: @escaping Body) {
    self.init(signature, help, .function(body))
  }

  /// A method of `receiver`, which the body is given: a body that kept it for itself would hide it from the collector
  /// of circles.
  public convenience init(
    _ signature: Signature, help: Help = Help(), receiver: Value, body: @escaping MethodBody
  ) {
    self.init(signature, help, .method(receiver, body))
  }

  /// A method without a receiver yet: `bound(to:)` gives it one, and the machine calls it on one at once.
  public convenience init(method signature: Signature, help: Help = Help(), body: @escaping MethodBody) {
    self.init(signature, help, .unbound(body))
  }

  /// A function whose signature is written as it is shown: `NativeFunction("relu(x)", …)`.
  public convenience init(_ signature: String, help: Help = Help(), body: @escaping Body) {
    self.init(Signature(signature), help: help, body: body)
  }

  /// A function with a body for some calls by place.
  convenience init(
    _ signature: Signature, help: Help, fastCounts: ClosedRange<Int>, fast: FastBody?, body: @escaping Body
  ) {
    self.init(signature, help, .function(body), fastCounts: fastCounts, fast: fast)
  }

  private init(
    _ signature: Signature, _ help: Help, _ work: Work, fastCounts: ClosedRange<Int> = 0...0,
    fast: FastBody? = nil
  ) {
    self.signature = signature
    self.help = help
    self.work = work
    self.fastCounts = fastCounts
    self.fast = fast
  }

  /// Its name.
  public var name: String { signature.name }

  /// Places the arguments and runs the body.
  public func call(_ arguments: Arguments, _ interpreter: Interpreter) throws -> Value {
    let arguments = try signature.bind(arguments)
    switch work {
    case .function(let body): return try body(arguments, interpreter)
    case .method(let receiver, let body): return try body(receiver, arguments, interpreter)
    case .unbound: throw ScriptError("\(name) is a method and needs its object", code: "E0404")
    }
  }

  /// A method without a receiver as one of `receiver`.
  public func bound(to receiver: Value) -> NativeFunction {
    guard case .unbound(let body) = work else { return self }
    return NativeFunction(signature, help: help, receiver: receiver, body: body)
  }

  /// Places the arguments and runs the body of a method without a receiver on one.
  func call(on receiver: Value, _ arguments: Arguments, _ interpreter: Interpreter) throws -> Value {
    guard case .unbound(let body) = work else { return try call(arguments, interpreter) }
    return try body(receiver, signature.bind(arguments), interpreter)
  }

  /// This function where the first argument is none of the host's; `body` decides on all other calls.
  public func overloaded(_ signature: Signature, help: Help, body: @escaping Body) -> NativeFunction {
    NativeFunction(
      signature, help: help, fastCounts: fastCounts,
      fast: fast.map { fast in { $0[0].tag == .host ? nil : try fast($0, $1, $2) } }, body: body)
  }

  /// The value it is a method of, where a method was read as a value: `f = xs.append`.
  var receiver: Value? { if case .method(let receiver, _) = work { receiver } else { nil } }

  private enum Work {
    case function(Body)
    case method(Value, MethodBody)
    case unbound(MethodBody)
  }
}
