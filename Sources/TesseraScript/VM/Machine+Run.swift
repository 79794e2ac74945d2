/// Running programs, and calls that come from the host.
extension Machine {
  /// Runs a program's top level.
  func run(_ prototype: Prototype) throws(Diagnostic) {
    let base = top
    reserve(base + prototype.registerCount + 1)
    let frame = Frame(
      prototype: .passUnretained(prototype), function: nil,
      code: UnsafePointer(prototype.words.baseAddress.unsafelyUnwrapped),
      constants: UnsafePointer(prototype.constants.baseAddress.unsafelyUnwrapped),
      pc: UnsafePointer(prototype.words.baseAddress.unsafelyUnwrapped), base: base + 1,
      registerCount: prototype.registerCount, result: base, ownsFunction: false)
    let depth = frameCount
    do { try push(frame) } catch { throw diagnostic(error) }
    try execute(to: depth)
    let result = stack[base]
    stack[base] = .unset
    result.release()
  }

  /// Frees the value of the program that ran last.
  func dropResult() {
    programResult.release()
    programResult = .unset
  }

  /// Calls a value with arguments from the host; the result is owned by the caller.
  func call(_ callee: Slot, positional: [Slot], named: [(String, Slot)]) throws -> Slot {
    let base = top
    reserve(base + positional.count + named.count + 2)
    stack[base] = callee.copied()
    for (index, slot) in positional.enumerated() { stack[base + 1 + index] = slot.copied() }
    for (index, entry) in named.enumerated() { stack[base + 1 + positional.count + index] = entry.1.copied() }
    return try callPrepared(base, positional.count + named.count, named.map(\.0))
  }

  /// Calls a value with one argument; the result is owned by the caller.
  func call(_ callee: Slot, with argument: Slot) throws -> Slot {
    let base = top
    reserve(base + 3)
    stack[base] = callee.copied()
    stack[base + 1] = argument.copied()
    return try callPrepared(base, 1, [])
  }

  /// Calls what stands prepared at `base` on the slot stack and runs it to its end.
  func callPrepared(_ base: Int, _ count: Int, _ names: [String]) throws -> Slot {
    let depth = frameCount
    if nativeDepth >= Self.deepestNativeCalls {
      releaseRun(base, count + 1)
      throw ScriptError(
        "calls through built-in functions stand more than \(Self.deepestNativeCalls) deep inside each other",
        help: "does the function end its recursion?", code: "E0501")
    }
    nativeDepth += 1
    defer { nativeDepth -= 1 }
    if try begin(base, count, names) {
      do { try execute(to: depth) } catch {
        // The callee stands below its own frame, which is gone.
        releaseRun(base, 1)
        throw error
      }
    }
    let result = stack[base]
    stack[base] = .unset
    return result
  }

  func releaseRun(_ base: Int, _ count: Int) {
    for index in base..<(base + count) {
      let slot = stack[index]
      stack[index] = .unset
      slot.release()
    }
  }

  /// Runs the topmost frame until `depth` frames are left.
  private func execute(to depth: Int) throws(Diagnostic) {
    while true {
      do {
        try loop(to: depth)
        return
      } catch {
        try unwind(error, to: depth)
      }
    }
  }
}
