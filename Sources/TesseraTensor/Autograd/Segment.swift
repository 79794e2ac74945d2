/// A place in a checkpointed segment whose value is computed again when backward needs it.
final class SegmentSlot {
  private let segment: Segment
  private let number: Int

  init(_ segment: Segment, _ number: Int) {
    self.segment = segment
    self.number = number
    segment.addUse(of: number)
  }

  deinit { segment.removeUse(of: number) }

  func resolve(op: String) throws -> Tensor { try segment.value(of: number, op: op) }
}

/// A stretch of the forward pass whose values are dropped and computed again during backward.
///
/// While a segment is open every op that runs is recorded: the op (with its random key, if it draws numbers), where
/// its inputs come from, and numbered slots for its results. Graph nodes made meanwhile keep slots, not tensors. The
/// first one that asks for a value replays the recorded ops up to the last slot that anyone still needs. The graph
/// itself is the one of the first pass, so gradients are added up in the same order and equal bit for bit.
final class Segment {
  private enum Reference {
    case external(Int)
    case slot(Int)
  }

  private struct Record {
    let op: any Op
    let inputs: [Reference]
    let firstSlot: Int
    let layer: Int
    let mark: SourceMark?
  }

  let id: Int
  /// Which recomputation this is, for reports: the layer path that opened it.
  let name: String
  private let parent: Segment?
  private let engine: Engine
  private var records: [Record] = []
  private var externals: [KeptValue] = []
  private var externalTensors: [Tensor] = []
  private var externalNumbers: [ObjectIdentifier: Int] = [:]
  private var slotCount = 0
  private var producers: [Int] = []
  private var uses: [Int: Int] = [:]
  private var values: [Int: KeptTensor] = [:]
  private var isReplayed = false
  private(set) var sawGradient = false

  init(id: Int, name: String, parent: Segment?, engine: Engine) {
    self.id = id
    self.name = name
    self.parent = parent
    self.engine = engine
  }

  /// Adds an op that just ran, and gives its results their slots.
  func record(_ op: any Op, inputs: [Tensor], results: [Tensor], layer: Int, mark: SourceMark?) throws {
    let references = try inputs.map(reference)
    records.append(Record(op: op, inputs: references, firstSlot: slotCount, layer: layer, mark: mark))
    for (offset, result) in results.enumerated() {
      result.slots[id] = slotCount + offset
      producers.append(records.count - 1)
      sawGradient = sawGradient || result.node != nil
    }
    slotCount += results.count
  }

  /// How a node inside this segment keeps `tensor`: as a slot if the segment (or one around it) can make it again.
  func keep(_ tensor: Tensor) throws -> KeptValue {
    if let slot = tensor.slots[id] { return .slot(SegmentSlot(self, slot)) }
    return try parent?.keep(tensor) ?? engine.keeping(tensor)
  }

  /// Keeps a tensor as an argument of the segment, though nothing inside may read it.
  func hold(_ tensor: Tensor) throws { _ = try reference(to: tensor) }

  /// Ends recording; the identities of outside tensors are no longer needed.
  func close() {
    externalTensors = []
    externalNumbers = [:]
  }

  private func reference(to tensor: Tensor) throws -> Reference {
    if let slot = tensor.slots[id] { return .slot(slot) }
    if let number = externalNumbers[ObjectIdentifier(tensor)] { return .external(number) }
    externals.append(try parent?.keep(tensor) ?? engine.keeping(tensor))
    externalTensors.append(tensor)
    externalNumbers[ObjectIdentifier(tensor)] = externals.count - 1
    return .external(externals.count - 1)
  }

  func addUse(of slot: Int) { uses[slot, default: 0] += 1 }

  func removeUse(of slot: Int) {
    guard let count = uses[slot] else { return }
    uses[slot] = count == 1 ? nil : count - 1
    if count == 1 { values[slot] = nil }
  }

  func value(of slot: Int, op: String) throws -> Tensor {
    if !isReplayed { try replay() }
    guard let value = values[slot] else { throw TensorError.graphFreed(op: op) }
    return try value.checked(op: op)
  }

  /// Runs the recorded ops again, up to the last one whose result is still needed.
  private func replay() throws {
    isReplayed = true
    engine.ledger.mark("recompute \(name)")
    engine.recomputedSegments += 1
    guard let last = uses.keys.map({ producers[$0] }).max() else { return }
    let lastReader = lastReaders(through: last)
    var live: [Int: Tensor] = [:]
    for index in 0...last {
      let record = records[index]
      let op = type(of: record.op).name
      let inputs = try record.inputs.map { try input($0, of: op, live: live) }
      let results = try engine.execute(record.op, inputs, layer: record.layer, mark: record.mark)
      for (offset, result) in results.enumerated() {
        let slot = record.firstSlot + offset
        if uses[slot] != nil { values[slot] = KeptTensor(result) }
        if let reader = lastReader[slot], reader > index { live[slot] = result }
      }
      for case .slot(let slot) in record.inputs where lastReader[slot] == index { live[slot] = nil }
    }
    records = []
    // PyTorch's eager mode holds a segment's arguments as long as its graph, so its peaks count them.
    if engine.isFused { externals = [] }
    engine.ledger.mark("recomputed \(name)")
  }

  private func input(_ reference: Reference, of op: String, live: [Int: Tensor]) throws -> Tensor {
    switch reference {
    case .external(let number): return try externals[number].resolve(op: op)
    case .slot(let slot):
      if let tensor = live[slot] { return tensor }
      throw TensorError.graphFreed(op: op)
    }
  }

  private func lastReaders(through last: Int) -> [Int: Int] {
    var readers: [Int: Int] = [:]
    for index in 0...last {
      for case .slot(let slot) in records[index].inputs { readers[slot] = index }
    }
    return readers
  }
}
