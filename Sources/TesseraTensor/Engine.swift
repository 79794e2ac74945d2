/// Everything that one program's tensors share: a backend, a ledger, and the modes that scopes switch.
///
/// An engine is used from one thread at a time; kernels use several. There is no engine of the process: tests and
/// sessions make their own, so that ledgers never mix.
public final class Engine {
  /// Where tensors live and ops run.
  public let backend: any Backend
  /// Ops that ran on the CPU because the backend lacks them, by name.
  public internal(set) var fallbacks: [String: Int] = [:]
  /// Every byte.
  public let ledger = MemoryLedger()
  /// Whether new tensors have shapes and no bytes.
  public var isDry = false
  /// Whether ops are recorded for backward.
  public private(set) var isGradientEnabled = true
  /// Whether built-in layers call fused ops; off, they run the ops of PyTorch's eager mode and save what those save.
  public var isFused = true
  /// The type of tensors that are made without naming one.
  public var defaultDType = DType.float32
  /// Names the script line that runs, so that memory can be traced to it.
  public var currentMark: (() -> SourceMark?)?
  /// Random numbers by layer path and call.
  public var random = RandomState(seed: 0)
  /// Receives sentences that are no errors, such as a checkpoint without effect.
  public var warn: (String) -> Void = { _ in }
  /// Asked when memory does not suffice: frees what nobody can reach any more, and says whether that was anything.
  public var reclaim: () -> Bool = { false }
  /// Sees each contribution to a leaf's gradient; reports digest them.
  public var gradientObservers: [(Tensor, Tensor) -> Void] = []
  /// How many segments backward has computed again.
  public internal(set) var recomputedSegments = 0
  /// Sees every op that runs, with its inputs; a dry run adds up the work.
  public var opObserver: ((any Op, [TensorSpec], [TensorSpec]) -> Void)?
  /// Hears of every kernel that has run, with its time; a dry run has none.
  public var opTimer: ((OpRun) -> Void)?

  /// The scope in which products run in 16 bits, if one is open.
  var autocast: AutocastScope?
  var segments: [Segment] = []
  /// Where values go that backward keeps, if they leave memory.
  var offload: Offload?
  /// Listens to kernels while a program is captured.
  var capture: Capture?
  /// The op that a captured program runs in place of its next kernel's.
  var renewal: (() -> any Op)?
  /// The values that fused layers make again in backward instead of keeping them; all of them unless told otherwise.
  public var remade = Set(RemadeValue.allCases)
  /// Whether results get recipes; ``remaking(_:_:)`` switches it.
  var isRemaking = false
  private var nextSegment = 1
  private var sequence = 0
  private var layers: [Int] = [0]
  private var replayMark: SourceMark?

  /// Makes an engine on a backend.
  public init(backend: any Backend) {
    self.backend = backend
    backend.attach(ledger)
  }

  /// The layer path that runs now, such as `swinViT.layers1.0.blocks.0.attn`.
  public var layerPath: String { ledger.label(layers[layers.count - 1]) }

  /// The script line that runs now.
  var mark: SourceMark? { replayMark ?? currentMark?() }
}

// MARK: - Running ops

extension Engine {
  /// Runs an op with one visible result.
  public func run(_ op: any Op, _ inputs: Tensor...) throws -> Tensor { try run(op, inputs)[0] }

  /// Runs an op: checks shapes, allocates, computes, and records what backward and open segments need.
  ///
  /// Tensors of another engine are run by theirs.
  ///
  /// - Throws: ``TensorError`` with the op, the shapes and the place; nothing was allocated then.
  public func run(_ op: any Op, _ inputs: [Tensor]) throws -> [Tensor] {
    if let owner = inputs.first?.engine, owner !== self { return try owner.run(op, inputs) }
    return try run(op, inputs, placing: [:])
  }

  /// Runs an op whose result `result` takes the memory of input `input` where the graph makes that again instead of keeping it
  /// and nobody but the caller holds it.
  public func run(
    _ op: any Op, consuming inputs: consuming [Tensor], placing result: Int, over input: Int
  ) throws -> [Tensor] {
    var inputs = inputs
    let isKept = isGradientEnabled && inputs[input].recipe == nil
    let spec = try op.results(of: inputs.map(\.spec))[result]
    guard !isKept, segments.isEmpty, canOverwrite(&inputs[input], as: spec) else {
      return try run(op, inputs)
    }
    return try run(op, inputs, placing: [result: inputs[input].storage])
  }

  private func run(_ op: any Op, _ inputs: [Tensor], placing places: [Int: Storage]) throws -> [Tensor] {
    let prepared = try autocast(inputs, for: op).enumerated().map { try laidOut($1, op.layout(ofInput: $0)) }
    let mark = self.mark
    let layer = layers[layers.count - 1]
    let plain = try execute(op, prepared, layer: layer, mark: mark, placing: places)
    let results = connect(op, prepared, plain, layer: layer, mark: mark)
    for segment in segments {
      try segment.record(op, inputs: prepared, results: results, layer: layer, mark: mark)
    }
    try addRecipes(op, prepared, results, layer: layer, mark: mark)
    try keepForBackward(op, prepared, results)
    let visible = op.visibleResultCount
    return visible == results.count ? results : Array(results.prefix(visible))
  }

  /// Runs an op without recording anything.
  ///
  /// - Parameter places: memory that results take over, by number; it holds an input that dies with the call.
  func execute(
    _ op: any Op, _ inputs: [Tensor], layer: Int, mark: SourceMark?, placing places: [Int: Storage] = [:]
  ) throws -> [Tensor] {
    try checkCancelled()
    try checkOwner(of: inputs, for: op)
    let specs = try op.results(of: inputs.map(\.spec))
    opObserver?(op, inputs.map(\.spec), specs)
    if op.isView {
      return specs.map {
        Tensor(engine: self, storage: inputs[0].storage, layout: $0.layout, dtype: $0.dtype)
      }
    }
    let dry = isDry || inputs.contains(where: \.isDry)
    let origin = MemoryOrigin(op: ledger.intern(type(of: op).name), layer: layer, mark: mark)
    let outputs = try specs.enumerated().map { index, spec in
      guard let place = places[index], place.byteCount == spec.byteCount else {
        return try allocate(spec, purpose: .temporary, origin: origin, dry: dry)
      }
      place.takeOver(from: origin)
      return Tensor(engine: self, storage: place, layout: spec.layout, dtype: spec.dtype)
    }
    if !dry { try dispatch(op, inputs, outputs, isInPlace: !places.isEmpty) }
    return outputs
  }

  /// Runs an op whose result overwrites `target`, which has the result's shape; not recorded for backward.
  public func runInPlace(_ op: any Op, _ inputs: [Tensor], into target: Tensor) throws {
    try runInPlace(op, inputs, into: [target])
  }

  /// Runs an op whose results overwrite `targets`, such as an optimizer's step; not recorded for backward.
  public func runInPlace(_ op: any Op, _ inputs: [Tensor], into targets: [Tensor]) throws {
    guard segments.isEmpty else { throw TensorError.insideSegment(op: "an in-place \(type(of: op).name)") }
    try checkCancelled()
    try checkOwner(of: inputs + targets, for: op)
    opObserver?(op, inputs.map(\.spec), targets.map(\.spec))
    for target in targets { target.storage.version += 1 }
    if isDry || targets.contains(where: \.isDry) || inputs.contains(where: \.isDry) { return }
    try dispatch(op, inputs, targets, isInPlace: true)
  }

  /// Runs the backend's kernel, or the CPU's where it has none.
  func dispatch(_ op: any Op, _ inputs: [Tensor], _ outputs: [Tensor], isInPlace: Bool) throws {
    if let capture {
      capture.record(op, inputs, outputs, isInPlace: isInPlace, renewal: renewal)
      renewal = nil
    }
    guard let opTimer else { return try compute(op, inputs, outputs, isInPlace: isInPlace) }
    let nanoseconds = try timed { try compute(op, inputs, outputs, isInPlace: isInPlace) }
    opTimer(
      OpRun(
        op: op, inputs: inputs.map(\.spec), results: outputs.map(\.spec), layer: layerPath, mark: mark,
        isInBackward: replayMark != nil, nanoseconds: nanoseconds))
  }

  /// Nanoseconds that `body` took: on a device with a clock those that it computed, and nobody computes meanwhile.
  private func timed(_ body: () throws -> Void) throws -> UInt64 {
    try backend.synchronize()
    let (start, busy, helped) = (Clock.nanoseconds(), backend.busyNanoseconds, fallbacks)
    try body()
    try backend.synchronize()
    // What the CPU did in the device's place its clock has not seen.
    if let busy, let now = backend.busyNanoseconds, fallbacks == helped { return now - busy }
    return Clock.nanoseconds() - start
  }

  private func compute(_ op: any Op, _ inputs: [Tensor], _ outputs: [Tensor], isInPlace: Bool) throws {
    if try backend.run(op, inputs: inputs, outputs: outputs) { return }
    fallbacks[type(of: op).name, default: 0] += 1
    let host = HostKernels(backend: backend, ledger: ledger)
    try host.run(op, inputs: inputs, outputs: outputs, isInPlace: isInPlace)
  }

  /// Runs an op whose results lie over `targets` where these are given, in new memory elsewhere; not recorded for
  /// backward.
  func run(_ op: any Op, _ inputs: [Tensor], over targets: [Tensor?]) throws -> [Tensor] {
    let specs = try op.results(of: inputs.map(\.spec))
    let outputs = try zip(specs, targets).map { spec, target in
      try target ?? allocate(spec, purpose: .temporary, op: type(of: op).name)
    }
    let prepared = try inputs.enumerated().map { try laidOut($1, op.layout(ofInput: $0)) }
    try runInPlace(op, prepared, into: outputs)
    return outputs
  }

  func checkCancelled() throws {
    if backend.isCancelled { throw TensorError.interrupted }
  }

  /// Throws unless the tensors live here: no kernel reads another device's memory.
  private func checkOwner(of tensors: [Tensor], for op: any Op) throws {
    guard let stranger = tensors.first(where: { $0.engine !== self }) else { return }
    throw TensorError.elsewhere(
      op: type(of: op).name, device: backend.name, other: stranger.engine.backend.name)
  }

  private func laidOut(_ tensor: Tensor, _ requirement: LayoutRequirement) throws -> Tensor {
    switch requirement {
    case .any: return tensor
    case .rowMajor: return tensor.layout.isRowMajor ? tensor : try run(Copy(order: .rowMajor), tensor)
    case .channelsLast:
      return tensor.layout.isChannelsLast ? tensor : try run(Copy(order: .channelsLast), tensor)
    }
  }

  private func connect(
    _ op: any Op, _ inputs: [Tensor], _ results: [Tensor], layer: Int, mark: SourceMark?
  ) -> [Tensor] {
    guard isGradientEnabled, op.isDifferentiable, inputs.contains(where: \.requiresGradient) else {
      return results
    }
    sequence += 1
    let node = GradientNode(
      op: op, inputs: inputs.map(\.spec), results: results.map(\.spec), edges: inputs.map(\.edge),
      sequence: sequence, layer: layer, mark: mark)
    return results.enumerated().map { index, result in
      guard result.dtype.isFloatingPoint else { return result }
      return Tensor(
        engine: self, storage: result.storage, layout: result.layout, dtype: result.dtype, node: node,
        resultIndex: index)
    }
  }

  private func keepForBackward(_ op: any Op, _ inputs: [Tensor], _ results: [Tensor]) throws {
    guard let node = results.lazy.compactMap(\.node).first else { return }
    for key in op.keeps(needs: node.edges.map { $0 != nil }) where node.kept[key] == nil {
      let tensor: Tensor
      switch key {
      case .input(let index): tensor = inputs[index]
      case .result(let index): tensor = results[index]
      }
      node.kept[key] = try segments.last?.keep(tensor) ?? keeping(tensor)
    }
  }
}

// MARK: - Memory

extension Engine {
  /// Allocates a tensor with undefined values.
  ///
  /// - Throws: ``OutOfMemory`` inside ``TensorError`` when it would pass the budget.
  func allocate(_ spec: TensorSpec, purpose: MemoryCategory, origin: MemoryOrigin, dry: Bool) throws -> Tensor
  {
    let bytes = spec.byteCount
    if !(dry && ledger.budgetLabel == MemoryLedger.machineBudgetLabel) {
      try checkBudget(bytes, spec: spec, origin: origin)
    }
    let buffer = dry ? nil : try buffer(bytes, spec: spec, origin: origin)
    let storage = Storage(bytes: bytes, buffer: buffer, purpose: purpose, ledger: ledger, origin: origin)
    var layout = spec.layout
    layout.offset = 0
    return Tensor(engine: self, storage: storage, layout: layout, dtype: spec.dtype)
  }

  /// Allocates a dense tensor with undefined values at the current place.
  public func allocate(_ spec: TensorSpec, purpose: MemoryCategory, op: String) throws -> Tensor {
    try allocate(spec, purpose: purpose, origin: origin(of: op), dry: isDry)
  }

  /// The current place, for memory that `op` takes.
  func origin(of op: String) -> MemoryOrigin {
    MemoryOrigin(op: ledger.intern(op), layer: layers[layers.count - 1], mark: mark)
  }

  /// Counts bytes that another implementation would hold during `body`, without holding them.
  public func declaring<Result>(bytes: Int, as label: String, _ body: () throws -> Result) throws -> Result {
    let held = try allocate(
      TensorSpec([bytes], .bool), purpose: .temporary, origin: origin(of: label), dry: true)
    defer { withExtendedLifetime(held) {} }
    return try body()
  }

  private func checkBudget(_ bytes: Int, spec: TensorSpec, origin: MemoryOrigin) throws {
    guard let budget = ledger.budget, ledger.bytesInBudget + bytes > budget else { return }
    if reclaim(), ledger.bytesInBudget + bytes <= budget { return }
    throw refusal(bytes, spec: spec, origin: origin, limit: budget, label: ledger.budgetLabel)
  }

  private func buffer(_ bytes: Int, spec: TensorSpec, origin: MemoryOrigin) throws -> any BackendBuffer {
    do {
      do { return try backend.allocate(byteCount: bytes) } catch is BackendOutOfMemory where reclaim() {
        return try backend.allocate(byteCount: bytes)
      }
    } catch let full as BackendOutOfMemory {
      throw refusal(bytes, spec: spec, origin: origin, limit: full.capacity, label: full.device)
    }
  }

  private func refusal(
    _ bytes: Int, spec: TensorSpec, origin: MemoryOrigin, limit: Int, label: String
  ) -> TensorError {
    .outOfMemory(
      OutOfMemory(
        requested: bytes, op: ledger.label(origin.op), layer: ledger.label(origin.layer), shape: spec.shape,
        budget: limit, budgetLabel: label, live: ledger.liveBytes,
        byCategory: ledger.liveCategories,
        holders: ledger.largestHolders(10)))
  }
}

extension MemoryLedger {
  /// What counts against the budget: a machine has to hold no dry tensors, a budget that somebody named counts them.
  fileprivate var bytesInBudget: Int {
    budgetLabel == Self.machineBudgetLabel ? liveBytes - dryBytes : liveBytes
  }

  /// Categories of the total that hold something, largest first.
  public var liveCategories: [(category: MemoryCategory, bytes: Int)] {
    MemoryCategory.allCases.filter(\.countsTowardsTotal).map { ($0, bytes(in: $0)) }.filter { $0.1 > 0 }
      .sorted { $0.1 > $1.1 }
  }

  /// What is held and belongs to no total: library scratch, staging memory, pipelines.
  public var besideTotal: [(category: MemoryCategory, bytes: Int)] {
    MemoryCategory.allCases.filter { !$0.countsTowardsTotal && bytes(in: $0) > 0 }.map { ($0, bytes(in: $0)) }
  }

  /// The largest live storages of the total, named by layer path and op.
  public func largestHolders(_ count: Int) -> [OutOfMemory.Holder] {
    entries.values.filter(\.category.countsTowardsTotal).sorted { ($0.bytes, $1.id) > ($1.bytes, $0.id) }
      .prefix(count).map { entry in
        let layer = label(entry.origin.layer)
        let op = label(entry.origin.op)
        let place = layer.isEmpty ? op : "\(layer) \(op)"
        return OutOfMemory.Holder(
          name: entry.origin.mark.map { "\(place) at \($0)" } ?? place, bytes: entry.bytes)
      }
  }
}

// MARK: - Scopes

extension Engine {
  /// Runs `body` without recording for backward.
  public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = isGradientEnabled
    isGradientEnabled = false
    defer { isGradientEnabled = before }
    return try body()
  }

  /// Switches recording for backward and returns what it was.
  @discardableResult
  public func setGradientEnabled(_ value: Bool) -> Bool {
    let before = isGradientEnabled
    isGradientEnabled = value
    return before
  }

  /// Runs `body` to its end, for which an interrupt waits: writes of milliseconds that happen whole or not at all.
  public func uninterrupted<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = backend.parallel
    backend.parallel = Parallel(threadCount: before.threadCount)
    defer { backend.parallel = before }
    return try body()
  }

  /// Runs `body` with `name` appended to the layer path.
  public func inLayer<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    pushLayer(name)
    defer { popLayer() }
    return try body()
  }

  /// Appends to the layer path until the matching ``popLayer()``.
  public func pushLayer(_ name: String) {
    let path = layerPath
    layers.append(ledger.intern(path.isEmpty ? name : name.isEmpty ? path : "\(path).\(name)"))
  }

  /// Undoes the last ``pushLayer(_:)``.
  public func popLayer() { if layers.count > 1 { layers.removeLast() } }

  /// Runs `body` at the place where a node was made.
  func inLayer<Result>(number: Int, mark: SourceMark?, _ body: () throws -> Result) rethrows -> Result {
    layers.append(number)
    let before = replayMark
    replayMark = mark
    defer {
      layers.removeLast()
      replayMark = before
    }
    return try body()
  }

  /// Runs `body` as a checkpointed segment: its values are dropped and computed again during backward.
  ///
  /// Does nothing more than `body` where gradients are off.
  public func checkpoint<Result>(_ body: () throws -> Result) throws -> Result {
    guard isGradientEnabled else { return try body() }
    let depth = openSegment()
    defer { closeSegments(to: depth) }
    return try body()
  }

  /// Opens a segment and returns the depth to close it to.
  public func openSegment() -> Int {
    let depth = segments.count
    guard isGradientEnabled else { return depth }
    segments.append(Segment(id: nextSegment, name: layerPath, parent: segments.last, engine: self))
    nextSegment += 1
    return depth
  }

  /// How many segments are open.
  public var openSegments: Int { segments.count }

  /// Closes segments down to `depth`; warns where one had no effect.
  public func closeSegments(to depth: Int) {
    while segments.count > depth {
      let segment = segments.removeLast()
      segment.close()
      if !segment.sawGradient {
        warn("checkpoint: nothing inside needs a gradient, so there is nothing to recompute")
      }
    }
  }

  /// Counts a tensor among the arguments that the innermost open segment keeps.
  public func holdInSegment(_ tensor: Tensor) throws { try segments.last?.hold(tensor) }

  /// Runs `body` without recording into open segments: for what a recomputation must not do again, such as a read or a
  /// count.
  public func outsideSegments<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = segments
    segments = []
    defer { segments = before }
    return try body()
  }
}

// MARK: - Gradients' sums

extension Engine {
  /// Adds `contribution` to `target` where it lies.
  func addInPlace(_ contribution: Tensor, to target: Tensor) throws {
    try runInPlace(Add(), [target, contribution], into: target)
  }

  /// `a + b`, written over `a` where nobody else holds it, as PyTorch's engine does.
  func sum(_ a: consuming Tensor, _ b: Tensor) throws -> Tensor {
    var first = consume a
    if isKnownUniquelyReferenced(&first), isKnownUniquelyReferenced(&first.storage), first.layout.isDense {
      try addInPlace(b, to: first)
      return first
    }
    return try run(Add(), first, b)
  }

  func observeGradient(of leaf: Tensor, _ contribution: Tensor) {
    for observer in gradientObservers { observer(leaf, contribution) }
  }
}
