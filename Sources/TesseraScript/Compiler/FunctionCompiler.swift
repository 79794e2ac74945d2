/// Compiles one function, or the top level of a program.
final class FunctionCompiler {
  enum Role {
    case program
    case function
    /// Builds an instance: runs the members' expressions.
    case constructor
    case method
  }

  struct Local {
    var register: Int
    /// Shared with closures: the register holds the variable's cell.
    var isCell: Bool
    /// Certainly assigned, such as a parameter.
    var isParameter: Bool
  }

  struct Capture {
    enum Source {
      case parentRegister(Int)
      case parentCapture(Int)
    }
    var name: String
    var source: Source
  }

  struct Loop {
    var continueLabel: Label
    var breakLabel: Label
    /// How many scopes were open when the loop began: a `break` leaves those opened since.
    var scopeDepth: Int
  }

  /// A `with` whose body is being compiled.
  struct OpenScope {
    var register: Int
    /// Where the protected range of the body began, or began again after an early exit.
    var rangeStart: Label
    var handler: Label
    var errorRegister: Int
    /// A `try` stands here instead of a `with`: leaving it early runs nothing.
    var isCatch: Bool
    var ranges: [ProtectedRange] = []
  }

  let unit: CompilationUnit
  let parent: FunctionCompiler?
  let role: Role
  let name: String
  let memberNames: Set<String>
  var assembler = Assembler()
  var contents = Prototype.Contents()
  /// Names by block: the function's own first, then those of comprehensions and `catch` blocks.
  var blocks: [[String: Local]] = [[:]]
  /// Names that functions inside share.
  var shared: Set<String> = []
  /// Names assigned in one place of this function only.
  var assignedOnce: Set<String> = []
  /// The name by which the running function may call itself without capturing itself, which would be a cycle.
  var ownName: String?
  /// Names `const` declared in this function.
  var localConstants: Set<String> = []
  var captures: [Capture] = []
  var loops: [Loop] = []
  var scopes: [OpenScope] = []
  var nextRegister = 0
  /// The place of the statement or expression being compiled, for errors about limits.
  var span = Span(start: 0, end: 0)
  private var integerConstants: [Int: Int] = [:]
  /// By bytes: Swift's own equality of strings would take é and e + accent for one.
  private var stringConstants: [[UInt8]: Int] = [:]
  private var nameNumbers: [String: Int] = [:]

  /// Registers are named by a byte; the last ones stay free for what an instruction needs beside its operands.
  private static let mostRegisters = 250

  init(
    unit: CompilationUnit, parent: FunctionCompiler?, role: Role, name: String, memberNames: Set<String> = []
  ) {
    self.unit = unit
    self.parent = parent
    self.role = role
    self.name = name
    self.memberNames = memberNames
  }

  // MARK: Registers

  func newRegister() throws(Diagnostic) -> Int {
    guard nextRegister < Self.mostRegisters else {
      throw unit.error(
        "E0116", "this function has too many names or too long an expression", at: span,
        help: "split it into smaller functions")
    }
    nextRegister += 1
    contents.registerCount = max(contents.registerCount, nextRegister)
    return nextRegister - 1
  }

  /// `target`, or a new register where the caller has no wish.
  func register(_ target: Int?) throws(Diagnostic) -> Int {
    if let target { return target }
    return try newRegister()
  }

  /// Where a value that is put together in registers side by side may begin: `target` itself, where it is a temporary
  /// and nothing lives in the registers after it.
  func base(for target: Int) throws(Diagnostic) -> Int {
    target == nextRegister - 1 && !isNamed(target) ? target : try newRegister()
  }

  /// Whether a name owns the register, so that an instruction must not move its value out.
  func isNamed(_ register: Int) -> Bool {
    blocks.contains { $0.values.contains { $0.register == register } }
  }

  /// Runs `body` and gives the registers it took back.
  func withTemporaries<T>(_ body: () throws(Diagnostic) -> T) throws(Diagnostic) -> T {
    let mark = nextRegister
    let result = try body()
    nextRegister = mark
    return result
  }

  // MARK: Emitting

  func emit(
    _ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, w: Int = 0, to label: Label? = nil
  ) {
    assembler.instructions.append(
      Instruction(opcode: opcode, a: a, b: b, c: c, w: w, label: label, span: span))
  }

  /// Emits what brings a value from `register` to `target`.
  func emitResult(_ target: Int, from register: Int) {
    if target != register { emit(.copy, target, register) }
  }

  func emitWide(_ opcode: Opcode, _ a: Int, x: Int, w: Int = 0) {
    var instruction = Instruction(opcode: opcode, a: a, w: w, span: span)
    instruction.x = x
    assembler.instructions.append(instruction)
  }

  /// Emits with the place of `expression`.
  func at<T>(_ place: Span, _ body: () throws(Diagnostic) -> T) throws(Diagnostic) -> T {
    let outer = span
    span = place
    defer { span = outer }
    return try body()
  }

  // MARK: Constants and names

  /// Constants are numbered by 16 bits.
  private func constantNumber(_ slot: Slot) throws(Diagnostic) -> Int {
    guard contents.constants.count < 0xFFFF else {
      slot.release()
      throw unit.error(
        "E0116", "this function has too many literals", at: span, help: "load them from a file")
    }
    contents.constants.append(slot)
    return contents.constants.count - 1
  }

  func constant(_ text: String) throws(Diagnostic) -> Int {
    let bytes = Array(text.utf8)
    if let number = stringConstants[bytes] { return number }
    let number = try constantNumber(Slot(retaining: StringObject(text), .string))
    stringConstants[bytes] = number
    return number
  }

  func constant(_ value: Int) throws(Diagnostic) -> Int {
    if let number = integerConstants[value] { return number }
    let number = try constantNumber(Slot(value))
    integerConstants[value] = number
    return number
  }

  func constant(_ value: Double) throws(Diagnostic) -> Int { try constantNumber(Slot(value)) }

  func nameNumber(_ name: String) -> Int {
    if let number = nameNumbers[name] { return number }
    contents.names.append(name)
    nameNumbers[name] = contents.names.count - 1
    return contents.names.count - 1
  }

  // MARK: Finishing

  func finish(_ syntax: FunctionSyntax?, parameterCount: Int) -> Prototype {
    var filled = RegisterSet()
    for register in 0..<parameterCount { filled.insert(register) }
    contents.captureNames = captures.map(\.name)
    assembler.finish(parameters: filled, into: &contents)
    return Prototype(
      name: name, file: unit.file, documentation: syntax?.documentation ?? "",
      parameters: syntax?.parameters ?? [], hasSelf: role == .method || role == .constructor,
      contents: contents)
  }
}
