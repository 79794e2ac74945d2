/// Decides where values end: a copy of a value nobody reads again becomes a move, and every other last use is
/// followed by a `release`.
///
/// The rule behind "a value is freed at its last use".
///
/// It is the usual backward liveness, one set of registers an instruction, swept until nothing changes. An error may
/// leave a protected range at any instruction, so what its handler reads is alive all through the range.
struct Lifetimes {
  private let code: [Instruction]
  private let effects: [Instruction.Effects]
  private let targets: [Int?]
  private let handlers: [Int?]
  private var handlerPlaces: [Int] = []
  private var handlerRegisters: [Int] = []
  private(set) var liveIn: [RegisterSet]

  init(_ assembler: Assembler) {
    code = assembler.instructions
    effects = code.map(\.effects)
    targets = code.map { $0.label.map(assembler.position) }
    handlers = assembler.handlers()
    handlerPlaces = assembler.ranges.map { assembler.position($0.handler) }
    handlerRegisters = assembler.ranges.map(\.register)
    liveIn = Array(repeating: RegisterSet(), count: code.count + 1)
    var changed = true
    while changed { changed = sweep() }
  }

  /// What the handler of an instruction's range reads.
  func handlerLive(_ index: Int) -> RegisterSet {
    guard let range = handlers[index] else { return RegisterSet() }
    return liveAtHandler(range)
  }

  /// Whether the handler of a range reads the error.
  func readsError(_ range: Int) -> Bool { liveIn[handlerPlaces[range]].contains(handlerRegisters[range]) }

  func liveAtHandler(_ range: Int) -> RegisterSet {
    var live = liveIn[handlerPlaces[range]]
    live.remove(handlerRegisters[range])
    return live
  }

  private func liveOut(_ index: Int) -> RegisterSet {
    var live = handlerLive(index)
    if code[index].opcode.fallsThrough { live.formUnion(liveIn[index + 1]) }
    if let target = targets[index] { live.formUnion(liveIn[target]) }
    return live
  }

  private mutating func sweep() -> Bool {
    var changed = false
    for index in code.indices.reversed() {
      let effect = effects[index]
      var live = RegisterSet()
      if code[index].opcode.fallsThrough {
        live = liveIn[index + 1].subtracting(effect.writesUnlessJumping)
      }
      if let target = targets[index] { live.formUnion(liveIn[target]) }
      live.subtract(effect.writes)
      live.formUnion(effect.reads)
      live.formUnion(effect.takes)
      live.formUnion(handlerLive(index))
      if live != liveIn[index] {
        liveIn[index] = live
        changed = true
      }
    }
    return changed
  }

  /// The registers that hold something after an instruction (before anything is freed).
  private func held(after index: Int, jumping: Bool) -> RegisterSet {
    var held = liveIn[index]
    held.formUnion(effects[index].writes)
    if !jumping { held.formUnion(effects[index].writesUnlessJumping) }
    held.subtract(effects[index].takes.subtracting(effects[index].writes))
    return held
  }

  /// Rewrites the code; `parameters` are the registers that hold something when the function begins.
  func rewrite(_ assembler: inout Assembler, parameters: RegisterSet) {
    let arrivals = releasesOnArrival()
    var result: [Instruction] = []
    result.reserveCapacity(code.count * 2)
    var moved: [Int] = []
    if let first = code.first { Self.append(parameters.subtracting(liveIn[0]), first.span, to: &result) }
    for index in code.indices {
      // A loop at the very start must not free the parameters again, nor must it skip that on entry: freeing is idle
      // the second time.
      moved.append(index == 0 ? 0 : result.count)
      if let dead = arrivals[index] { Self.append(dead, code[index].span, to: &result) }
      var instruction = code[index]
      if instruction.opcode == .copy, !liveOut(index).contains(instruction.b) {
        instruction.opcode = .move
        if instruction.a == instruction.b { continue }
      }
      var dead = instruction.opcode.fallsThrough ? deaths(after: index, instruction) : RegisterSet()
      if instruction.opcode == .callMethod, dead.contains(instruction.c), instruction.c != instruction.a {
        // The method may free its instance before it ends.
        result.append(Instruction(opcode: .move, a: instruction.a, b: instruction.c, span: instruction.span))
        dead.remove(instruction.c)
        instruction.c = instruction.a
      }
      result.append(instruction)
      if instruction.opcode.fallsThrough {
        Self.append(dead, code[index].span, to: &result)
      }
    }
    moved.append(result.count)
    assembler.replace(result, moved: moved)
  }

  private func deaths(after index: Int, _ instruction: Instruction) -> RegisterSet {
    var dead = held(after: index, jumping: false).subtracting(liveIn[index + 1])
    if instruction.opcode == .move { dead.remove(instruction.b) }
    return dead
  }

  /// What to free at the places jumps arrive at: alive before the jump, and not there.
  private func releasesOnArrival() -> [Int: RegisterSet] {
    var result: [Int: RegisterSet] = [:]
    for index in code.indices {
      guard let target = targets[index] else { continue }
      let dead = held(after: index, jumping: true).subtracting(liveIn[target])
      if !dead.isEmpty { result[target, default: RegisterSet()].formUnion(dead) }
    }
    return result
  }

  private static func append(_ dead: RegisterSet, _ span: Span, to result: inout [Instruction]) {
    let registers = dead.members
    for start in stride(from: 0, to: registers.count, by: 3) {
      let first = registers[start]
      let second = start + 1 < registers.count ? registers[start + 1] : first
      let third = start + 2 < registers.count ? registers[start + 2] : first
      result.append(Instruction(opcode: .release, a: first, b: second, c: third, span: span))
    }
  }
}

/// Removes the checks of names that are certainly assigned: forward, what every way to an instruction assigned.
enum DefiniteAssignment {
  static func removeChecks(_ assembler: inout Assembler, parameters: RegisterSet) {
    let code = assembler.instructions
    guard code.contains(where: { $0.opcode == .check }) else { return }
    let effects = code.map(\.effects)
    let handlers = assembler.handlers()
    var assigned = [RegisterSet](repeating: .all, count: code.count + 1)
    assigned[0] = parameters
    var changed = true
    func meet(_ set: RegisterSet, at place: Int) {
      var new = assigned[place]
      new.formIntersection(set)
      if new != assigned[place] {
        assigned[place] = new
        changed = true
      }
    }
    while changed {
      changed = false
      for index in code.indices {
        var after = assigned[index]
        if let range = handlers[index] {
          var caught = after
          caught.insert(assembler.ranges[range].register)
          meet(caught, at: assembler.position(assembler.ranges[range].handler))
        }
        if code[index].opcode == .deleteLocal { after.remove(code[index].a) }
        after.formUnion(effects[index].writes)
        if let label = code[index].label { meet(after, at: assembler.position(label)) }
        after.formUnion(effects[index].writesUnlessJumping)
        if code[index].opcode.fallsThrough { meet(after, at: index + 1) }
      }
    }
    var kept: [Instruction] = []
    var moved: [Int] = []
    for index in code.indices {
      moved.append(kept.count)
      if code[index].opcode == .check, assigned[index].contains(code[index].a) { continue }
      kept.append(code[index])
    }
    moved.append(kept.count)
    assembler.replace(kept, moved: moved)
  }
}
