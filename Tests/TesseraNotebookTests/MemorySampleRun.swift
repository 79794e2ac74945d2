@testable import TesseraTensor

/// A training step that no network ran: the ledger's events of one, with the sizes of SwinUNETR at 128³, F 24.
struct MemorySampleRun {
  /// A module, what its ops keep (MB, as measured with PyTorch), and in how many pieces.
  static let modules: [(path: String, megabytes: Double, pieces: Int)] = [
    ("swinViT.layers1.0.blocks.0", 1871.1, 9), ("swinViT.layers1.0.blocks.1", 1871.1, 9),
    ("swinViT.layers2.0.blocks.0", 942.2, 9), ("swinViT.layers3.0.blocks.0", 380.3, 9),
    ("swinViT.layers4.0.blocks.0", 213.1, 9), ("encoder1", 1006.6, 5), ("encoder2", 125.8, 5),
    ("encoder3", 31.5, 5), ("decoder3", 44, 6), ("decoder2", 176.2, 6), ("decoder1", 1409.3, 7),
  ]

  let ledger = MemoryLedger()
  var kept: [(module: Int, id: Int)] = []

  /// The report of a step in which modules of the encoder's stages are checkpointed, or none.
  static func report(_ label: String, checkpointed: Bool) -> MemoryReport {
    var run = MemorySampleRun()
    return run.record(label, checkpointed: checkpointed)
  }

  private mutating func record(_ label: String, checkpointed: Bool) -> MemoryReport {
    for (category, megabytes) in [
      (MemoryCategory.parameter, 62.8), (.optimizer, 125.6), (.input, 58.8),
    ] {
      _ = birth(megabytes, category, "", "tensor")
    }
    let recorder = ledger.startRecording()
    for module in Self.modules.indices { forward(module, checkpointed) }
    ledger.mark("backward")
    var gradients: [Int] = []
    for module in Self.modules.indices.reversed() { gradients.append(backward(module, checkpointed)) }
    ledger.mark("backward done")
    ledger.mark("step")
    for gradient in gradients { ledger.recordDeath(gradient) }
    ledger.mark("step done")
    ledger.stop(recorder)
    return MemoryReport(
      recorder, labels: ledger, label: label,
      setting: .init(seed: 0, device: "cpu", isDry: false, isFused: false))
  }

  private func isCheckpointed(_ module: Int, _ checkpointed: Bool) -> Bool {
    checkpointed && Self.modules[module].path.hasPrefix("swinViT")
  }

  private mutating func forward(_ module: Int, _ checkpointed: Bool) {
    run(module)
    guard isCheckpointed(module, checkpointed) else { return }
    let dropped = kept.filter { $0.module == module }.dropFirst()
    for entry in dropped { ledger.recordDeath(entry.id) }
    kept.removeAll { entry in dropped.contains { $0.id == entry.id } }
  }

  private mutating func run(_ module: Int) {
    let (path, megabytes, pieces) = Self.modules[module]
    for piece in 0..<pieces {
      let scratch = birth(megabytes / Double(pieces), .temporary, path, "softmax")
      let id = birth(megabytes / Double(pieces), .temporary, path, piece == 0 ? "linear" : "matmul")
      ledger.recordChange(id, category: .activation, isSaved: true, keeper: ledger.intern(path))
      ledger.recordDeath(scratch)
      kept.append((module, id))
    }
  }

  private mutating func backward(_ module: Int, _ checkpointed: Bool) -> Int {
    let (path, megabytes, pieces) = Self.modules[module]
    if isCheckpointed(module, checkpointed) {
      for entry in kept where entry.module == module { ledger.recordDeath(entry.id) }
      kept.removeAll { $0.module == module }
      ledger.mark("recompute \(path)")
      run(module)
      ledger.mark("recomputed \(path)")
    }
    // The gradient of a stage-1 softmax: two more score matrices.
    if path.hasPrefix("swinViT.layers1") {
      ledger.recordDeath(birth(2 * 1411.8, .temporary, path, "softmax_backward"))
    }
    var flowing: [Int] = []
    for entry in kept.filter({ $0.module == module }).reversed() {
      flowing.append(birth(1.5 * megabytes / Double(pieces), .temporary, path, "conv3d_backward"))
      ledger.recordDeath(entry.id)
      if flowing.count > 1 { ledger.recordDeath(flowing.removeFirst()) }
    }
    for id in flowing { ledger.recordDeath(id) }
    kept.removeAll { $0.module == module }
    return birth(5.7, .gradient, path, "add")
  }

  private mutating func birth(
    _ megabytes: Double, _ category: MemoryCategory, _ layer: String, _ op: String
  ) -> Int {
    let origin = MemoryOrigin(
      op: ledger.intern(op), layer: ledger.intern(layer), mark: SourceMark(file: "lesson", line: 12))
    return ledger.recordBirth(bytes: Int(megabytes * 1e6), category: category, origin: origin)
  }
}
