/// What saves the machine instructions at the end of every turn of a loop.
extension Assembler {
  /// The bits of c that tell a jump what else it does.
  enum JumpFlag {
    /// The target is a `forNext`, which the jump carries out at once.
    static let advances = 1
    /// a is freed.
    static let frees = 1 << 4
  }

  /// Lets a jump free the register that a `release` before it freed, and advance the loop it goes back to.
  mutating func fuseJumps() {
    let arrivals = Set(places)
    var result: [Instruction] = []
    var moved: [Int] = []
    for (index, instruction) in instructions.enumerated() {
      var instruction = instruction
      var place = result.count
      if instruction.opcode == .jump, let label = instruction.label {
        let target = position(label)
        if target < instructions.count, instructions[target].opcode == .forNext {
          instruction.c |= JumpFlag.advances
        }
        if let last = result.last, last.opcode == .release, !arrivals.contains(index), last.b == last.a,
          last.c == last.a
        {
          result.removeLast()
          place -= 1
          instruction.a = last.a
          instruction.c |= JumpFlag.frees
        }
      }
      moved.append(place)
      result.append(instruction)
    }
    moved.append(result.count)
    replace(result, moved: moved)
  }
}
