/// An expression of the syntax tree.
final class Expression {
  let kind: Kind
  let span: Span
  /// How many expressions stand inside each other here at most; bounded, so that walking the tree is safe.
  let depth: Int

  init(_ kind: Kind, _ span: Span, depth: Int) {
    self.kind = kind
    self.span = span
    self.depth = depth
  }

  enum Kind {
    case none
    case ellipsis
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case formatted([FormattedPart])
    case name(String)
    case list([Element])
    case tuple([Element])
    case map([(key: Expression, value: Expression)])
    case listComprehension(Expression, [Clause])
    case mapComprehension(Expression, Expression, [Clause])
    case unary(UnaryOperator, Expression)
    case not(Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// `a < b <= c`: the first operand, then operator and operand each.
    case comparison(Expression, [(Comparison, Expression)])
    case and(Expression, Expression)
    case or(Expression, Expression)
    case conditional(test: Expression, then: Expression, otherwise: Expression)
    case call(Expression, [Argument])
    case attribute(Expression, String, Span)
    case index(Expression, [Subscript])
    case function(FunctionSyntax)
  }

  /// An element of a list or tuple: `x` or `*x`.
  struct Element {
    var value: Expression
    var isSpread: Bool
  }

  /// A piece of an f-string.
  enum FormattedPart {
    case text(String)
    case value(Expression, isRepr: Bool, spec: [FormattedPart])
  }

  /// A clause of a comprehension: `for target in source if condition`.
  struct Clause {
    var target: Target
    var source: Expression
    var conditions: [Expression]
  }

  /// An argument of a call: `x`, `name=x`, `*x`, `**x`.
  struct Argument {
    enum Form: Equatable {
      case positional, spread, namedSpread
      case named(String)
    }
    var form: Form
    var value: Expression
    var span: Span
  }

  /// One position between index brackets.
  enum Subscript {
    case value(Expression)
    case slice(start: Expression?, stop: Expression?, step: Expression?)
  }
}

/// What compares two values; `in` and `is` beside the operators.
enum Comparison: Equatable {
  case relation(BinaryOperator)
  case contains(negated: Bool)
  case identity(negated: Bool)
}

/// What can be assigned to.
indirect enum Target {
  case name(String, Span)
  case attribute(Expression, String, Span)
  case index(Expression, [Expression.Subscript], Span)
  /// `a, *b = …`; `rest` is the place of the starred target.
  case tuple([Target], rest: Int?, Span)

  var span: Span {
    switch self {
    case .name(_, let span), .attribute(_, _, let span), .index(_, _, let span), .tuple(_, _, let span): span
    }
  }
}

/// A function's or model's parameters and body.
final class FunctionSyntax {
  struct Parameter {
    var name: String
    var kind: Signature.Kind
    var defaultValue: Expression?
    var span: Span
  }
  let name: String
  let parameters: [Parameter]
  let body: [Statement]
  let span: Span
  let nameSpan: Span
  let documentation: String

  init(
    name: String, parameters: [Parameter], body: [Statement], span: Span, nameSpan: Span,
    documentation: String
  ) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.span = span
    self.nameSpan = nameSpan
    self.documentation = documentation
  }
}

/// A `model` declaration.
final class ModelSyntax {
  struct Member {
    var kind: MemberKind
    var name: String
    var value: Expression
    var span: Span
  }
  let name: String
  let parameters: [FunctionSyntax.Parameter]
  let members: [Member]
  let methods: [FunctionSyntax]
  let span: Span
  let nameSpan: Span
  let documentation: String

  init(
    name: String, parameters: [FunctionSyntax.Parameter], members: [Member], methods: [FunctionSyntax],
    span: Span,
    nameSpan: Span, documentation: String
  ) {
    self.name = name
    self.parameters = parameters
    self.members = members
    self.methods = methods
    self.span = span
    self.nameSpan = nameSpan
    self.documentation = documentation
  }
}

/// A statement of the syntax tree.
struct Statement {
  let kind: Kind
  let span: Span

  indirect enum Kind {
    /// `isHidden`: a trailing `;` asks that its value not be shown.
    case expression(Expression, isHidden: Bool)
    case assign([Target], Expression)
    case augmented(Target, BinaryOperator, Expression)
    case constant(String, Span, Expression)
    case function(FunctionSyntax)
    case model(ModelSyntax)
    case conditional([(test: Expression, body: [Statement])], otherwise: [Statement]?)
    case whileLoop(Expression, [Statement])
    case forLoop(Target, Expression, [Statement])
    case breakLoop
    case continueLoop
    case returning(Expression?)
    case with([Scope], [Statement])
    case tryCatch([Statement], name: (String, Span)?, [Statement])
    case assertion(Expression, message: Expression?)
    case delete([Target])
    case importing(name: String, path: String, Span)
    case test(name: String, FunctionSyntax)
  }

  /// `value as target` of a `with`.
  struct Scope {
    var value: Expression
    var name: Target?
  }
}
