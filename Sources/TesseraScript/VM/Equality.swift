/// Equality and order of values.
enum Equality {
  /// Values nested deeper than this are not compared; only values that contain themselves get there in practice.
  private static let deepestNesting = 200

  /// Pairs of sequences and maps looked at for one comparison: lists that hold each other twice, and so on, double with
  /// every level.
  private static let mostPairs = 1 << 24

  static func equal(_ left: Slot, _ right: Slot) throws -> Bool {
    var rest = mostPairs
    return try equal(left, right, depth: 0, &rest)
  }

  private static func equal(_ left: Slot, _ right: Slot, depth: Int, _ rest: inout Int) throws -> Bool {
    if left.isObject, left.tag == right.tag, left.bits == right.bits, left.tag != .host { return true }
    switch (left.tag, right.tag) {
    case (.string, .string): return sameText(left, right)
    case (.list, .list):
      try goDeeper(depth, &rest)
      return try equalRuns(
        left.object(ListObject.self).slots, right.object(ListObject.self).slots, depth, &rest)
    case (.tuple, .tuple):
      try goDeeper(depth, &rest)
      return try equalRuns(
        left.object(TupleObject.self).slots, right.object(TupleObject.self).slots, depth, &rest)
    case (.map, .map):
      try goDeeper(depth, &rest)
      return try equalMaps(left.object(MapObject.self), right.object(MapObject.self), depth, &rest)
    case (.range, .range): return left.object(RangeObject.self).range == right.object(RangeObject.self).range
    case (.host, _), (_, .host): return try equalHosts(left, right)
    default:
      return Arithmetic.compare(.equal, left, right) ?? (left.tag == right.tag && left.bits == right.bits)
    }
  }

  private static func goDeeper(_ depth: Int, _ rest: inout Int) throws {
    rest -= 1
    if depth > deepestNesting || rest < 0 {
      throw ScriptError("values nested this deeply cannot be compared", code: "E0411")
    }
  }

  static func sameText(_ left: Slot, _ right: Slot) -> Bool {
    // Map lookups come here: without a reference of its own for either.
    left.with(StringObject.self) { left in
      right.with(StringObject.self) { right in
        if left.isASCII, right.isASCII { return left.text == right.text }
        // By code points, as Python does; Swift's own equality would take é and e + accent for one.
        return left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
      }
    }
  }

  private static func equalRuns(
    _ left: ContiguousArray<Slot>, _ right: ContiguousArray<Slot>, _ depth: Int, _ rest: inout Int
  ) throws -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where try !equal(left[index], right[index], depth: depth + 1, &rest) {
      return false
    }
    return true
  }

  private static func equalMaps(
    _ left: MapObject, _ right: MapObject, _ depth: Int, _ rest: inout Int
  ) throws -> Bool {
    guard left.count == right.count else { return false }
    for entry in left.table.pairs {
      guard let other = try right.table.value(of: entry.key) else { return false }
      if try !equal(entry.value, other, depth: depth + 1, &rest) { return false }
    }
    return true
  }

  private static func equalHosts(_ left: Slot, _ right: Slot) throws -> Bool {
    let result =
      left.tag == .host
      ? try left.object(HostObject.self).binary(.equal, right.value, reflected: false)
      : try right.object(HostObject.self).binary(.equal, left.value, reflected: true)
    guard let result else { return left.tag == right.tag && left.bits == right.bits }
    let slot = Slot(result)
    defer { slot.release() }
    return try Truth.of(slot)
  }

  /// Whether `left` stands before `right`; nil where the types have no order.
  static func precedes(_ left: Slot, _ right: Slot) throws -> Bool? {
    var rest = mostPairs
    return try precedes(left, right, depth: 0, &rest)
  }

  private static func precedes(_ left: Slot, _ right: Slot, depth: Int, _ rest: inout Int) throws -> Bool? {
    try goDeeper(depth, &rest)
    switch (left.tag, right.tag) {
    case (.string, .string):
      return left.object(StringObject.self).text.unicodeScalars.lexicographicallyPrecedes(
        right.object(StringObject.self).text.unicodeScalars)
    case (.list, .list):
      return try precedes(
        left.object(ListObject.self).slots, right.object(ListObject.self).slots, depth, &rest)
    case (.tuple, .tuple):
      return try precedes(
        left.object(TupleObject.self).slots, right.object(TupleObject.self).slots, depth, &rest)
    default: return Arithmetic.compare(.less, left, right)
    }
  }

  private static func precedes(
    _ left: ContiguousArray<Slot>, _ right: ContiguousArray<Slot>, _ depth: Int, _ rest: inout Int
  ) throws -> Bool? {
    for (left, right) in zip(left, right) where try !equal(left, right, depth: depth + 1, &rest) {
      return try precedes(left, right, depth: depth + 1, &rest)
    }
    return left.count < right.count
  }
}

/// What `if` asks of a value.
enum Truth {
  static func of(_ slot: Slot) throws -> Bool {
    switch slot.tag {
    case .unset, .none: false
    case .bool, .int: slot.bits != 0
    case .float: slot.float != 0
    case .string: !slot.object(StringObject.self).text.isEmpty
    case .list: !slot.object(ListObject.self).slots.isEmpty
    case .tuple: !slot.object(TupleObject.self).slots.isEmpty
    case .map: slot.object(MapObject.self).count != 0
    case .range: slot.object(RangeObject.self).range.count != 0
    case .host: try slot.object(HostObject.self).truth()
    default: true
    }
  }
}

extension RangeValue {
  /// How many numbers it holds.
  public var count: Int {
    if step > 0 ? start >= stop : start <= stop { return 0 }
    return Int(clamping: (distance(to: stop) - 1) / step.magnitude + 1)
  }

  /// How far a number on the way is from the start; it may be more than an Int holds.
  private func distance(to number: Int) -> UInt {
    UInt(bitPattern: step > 0 ? number &- start : start &- number)
  }

  /// The number at `index`, which is in 0..<count.
  public func number(at index: Int) -> Int { start &+ index &* step }

  func contains(_ number: Int) -> Bool {
    guard step > 0 ? number >= start && number < stop : number <= start && number > stop else { return false }
    return distance(to: number) % step.magnitude == 0
  }

  /// The part that a slice names, as a range.
  func part(_ slice: SliceObject) throws -> RangeValue {
    let bounds = try slice.bounds(count: count)
    // A bound or step past the largest integer is never reached: any other that is not will do.
    func saturated(_ result: (partialValue: Int, overflow: Bool), _ isNegative: Bool) -> Int {
      result.overflow ? (isNegative ? -.max : .max) : result.partialValue
    }
    func place(_ index: Int) -> Int {
      let offset = saturated(index.multipliedReportingOverflow(by: step), (index < 0) != (step < 0))
      return saturated(start.addingReportingOverflow(offset), offset < 0)
    }
    let (from, to) = (place(bounds.from), place(bounds.to))
    let wide = saturated(step.multipliedReportingOverflow(by: bounds.step), (step < 0) != (bounds.step < 0))
    return RangeValue(start: from, stop: to, step: wide)
  }
}
