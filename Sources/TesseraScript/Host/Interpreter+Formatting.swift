extension Interpreter {
  /// A value as an f-string writes it: `format(.float(0.5), spec: ".2f")` is `0.50`.
  ///
  /// - Throws: when the spec is none, or not one for the value's type.
  public func format(_ value: Value, spec: String) throws -> String {
    try FormatSpec.format(value, spec: spec)
  }
}
