/// Operators beyond the loop's fast cases. Results are owned by the caller.
extension Machine {
  /// The most bytes of a string: a mistyped factor must not use up the memory.
  static let longestText = 1 << 28
  /// The most elements of a list, tuple or map: a gigabyte of slots.
  static let longestList = 1 << 26

  func binary(_ op: BinaryOperator, _ left: Slot, _ right: Slot) throws -> Slot {
    if op.relation != nil { return try comparison(op, left, right) }
    if let result = try Arithmetic.binary(op, left, right) { return result }
    if let result = try sequences(op, left, right) { return result }
    if left.tag == .host,
      let result = try left.object(HostObject.self).binary(op, right.value, reflected: false)
    {
      return Slot(result)
    }
    if right.tag == .host,
      let result = try right.object(HostObject.self).binary(op, left.value, reflected: true)
    {
      return Slot(result)
    }
    throw unsupported(op, left, right)
  }

  private func unsupported(_ op: BinaryOperator, _ left: Slot, _ right: Slot) -> ScriptError {
    let (first, second) = (left.value.typeName, right.value.typeName)
    var help: String?
    if op == .add, first == "string" || second == "string" {
      help = "put values into text with f\"{x}\", or convert with str(x)"
    } else if first == "None" || second == "None" {
      help = "a function without `return` gives None"
    }
    return ScriptError("`\(op.rawValue)` does not work on \(first) and \(second)", help: help, code: "E0412")
  }

  private func sequences(_ op: BinaryOperator, _ left: Slot, _ right: Slot) throws -> Slot? {
    switch (op, left.tag, right.tag) {
    case (.add, .string, .string):
      let (first, second) = (left.object(StringObject.self), right.object(StringObject.self))
      try Self.checkText(first.text.utf8.count + second.text.utf8.count)
      let text = first.text + second.text
      return Slot(retaining: StringObject(text, isASCII: first.isASCII && second.isASCII), .string)
    case (.add, .list, .list):
      return Slot(
        retaining: ListObject(
          owning: try concatenated(left.object(ListObject.self).slots, right.object(ListObject.self).slots)),
        .list)
    case (.add, .tuple, .tuple):
      return Slot(
        retaining: TupleObject(
          owning: try concatenated(left.object(TupleObject.self).slots, right.object(TupleObject.self).slots)),
        .tuple)
    case (.or, .map, .map):
      let result = MapObject()
      for source in [left, right] {
        for entry in source.object(MapObject.self).table.pairs {
          try result.table.set(entry.key, to: entry.value.copied())
        }
      }
      return Slot(retaining: result, .map)
    case (.multiply, _, .int): return try repeated(left, right.int)
    case (.multiply, .int, _): return try repeated(right, left.int)
    case (.remainder, .string, _):
      throw ScriptError(
        "text is not formatted with `%`", help: "write f\"{x:.2f}\" or \"{}\".format(x)", code: "E0412")
    default: return nil
    }
  }

  private func concatenated(
    _ left: ContiguousArray<Slot>, _ right: ContiguousArray<Slot>
  ) throws -> ContiguousArray<Slot> {
    try Self.checkList(left.count + right.count)
    let result = left + right
    for slot in result { slot.retain() }
    return result
  }

  static func checkText(_ count: Int) throws {
    if count > longestText { throw tooLong(count, "bytes", longestText) }
  }

  static func checkList(_ count: Int) throws {
    if count > longestList { throw tooLong(count, "elements", longestList) }
  }

  private static func tooLong(_ count: Int, _ unit: String, _ most: Int) -> ScriptError {
    let (what, size) = unit == "bytes" ? ("text", "too much") : ("a sequence", "too long")
    return ScriptError(
      "\(what) of \(count) \(unit) is \(size)", help: "the most is \(most); work on it piece by piece",
      code: "E0505")
  }

  private func repeated(_ sequence: Slot, _ times: Int) throws -> Slot? {
    let times = max(0, times)
    func total(_ count: Int) -> Int {
      let (total, overflow) = count.multipliedReportingOverflow(by: times)
      return overflow ? .max : total
    }
    func run(_ slots: ContiguousArray<Slot>) throws -> ContiguousArray<Slot> {
      try Self.checkList(total(slots.count))
      var result: ContiguousArray<Slot> = []
      result.reserveCapacity(slots.count * times)
      for _ in 0..<(slots.isEmpty ? 0 : times) { result.append(contentsOf: slots) }
      for slot in result { slot.retain() }
      return result
    }
    switch sequence.tag {
    case .string:
      let string = sequence.object(StringObject.self)
      try Self.checkText(total(string.text.utf8.count))
      return Slot(
        retaining: StringObject(
          String(repeating: string.text, count: string.text.isEmpty ? 0 : times), isASCII: string.isASCII),
        .string)
    case .list:
      return Slot(retaining: ListObject(owning: try run(sequence.object(ListObject.self).slots)), .list)
    case .tuple:
      return Slot(retaining: TupleObject(owning: try run(sequence.object(TupleObject.self).slots)), .tuple)
    default: return nil
    }
  }

  // MARK: Comparison

  /// A comparison's value: True or False, or what a host object makes of it.
  private func comparison(_ op: BinaryOperator, _ left: Slot, _ right: Slot) throws -> Slot {
    if let verdict = Arithmetic.compare(op, left, right) { return Slot(verdict) }
    if left.tag == .host,
      let result = try left.object(HostObject.self).binary(op, right.value, reflected: false)
    {
      return Slot(result)
    }
    if right.tag == .host,
      let result = try right.object(HostObject.self).binary(op, left.value, reflected: true)
    {
      return Slot(result)
    }
    switch op {
    case .equal: return Slot(try Equality.equal(left, right))
    case .notEqual: return Slot(!(try Equality.equal(left, right)))
    default:
      let (first, second) = op == .less || op == .greaterOrEqual ? (left, right) : (right, left)
      guard let precedes = try Equality.precedes(first, second) else { throw unordered(op, left, right) }
      return Slot(op == .less || op == .greater ? precedes : !precedes)
    }
  }

  private func unordered(_ op: BinaryOperator, _ left: Slot, _ right: Slot) -> ScriptError {
    ScriptError(
      "`\(op.rawValue)` does not order \(left.value.typeName) and \(right.value.typeName)", code: "E0412")
  }

  func compare(_ op: BinaryOperator, _ left: Slot, _ right: Slot) throws -> Bool {
    let result = try comparison(op, left, right)
    defer { result.release() }
    return try Truth.of(result)
  }

  func truth(_ slot: Slot) throws -> Bool { try Truth.of(slot) }

  func unary(_ op: UnaryOperator, _ operand: Slot) throws -> Slot {
    switch (op, operand.tag) {
    case (.negate, .int), (.negate, .bool):
      if operand.int == .min { throw Arithmetic.overflow(.subtract, Slot(0), operand) }
      return Slot(-operand.int)
    case (.plus, .int), (.plus, .bool): return Slot(operand.int)
    case (.invert, .int), (.invert, .bool): return Slot(~operand.int)
    case (.negate, .float): return Slot(-operand.float)
    case (.plus, .float): return operand
    case (_, .host):
      if let result = try operand.object(HostObject.self).unary(op) { return Slot(result) }
    default: break
    }
    throw ScriptError("`\(op.rawValue)` does not work on \(operand.value.typeName)", code: "E0412")
  }

  func contains(_ container: Slot, _ element: Slot) throws -> Bool {
    switch container.tag {
    case .string:
      guard element.tag == .string else {
        throw ScriptError("`in` looks for text in text, not for \(element.value.typeName)", code: "E0412")
      }
      return Text.contains(container.object(StringObject.self).text, element.object(StringObject.self).text)
    case .list:
      return try container.object(ListObject.self).slots.contains { try Equality.equal($0, element) }
    case .tuple:
      return try container.object(TupleObject.self).slots.contains { try Equality.equal($0, element) }
    case .map: return try container.with(MapObject.self) { try $0.table.value(of: element) != nil }
    case .range:
      switch element.tag {
      case .int, .bool: return container.object(RangeObject.self).range.contains(element.int)
      case .float:
        return Int(exactly: element.float).map { container.object(RangeObject.self).range.contains($0) }
          ?? false
      default: return false
      }
    case .host:
      if let result = try container.object(HostObject.self).contains(element.value) { return result }
      let slots = try elements(of: container)
      defer { for slot in slots { slot.release() } }
      return try slots.contains { try Equality.equal($0, element) }
    default:
      throw ScriptError("a value of type \(container.value.typeName) contains nothing", code: "E0412")
    }
  }
}
