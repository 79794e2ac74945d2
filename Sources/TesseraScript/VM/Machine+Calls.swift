/// Beginning calls: script functions get a frame, everything else runs at once.
extension Machine {
  /// Begins the call of the value at `base` with the `count` arguments after it, the last of which have `names`.
  ///
  /// The callee and arguments are moved out of their slots. Returns true where a frame was pushed; otherwise the
  /// call is over and its result stands at `base`. On an error nothing is left behind.
  func begin(_ base: Int, _ count: Int, _ names: [String]) throws -> Bool {
    let callee = stack[base]
    switch callee.tag {
    case .function:
      return try begin(callee.object(FunctionObject.self), base, count, names)
    case .native:
      try callNative(callee.object(NativeFunction.self), base, count, names)
    case .modelType: return try construct(callee.object(ModelType.self), base, count, names)
    case .instance: return try callInstance(callee.object(InstanceObject.self), base, count, names)
    case .host:
      let arguments = takeArguments(base, count, names)
      let object = callee.object(HostObject.self)
      finish(base, try guarding(base) { Slot(try object.call(arguments, interpreter)) })
    default:
      releaseRun(base + 1, count)
      let type = callee.value.typeName
      releaseRun(base, 1)
      throw ScriptError("a value of type \(type) cannot be called", code: "E0404")
    }
    return false
  }

  /// Puts a call's result where its callee stood.
  private func finish(_ base: Int, _ result: Slot) {
    let callee = stack[base]
    stack[base] = result
    callee.release()
  }

  /// Runs a native body; frees the callee at `base` where it fails.
  private func guarding(_ base: Int, _ body: () throws -> Slot) throws -> Slot {
    do {
      let result = try body()
      if interpreter.interrupt.isRaised {
        result.release()
        throw MachineStop.interrupted
      }
      return result
    } catch {
      releaseRun(base, 1)
      throw error
    }
  }

  /// Moves arguments off the slot stack into the form the host sees.
  func takeArguments(_ base: Int, _ count: Int, _ names: [String]) -> Arguments {
    var arguments = Arguments()
    let positional = count - names.count
    for index in 0..<count {
      let slot = stack[base + 1 + index]
      stack[base + 1 + index] = .unset
      if index < positional {
        arguments.positional.append(slot.value)
      } else {
        arguments.named.append((names[index - positional], slot.value))
      }
      slot.release()
    }
    return arguments
  }

  func callNative(_ native: NativeFunction, _ base: Int, _ count: Int, _ names: [String]) throws {
    if let fast = native.fast, names.isEmpty, native.fastCounts.contains(count),
      let result = try attempt(fast, base, count)
    {
      if count > 0 { releaseRun(base + 1, count) }
      return finish(base, result)
    }
    let arguments = takeArguments(base, count, names)
    finish(base, try guarding(base) { Slot(try native.call(arguments, interpreter)) })
  }

  private func attempt(_ fast: NativeFunction.FastBody, _ base: Int, _ count: Int) throws -> Slot? {
    do { return try fast(stack + base + 1, count, self) } catch {
      releaseRun(base, count + 1)
      throw error
    }
  }

  // MARK: Script functions

  private func begin(_ function: FunctionObject, _ base: Int, _ count: Int, _ names: [String]) throws -> Bool
  {
    guard let receiver = function.receiver else {
      // The callee's slot keeps the function alive until the result replaces it.
      try enter(function, base: base + 1, result: base, count, names, owns: false, failing: base)
      return true
    }
    function.hold()
    releaseRun(base, 1)
    stack[base] = Slot(retaining: receiver, .instance)
    try enter(function, base: base, result: base, count, names, owns: true, failing: base)
    return true
  }

  /// Pushes a frame for a function whose instance (for a method) and arguments stand from `base` on.
  func enter(
    _ function: FunctionObject, base: Int, result: Int, _ count: Int, _ names: [String], owns: Bool,
    failing: Int
  ) throws {
    let prototype = function.prototype
    let first = base + (prototype.hasSelf ? 1 : 0)
    do {
      reserve(first + max(count, prototype.registerCount) + 1)
      if !names.isEmpty || !prototype.isPlain || count != prototype.parameters.count {
        try bind(function, first, count, names)
      }
      try push(
        Frame(
          prototype: .passUnretained(prototype), function: .passUnretained(function),
          code: function.entry.code,
          constants: function.entry.constants, pc: function.entry.code, base: base,
          registerCount: prototype.registerCount, result: result, ownsFunction: owns))
    } catch {
      releaseRun(failing, first - failing + max(count, prototype.parameters.count))
      if owns { function.letGo() }
      throw error
    }
  }

  /// Sorts arguments to parameters: by place, by name, the rest, the defaults.
  private func bind(_ function: FunctionObject, _ first: Int, _ count: Int, _ names: [String]) throws {
    let parameters = function.prototype.parameters
    var given = (0..<count).map { stack[first + $0] }
    for index in 0..<count { stack[first + index] = .unset }
    var values = [Slot](repeating: .unset, count: parameters.count)
    do {
      try ArgumentBinder.bind(
        &given, names, parameters, values: &values, function: function)
    } catch {
      for slot in given + values { slot.release() }
      throw error
    }
    for (index, slot) in values.enumerated() { stack[first + index] = slot }
  }

  // MARK: Models

  private func construct(_ type: ModelType, _ base: Int, _ count: Int, _ names: [String]) throws -> Bool {
    let instance = Slot(retaining: InstanceObject(type: type), .instance)
    let constructor = type.constructor
    constructor.hold()
    releaseRun(base, 1)
    stack[base] = instance
    try enter(constructor, base: base, result: base, count, names, owns: true, failing: base)
    return true
  }

  private func callInstance(_ instance: InstanceObject, _ base: Int, _ count: Int, _ names: [String]) throws
    -> Bool
  {
    guard let forward = instance.type.methods["forward"] else {
      let name = instance.type.name
      releaseRun(base, count + 1)
      throw ScriptError(
        "\(name) has no method `forward` to call", help: "add def forward(x) { … } to the model",
        code: "E0404")
    }
    guard let host = interpreter.modelHost else {
      forward.hold()
      try enter(forward, base: base, result: base, count, names, owns: true, failing: base)
      return true
    }
    let arguments = takeArguments(base, count, names)
    let result = try guarding(base) {
      Slot(
        try host.callForward(instance, arguments, interpreter) { arguments in
          try interpreter.call(method: forward, of: instance, arguments)
        })
    }
    finish(base, result)
    return false
  }

  /// Begins the call of a method of the value at `base`.
  func beginMethod(_ name: String, _ base: Int, _ count: Int) throws -> Bool {
    let receiver = stack[base]
    switch receiver.tag {
    case .instance:
      let instance = receiver.object(InstanceObject.self)
      if instance.slot(name) == nil, let method = instance.type.methods[name] {
        method.hold()
        try enter(method, base: base, result: base, count, [], owns: true, failing: base)
        return true
      }
    case .host:
      guard let method = receiver.object(HostObject.self).method(name) else { break }
      let arguments = takeArguments(base, count, [])
      finish(base, try guarding(base) { Slot(try method.call(on: receiver.value, arguments, interpreter)) })
      return false
    default: break
    }
    let callee: Slot
    do { callee = try attribute(name, of: receiver) } catch {
      releaseRun(base, count + 1)
      throw error
    }
    stack[base] = callee
    receiver.release()
    return try begin(base, count, [])
  }

  /// Pushes the frame of a method whose instance and arguments stand from `base` on, one a parameter; the frame holds
  /// the method.
  @inline(__always)
  func enter(_ method: Unmanaged<FunctionObject>, _ entry: FunctionObject.Entry, base: Int) throws {
    reserve(base + entry.registerCount + 1)
    method._withUnsafeGuaranteedRef { $0.hold() }
    do {
      try push(
        Frame(
          prototype: method._withUnsafeGuaranteedRef { .passUnretained($0.prototype) }, function: method,
          code: entry.code, constants: entry.constants, pc: entry.code, base: base,
          registerCount: entry.registerCount, result: base, ownsFunction: true))
    } catch {
      method._withUnsafeGuaranteedRef { $0.letGo() }
      throw error
    }
  }

  /// Calls a built-in method with the arguments after `base`, where the result is put.
  func call(_ method: Method, _ receiver: Slot, _ base: Int, _ count: Int) throws {
    do {
      let result: Slot
      if let fast = method.fast, method.fastCounts.contains(count) {
        result = try fast(receiver, stack + base + 1, count, self)
      } else {
        let arguments = takeArguments(base, count, [])
        let bound = try method.signature.bind(arguments)
        result = Slot(try method.body(receiver.value, bound, interpreter))
      }
      if count > 0 { releaseRun(base + 1, count) }
      finish(base, result)
    } catch {
      releaseRun(base, count + 1)
      throw error
    }
  }
}
