/// One instruction before encoding: operands in full, jumps to labels.
struct Instruction {
  var opcode: Opcode
  var a = 0
  var b = 0
  var c = 0
  /// The second word: a name's, function's or register's number.
  var w = 0
  var label: Label?
  var span: Span

  /// b and c as one number.
  var x: Int {
    get { b | c << 8 }
    set {
      b = newValue & 0xFF
      c = newValue >> 8 & 0xFF
    }
  }

  func field(_ field: Field) -> Int {
    switch field {
    case .a: a
    case .b: b
    case .c: c
    }
  }
}

/// A place in the code that may not be known yet.
struct Label: Hashable {
  let number: Int
}

/// Where an error of a range of code goes on.
struct ProtectedRange {
  var start: Label
  var end: Label
  var handler: Label
  /// The register that holds the error in the handler.
  var register: Int
  /// A `catch` gets what a program can handle; the end of a scope gets everything.
  var isCatch: Bool
}

/// Collects a function's instructions; `finish` decides lifetimes and encodes.
struct Assembler {
  var instructions: [Instruction] = []
  /// Labels by number: the instruction they stand before.
  private(set) var places: [Int] = []
  var ranges: [ProtectedRange] = []

  mutating func newLabel() -> Label {
    places.append(-1)
    return Label(number: places.count - 1)
  }

  mutating func place(_ label: Label) { places[label.number] = instructions.count }

  mutating func placedLabel() -> Label {
    let label = newLabel()
    place(label)
    return label
  }

  func position(_ label: Label) -> Int { places[label.number] }

  /// Puts rewritten instructions in place; `moved[i]` is where instruction i now begins.
  mutating func replace(_ new: [Instruction], moved: [Int]) {
    instructions = new
    for index in places.indices where places[index] >= 0 { places[index] = moved[places[index]] }
  }

  /// The innermost protected range an instruction stands in, by instruction.
  func handlers() -> [Int?] {
    var result = [Int?](repeating: nil, count: instructions.count)
    // Ranges are recorded inner before outer, so the first one that covers an instruction counts.
    for (number, range) in ranges.enumerated() {
      let start = position(range.start)
      let end = position(range.end)
      guard start < end else { continue }
      for index in start..<end where result[index] == nil { result[index] = number }
    }
    return result
  }
}

extension Instruction {
  /// What the instruction does to registers.
  struct Effects {
    var reads = RegisterSet()
    var takes = RegisterSet()
    var writes = RegisterSet()
    var writesUnlessJumping = RegisterSet()
  }

  var effects: Effects {
    var effects = Effects()
    for operand in opcode.description.operands {
      switch operand {
      case .writes(let field): effects.writes.insert(self.field(field))
      case .reads(let field): effects.reads.insert(self.field(field))
      case .takes(let field): effects.takes.insert(self.field(field))
      case .takesIf(let field, let bit):
        if c >> bit & 1 == 1 {
          effects.takes.insert(self.field(field))
        } else {
          effects.reads.insert(self.field(field))
        }
      case .frees(let field, let bit): if c >> bit & 1 == 1 { effects.takes.insert(self.field(field)) }
      case .takesRun(let field, let extra):
        for register in a..<(a + self.field(field) + extra) { effects.takes.insert(register) }
      case .takesRunAfter(let field):
        for register in (a + 1)..<(a + 1 + self.field(field)) { effects.takes.insert(register) }
      case .takesFixed(let count): for register in a..<(a + count) { effects.takes.insert(register) }
      case .readsFixed(let count): for register in a..<(a + count) { effects.reads.insert(register) }
      case .writesFixed(let count): for register in a..<(a + count) { effects.writes.insert(register) }
      case .writesRun(let field):
        for register in a..<(a + self.field(field)) { effects.writes.insert(register) }
      case .writesUnlessJumping(let field): effects.writesUnlessJumping.insert(self.field(field))
      case .number, .signed, .integer, .constant, .global, .name, .shortName, .target, .index: break
      }
    }
    return effects
  }
}
