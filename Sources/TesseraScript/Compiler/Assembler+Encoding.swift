/// Instructions to words.
extension Assembler {
  /// Decides lifetimes and encodes; `parameters` are the registers that are filled on entry.
  mutating func finish(parameters: RegisterSet, into contents: inout Prototype.Contents) {
    DefiniteAssignment.removeChecks(&self, parameters: parameters)
    let lifetimes = Lifetimes(self)
    let live = ranges.indices.map { (set: lifetimes.liveAtHandler($0), readsError: lifetimes.readsError($0)) }
    lifetimes.rewrite(&self, parameters: parameters)
    fuseJumps()
    encode(into: &contents, live: live)
  }

  private func encode(into contents: inout Prototype.Contents, live: [(set: RegisterSet, readsError: Bool)]) {
    var offsets: [Int] = []
    var offset = 0
    for instruction in instructions {
      offsets.append(offset)
      offset += instruction.opcode.hasSecondWord ? 2 : 1
    }
    offsets.append(offset)
    for (index, instruction) in instructions.enumerated() {
      contents.words.append(instruction.firstWord)
      contents.spans.append(instruction.span)
      guard instruction.opcode.hasSecondWord else { continue }
      // A jump is relative to the word after the instruction.
      let second = instruction.label.map { offsets[position($0)] - offsets[index] - 2 } ?? instruction.w
      contents.words.append(UInt32(bitPattern: Int32(truncatingIfNeeded: second)))
      contents.spans.append(instruction.span)
    }
    for (number, range) in ranges.enumerated() {
      contents.handlers.append(
        Prototype.Handler(
          start: offsets[position(range.start)], end: offsets[position(range.end)],
          target: offsets[position(range.handler)], register: range.register, isCatch: range.isCatch,
          live: live[number].set, readsError: live[number].readsError))
    }
  }
}

extension Instruction {
  fileprivate var firstWord: UInt32 {
    UInt32(opcode.rawValue) | UInt32(a & 0xFF) << 8 | UInt32(b & 0xFF) << 16 | UInt32(c & 0xFF) << 24
  }
}
