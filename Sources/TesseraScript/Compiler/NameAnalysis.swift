/// Which names a function assigns, and which names the functions inside it read from outside themselves.
struct NameAnalysis {
  /// Names the function assigns, in order of appearance; comprehension and `catch` names are not among them.
  private(set) var assigned: [String] = []
  /// Names that functions inside use and do not themselves define: variables they may share.
  private(set) var usedInside: Set<String> = []
  /// Names the function itself uses.
  private(set) var used: Set<String> = []
  /// Names assigned in one place only.
  var assignedOnce: Set<String> { Set(assigned).subtracting(assignedAgain) }
  private var assignedAgain: Set<String> = []
  /// Names assigned by `const`, which nothing else may assign.
  private(set) var constants: Set<String> = []
  /// Names that plain assignments give a value, with the place of the first and whether it stands in a block.
  private(set) var written: [String: (span: Span, isInBlock: Bool)] = [:]
  /// Blocks around the statement that is looked at.
  private var blockDepth = 0
  /// Attributes that are assigned through `self`.
  private(set) var selfAssigned: Set<String> = []

  init(body: [Statement]) { for statement in body { visit(statement) } }

  init(model: ModelSyntax, methodsOnly: Bool = false) {
    if !methodsOnly { for member in model.members { visit(member.value) } }
    for method in model.methods { visit(method) }
  }

  init(constructorOf model: ModelSyntax) { for member in model.members { visit(member.value) } }

  /// What a function needs from around itself.
  static func free(of function: FunctionSyntax) -> (names: Set<String>, selfAssigned: Set<String>) {
    let inside = NameAnalysis(body: function.body)
    let own = Set(function.parameters.map(\.name)).union(inside.assigned)
    return (inside.used.union(inside.usedInside).subtracting(own), inside.selfAssigned)
  }

  private mutating func assign(_ name: String) {
    if assigned.contains(name) { assignedAgain.insert(name) } else { assigned.append(name) }
  }

  private mutating func visit(_ function: FunctionSyntax) {
    for parameter in function.parameters { if let value = parameter.defaultValue { visit(value) } }
    let free = Self.free(of: function)
    usedInside.formUnion(free.names)
    selfAssigned.formUnion(free.selfAssigned)
  }

  private mutating func visit(_ model: ModelSyntax) {
    for parameter in model.parameters { if let value = parameter.defaultValue { visit(value) } }
    let inside = NameAnalysis(model: model)
    usedInside.formUnion(inside.used.union(inside.usedInside))
  }

  /// The statements of a block.
  private mutating func visit(_ statements: [Statement]) {
    blockDepth += 1
    for statement in statements { visit(statement) }
    blockDepth -= 1
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .expression(let value, _): visit(value)
    case .assign(let targets, let value):
      visit(value)
      for target in targets {
        visit(target)
        if case .name(let name, let span) = target, written[name] == nil {
          written[name] = (span, blockDepth > 0)
        }
      }
    case .augmented(let target, _, let value):
      visit(value)
      if case .name(let name, _) = target { used.insert(name) }
      visit(target)
    case .constant(let name, _, let value):
      visit(value)
      assign(name)
      constants.insert(name)
    case .function(let function):
      assign(function.name)
      visit(function)
    case .model(let model):
      assign(model.name)
      visit(model)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        visit(branch.test)
        visit(branch.body)
      }
      visit(otherwise ?? [])
    case .whileLoop(let test, let body):
      visit(test)
      visit(body)
    case .forLoop(let target, let source, let body):
      visit(source)
      visit(target)
      visit(body)
    case .breakLoop, .continueLoop: break
    case .returning(let value): if let value { visit(value) }
    case .with(let scopes, let body):
      for scope in scopes {
        visit(scope.value)
        if let name = scope.name { visit(name) }
      }
      visit(body)
    case .tryCatch(let body, _, let handler):
      visit(body)
      visit(handler)
    case .assertion(let test, let message):
      visit(test)
      if let message { visit(message) }
    case .delete(let targets): for target in targets { visit(target) }
    case .importing(let name, _, _): assign(name)
    case .test(_, let function): visit(function)
    }
  }

  private mutating func visit(_ target: Target) {
    switch target {
    case .name(let name, _): assign(name)
    case .attribute(let object, let name, _):
      if case .name("self") = object.kind { selfAssigned.insert(name) }
      visit(object)
    case .index(let object, let items, _):
      visit(object)
      for item in items { for value in item.expressions { visit(value) } }
    case .tuple(let targets, _, _): for target in targets { visit(target) }
    }
  }

  /// The targets of a comprehension are its own: they are walked for what they use, and assign nothing here.
  private mutating func visitLoopTarget(_ target: Target) {
    switch target {
    case .name: break
    case .tuple(let targets, _, _): for target in targets { visitLoopTarget(target) }
    case .attribute, .index: visit(target)
    }
  }

  private mutating func visit(_ clauses: [Expression.Clause]) {
    for clause in clauses {
      visit(clause.source)
      visitLoopTarget(clause.target)
      for condition in clause.conditions { visit(condition) }
    }
  }

  private mutating func visit(_ value: Expression) {
    switch value.kind {
    case .none, .ellipsis, .bool, .int, .float, .string: break
    case .name(let name): used.insert(name)
    case .formatted(let parts): for part in parts { for value in part.expressions { visit(value) } }
    case .list(let elements), .tuple(let elements): for element in elements { visit(element.value) }
    case .map(let entries):
      for entry in entries {
        visit(entry.key)
        visit(entry.value)
      }
    case .listComprehension(let element, let clauses):
      visit(clauses)
      visit(element)
    case .mapComprehension(let key, let value, let clauses):
      visit(clauses)
      visit(key)
      visit(value)
    case .unary(_, let operand), .not(let operand): visit(operand)
    case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right):
      visit(left)
      visit(right)
    case .comparison(let first, let rest):
      visit(first)
      for (_, value) in rest { visit(value) }
    case .conditional(let test, let then, let otherwise):
      visit(test)
      visit(then)
      visit(otherwise)
    case .call(let callee, let arguments):
      visit(callee)
      for argument in arguments { visit(argument.value) }
    case .attribute(let object, _, _): visit(object)
    case .index(let object, let items):
      visit(object)
      for item in items { for value in item.expressions { visit(value) } }
    case .function(let function): visit(function)
    }
  }
}
