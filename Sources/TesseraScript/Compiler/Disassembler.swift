/// A compiled function as text, from the same table the machine's instructions are described in.
enum Disassembler {
  static func text(of prototype: Prototype, globals: GlobalTable) -> String {
    var lines = ["\(prototype.name): \(prototype.registerCount) registers"]
    var place = 0
    var line = 0
    while place < prototype.words.count {
      let location = prototype.file.location(of: prototype.spans[place].start)
      let number = location.line == line ? "    " : pad(String(location.line), 4)
      line = location.line
      let (text, size) = instruction(at: place, prototype, globals)
      lines.append("\(number) \(pad(String(place), 4))  \(text)")
      place += size
    }
    for handler in prototype.handlers {
      lines.append(
        "     errors of \(handler.start)..<\(handler.end) go on at \(handler.target), in r\(handler.register)"
      )
    }
    let inner = prototype.functions.map { text(of: $0, globals: globals) }
    return ([lines.joined(separator: "\n")] + inner).joined(separator: "\n\n")
  }

  private static func instruction(
    at place: Int, _ prototype: Prototype, _ globals: GlobalTable
  ) -> (text: String, size: Int) {
    let word = prototype.words[place]
    guard let opcode = Opcode(rawValue: UInt8(truncatingIfNeeded: word)) else { return ("?", 1) }
    let second = opcode.hasSecondWord ? Int(Int32(bitPattern: prototype.words[place + 1])) : 0
    let x = Int(word >> 16)
    let size = opcode.hasSecondWord ? 2 : 1
    func byte(_ field: Field) -> Int { Int(word >> (8 * UInt32(field.rawValue + 1)) & 0xFF) }
    let operands = opcode.description.operands.map { operand in
      switch operand {
      case .writes(let field), .reads(let field), .takes(let field), .takesIf(let field, _),
        .frees(let field, _), .writesUnlessJumping(let field):
        "r\(byte(field))"
      case .takesRun(let field, _), .takesRunAfter(let field), .writesRun(let field), .number(let field):
        "\(byte(field))"
      case .signed(let field): "\(Int8(truncatingIfNeeded: byte(field)))"
      case .takesFixed(let count), .readsFixed(let count), .writesFixed(let count):
        "r\(byte(.a))…\(byte(.a) + count - 1)"
      case .integer: "\(Int16(truncatingIfNeeded: x))"
      case .constant: Describer.repr(prototype.constants[x].value)
      case .global: globals.names[x]
      case .name: prototype.names[second]
      case .shortName: prototype.names[x]
      case .target: "→ \(place + size + second)"
      case .index: "#\(second)"
      }
    }
    let column = pad(opcode.label, 18, left: true)
    let meaning = opcode.description.meaning
    return ("\(column) \(pad(operands.joined(separator: ", "), 24, left: true)) ; \(meaning)", size)
  }

  private static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + blanks : blanks + text
  }
}

extension Opcode {
  /// The opcode's name.
  var label: String { "\(self)" }
}
