import TesseraScript
import TesseraTensor

/// The scopes that switch the engine's modes.
enum ScopeBuiltins {
  /// Scopes that are values of their own name.
  static func named(_ context: EngineContext) -> [NamedScope] {
    [noGradient(context), checkpoint(context), dryRun(context)]
  }

  /// Scopes that take arguments.
  static var called: [Builtin] { [seed, fusion, remade, autocast, offload, device, budget, timer] }

  private static func noGradient(_ context: EngineContext) -> NamedScope {
    let help = Help(
      "Runs the block without recording for backward.",
      example: """
        x = ones(2, requires_grad=True)
        with no_grad { y = x * 2 }
        print(y.requires_grad)
        """, output: "False")
    return NamedScope(Signature("no_grad()"), help: help) { [unowned context] _ in
      let engine = context.engine
      let before = engine.setGradientEnabled(false)
      return (.none, { _ in engine.setGradientEnabled(before) })
    } call: { scope, _, _ in
      .host(scope)
    }
  }

  private static func checkpoint(_ context: EngineContext) -> NamedScope {
    let help = Help(
      "Drops what the block's ops would keep and computes it again during backward.",
      details:
        "As a call, checkpoint(f, x…) runs f(x…) that way and returns its result. Gradients are the same, "
        + "bit for bit; memory is paid with time.",
      example: """
        x = ones(3, requires_grad=True)
        with checkpoint { y = (x * 2).exp() }
        y.sum().backward()
        print(x.grad)
        """, output: "tensor([14.7781, 14.7781, 14.7781], shape (3,), float32)")
    return NamedScope(Signature("checkpoint(function, *inputs)"), help: help) { [unowned context] _ in
      let engine = context.engine
      let depth = engine.openSegment()
      return (.none, { _ in engine.closeSegments(to: depth) })
    } call: { [unowned context] scope, arguments, interpreter in
      guard let function = arguments.positional.first else { return .host(scope) }
      let rest = Arguments(Array(arguments.positional.dropFirst()), named: arguments.named)
      return try context.engine.checkpoint { try interpreter.call(function, rest) }
    }
  }

  private static func dryRun(_ context: EngineContext) -> NamedScope {
    let help = Help(
      "Runs the block on shapes alone: every byte is counted and none is used.",
      details: "Asking a dry tensor for values is an error. What the block makes stays dry afterwards.",
      example: """
        with dry_run { x = zeros(4, 128, 128, 128) * 2 }
        print(x)
        """, output: "tensor(shape (4, 128, 128, 128), float32, dry)")
    return NamedScope(Signature("dry_run()"), help: help) { [unowned context] _ in
      let engine = context.engine
      let before = engine.isDry
      engine.isDry = true
      return (.none, { _ in engine.isDry = before })
    } call: { scope, _, _ in
      .host(scope)
    }
  }

  private static let seed = Builtin(
    "seed(n)", "Starts the random numbers over from a seed: from now on, or for a `with` block.",
    example: """
      seed(7)
      a = randn(3)
      seed(7)
      print(allclose(a, randn(3)))
      """, output: "True"
  ) { call in
    let number = try call.int("n")
    let engine = call.engine
    return .host(
      try SettingScope("seed \(number)") {
        let before = engine.random
        engine.random = RandomState(seed: UInt64(bitPattern: Int64(number)))
        return { engine.random = before }
      })
  }

  private static let fusion = Builtin(
    "fusion(mode)",
    "Says whether built-in layers run fused ops (\"on\") or PyTorch's sequence of ops (\"off\").",
    details: "Both agree; unfused keeps what PyTorch's eager mode keeps.",
    example: "with fusion(\"off\") { print(\"unfused\") }", output: "unfused"
  ) { call in
    let mode = try call.string("mode")
    guard mode == "on" || mode == "off" else { throw call.mismatch("mode", "\"on\" or \"off\"") }
    let engine = call.engine
    return .host(
      try SettingScope("fusion \(mode)") {
        let before = engine.isFused
        engine.isFused = mode == "on"
        return { engine.isFused = before }
      })
  }

  private static let autocast = Builtin(
    "autocast(dtype=\"bfloat16\", enabled=True)",
    "Runs products, convolutions and fused ops in bfloat16 or float16; parameters stay float32.",
    details:
      "With fusion(\"off\") it is PyTorch's autocast on the CPU, op by op. Fused layers keep everything in 16 bits. "
      + "Call backward() outside the block or inside: it runs in the types that forward had. float16 needs a GradScaler.",
    example: """
      a, b = ones(2, 3), ones(3, 2)
      with autocast("bfloat16") { c = a @ b }
      print(c.dtype, (c + a @ b).dtype)
      """, output: "bfloat16 float32"
  ) { call in
    let name = try call.string("dtype")
    guard let dtype = DType(rawValue: name), dtype == .bfloat16 || dtype == .float16 else {
      throw call.mismatch("dtype", "\"bfloat16\" or \"float16\"")
    }
    let isEnabled = try call.bool("enabled")
    let engine = call.engine
    return .host(
      try SettingScope("autocast \(isEnabled ? name : "off")") {
        try engine.setAutocast(isEnabled ? dtype : nil)
      })
  }

  private static let offload = Builtin(
    "offload(target=\"disk\")",
    "Puts what the block keeps for backward into a temporary file; backward reads it when its turn comes.",
    details:
      "A tensor of 64 KiB or more is written as it is then, once however many ops keep it, and leaves memory when "
      + "nothing else holds it; parameters, buffers and smaller tensors stay. Gradients are the same, bit for bit. "
      + "Checkpointing pays with computing again, this with the disk's speed, twice: written in forward, read in "
      + "backward. Around checkpoint it puts the segments' inputs away, which is all that they keep. "
      + "Reports and ledger() count the bytes on a line of their own, offloaded, beside every total; a dry run "
      + "counts them and makes no file. The file lies in TMPDIR, else /var/tmp; it has no name and goes with the "
      + "process. offload(\"cpu\") uses the host's memory where tensors live on another device.",
    example: """
      x = randn(64, 1024, requires_grad=True)
      with memory("kept") as a { x.exp().sum().backward() }
      with memory("offloaded") as b {
          with offload("disk") { y = x.exp().sum() }
          y.backward()
      }
      print(a.saved, b.saved, b.offloaded)
      """, output: "262144 0 262144"
  ) { call in
    guard let target = OffloadTarget(rawValue: try call.string("target")) else {
      throw call.mismatch("target", "\"disk\" or \"cpu\"")
    }
    let engine = call.engine
    if target == .cpu, engine.backend.name == "cpu" { _ = try engine.setOffload(to: target) }
    return .host(
      ScopeObject("offload \(target.rawValue)") { _ in
        let restore = try engine.setOffload(to: target)
        return (.none, { _ in restore() })
      })
  }

  private static let device = Builtin(
    "device(name)", "The device that tensors are made on: from now on, or for a `with` block.",
    details:
      "\"cpu\", \"vulkan\" for the best Vulkan device, or \"vulkan:1\" by its number in `tessera devices`. Each device has "
      + "its own ledger, budget and random numbers, which start from the session's seed. x.to(name) copies a tensor.",
    example: "with device(\"cpu\") { print(zeros(1).device) }", output: "cpu"
  ) { call in
    let name = try call.string("name")
    let context = call.context
    let engine = try context.engine(on: name)
    return .host(
      try SettingScope("device \(name)") { [unowned context] in
        let before = context.engine
        context.engine = engine
        return { [unowned context] in context.engine = before }
      })
  }

  private static let budget = Builtin(
    "budget(size)", "The bytes that tensors may take: an allocation that would pass it raises out of memory.",
    details:
      "Takes a number of bytes, a text such as \"4 GiB\", or None for no limit; sizes are powers of 1024.",
    example: """
      with budget("1 MiB") {
        try { x = zeros(1024, 1024) } catch e { print("out of memory" in str(e)) }
      }
      """, output: "True"
  ) { call in
    let bytes = try call.byteCount("size")
    let context = call.context
    let label = bytes.map(ByteText.text) ?? "none"
    return .host(
      try SettingScope("budget \(label)") { [unowned context] in
        context.setBudget(bytes, label: "budget")
      })
  }

  private static let timer = Builtin(
    "timer(label=\"\")", "Measures the seconds that a block takes.",
    details:
      "On a device the block ends when the device has finished what it was given. device_seconds is what the device "
      + "computed by its own clock, None on the CPU.",
    example: """
      with timer("sum") as t { ones(10).sum() }
      print(t.seconds >= 0)
      """, output: "True"
  ) { call in .host(TimerObject(try call.string("label"), call.engine)) }
}

extension EngineContext {
  /// Sets the budget and returns how to put the old one back.
  func setBudget(_ bytes: Int?, label: String) -> () -> Void {
    let ledger = engine.ledger
    let before = (ledger.budget, ledger.budgetLabel)
    (ledger.budget, ledger.budgetLabel) = (bytes, label)
    return { (ledger.budget, ledger.budgetLabel) = before }
  }
}

/// `timer("label")`: seconds from entry to exit.
private final class TimerObject: HostObject {
  private let label: String
  private let engine: Engine
  private var start: UInt64 = 0
  private var busyAtStart: UInt64?
  private var seconds: Double?
  private var deviceSeconds: Double?

  init(_ label: String, _ engine: Engine) {
    self.label = label
    self.engine = engine
  }

  override var typeName: String { "timer" }
  override var attributeNames: [String] { ["seconds", "device_seconds", "label"] }

  override func attribute(_ name: String) throws -> Value? {
    switch name {
    // Inside its block a timer tells the time so far.
    case "seconds": .float(seconds ?? (start == 0 ? 0 : Clock.seconds(since: start)))
    case "device_seconds": deviceSeconds.map(Value.float) ?? Value.none
    case "label": .string(label)
    default: nil
    }
  }

  override func describe() -> String {
    let time = seconds.map { "\(ByteText.fixed($0 * 1000, digits: 1)) ms" } ?? "running"
    return label.isEmpty ? time : "\(label): \(time)"
  }

  override func enter(_ interpreter: Interpreter) throws -> Value? {
    (seconds, deviceSeconds) = (nil, nil)
    try engine.backend.synchronize()
    busyAtStart = engine.backend.busyNanoseconds
    start = Clock.nanoseconds()
    return .host(self)
  }

  override func exit(_ interpreter: Interpreter, error: Diagnostic?) throws {
    // After an error the device may be what failed.
    if error == nil { try engine.backend.synchronize() }
    seconds = Clock.seconds(since: start)
    guard let busyAtStart, let busy = engine.backend.busyNanoseconds else { return }
    deviceSeconds = Double(busy - busyAtStart) * 1e-9
  }
}
