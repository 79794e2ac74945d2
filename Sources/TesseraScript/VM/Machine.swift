/// The machine: a stack of slots, a stack of frames, and what a run may use up.
final class Machine {
  unowned let interpreter: Interpreter
  let globals = GlobalTable()
  // Read at every instruction: the checks of exclusive access would cost more than the instructions, and the machine
  // runs on one thread.
  @exclusivity(unchecked) var stack: UnsafeMutablePointer<Slot>
  @exclusivity(unchecked) private(set) var stackCapacity = 1 << 12
  /// One past the highest slot in use by the topmost frame or by a call being prepared.
  @exclusivity(unchecked) var frames: UnsafeMutablePointer<Frame>
  @exclusivity(unchecked) var frameCount = 0
  @exclusivity(unchecked) private var frameCapacity = 64
  /// Loop turns and calls since the run began; counted in memory so that nested runs share it.
  let ticks: UnsafeMutablePointer<Int>
  /// How many runs stand inside each other through native functions.
  @exclusivity(unchecked) var nativeDepth = 0
  /// The value of the program that ran last.
  @exclusivity(unchecked) var programResult = Slot.unset
  var modules = ModuleTable()
  let cycles = CycleCollector()
  /// Called by the `mark` instructions of a program that is observed.
  var lineObserver: LineObserver?

  /// Script calls inside each other at most.
  ///
  /// No native stack is used by them; memory is what is bounded.
  static let deepestCalls = 10_000
  /// Runs inside each other through native functions at most: each uses native stack, of which a thread may have
  /// half a megabyte.
  static let deepestNativeCalls = 100

  init(_ interpreter: Interpreter) {
    self.interpreter = interpreter
    stack = .allocate(capacity: stackCapacity)
    stack.initialize(repeating: .unset, count: stackCapacity)
    frames = .allocate(capacity: frameCapacity)
    ticks = .allocate(capacity: 1)
    ticks.initialize(to: 0)
  }

  deinit {
    programResult.release()
    stack.deallocate()
    frames.deallocate()
    ticks.deallocate()
  }

  /// Makes room for `count` slots; registers must be found anew afterwards.
  @inline(__always) func reserve(_ count: Int) { if count > stackCapacity { growStack(count) } }

  @inline(never) private func growStack(_ count: Int) {
    let capacity = max(count, stackCapacity * 2)
    let new = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    new.update(from: stack, count: stackCapacity)
    (new + stackCapacity).initialize(repeating: .unset, count: capacity - stackCapacity)
    stack.deallocate()
    stack = new
    stackCapacity = capacity
  }

  @inline(__always) func push(_ frame: Frame) throws {
    if frameCount == frameCapacity { try growFrames() }
    (frames + frameCount).initialize(to: frame)
    frameCount += 1
  }

  @inline(never) private func growFrames() throws {
    if frameCount >= Self.deepestCalls {
      throw ScriptError(
        "calls stand more than \(Self.deepestCalls) deep inside each other",
        help: "does the function end its recursion?", code: "E0501")
    }
    let capacity = min(frameCapacity * 2, Self.deepestCalls)
    let new = UnsafeMutablePointer<Frame>.allocate(capacity: capacity)
    new.update(from: frames, count: frameCount)
    frames.deallocate()
    frames = new
    frameCapacity = capacity
  }

  /// One past the registers of the topmost frame: where a run from the host begins.
  var top: Int {
    guard frameCount > 0 else { return 0 }
    return frames[frameCount - 1].base + frames[frameCount - 1].registerCount
  }

  /// The slots above the running frames are all unset between programs: every value was freed.
  var isClean: Bool { frameCount == 0 && (0..<stackCapacity).allSatisfy { stack[$0].tag == .unset } }

  /// Fails where the run was interrupted or used up its steps.
  func checkLimits() throws {
    if interpreter.interrupt.isRaised { throw MachineStop.interrupted }
    if let most = interpreter.maxSteps, ticks.pointee > most { throw MachineStop.stepLimit(most) }
    if let deadline = interpreter.deadline, ContinuousClock.now > deadline { throw MachineStop.timeLimit }
    if cycles.isDue { cycles.collect() }
  }
}

/// Reasons to stop that a program cannot catch.
enum MachineStop: Error {
  case interrupted
  case stepLimit(Int)
  case timeLimit
  case exit(Int)
}
