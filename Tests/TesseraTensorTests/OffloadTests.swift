import Foundation
import Testing

@testable import TesseraTensor

/// Values that wait in a file until backward needs them.
@Suite struct OffloadTests {
  private func engine() -> Engine {
    let engine = Engine(backend: CPUBackend(threadCount: 2))
    engine.random = RandomState(seed: 11)
    return engine
  }

  /// 256 KiB that collect a gradient.
  private func leaf(_ engine: Engine) throws -> Tensor {
    let x = try engine.uniform([64, 1024], low: -1, high: 1)
    x.storage.category = .input
    try x.setRequiresGradient(true)
    return x
  }

  /// A chain whose ops keep inputs, results and one tensor several times.
  private func loss(_ x: Tensor) throws -> Tensor {
    let y = try (x * x).gelu().exponential()
    return try (y * y + y.sigmoid() * x).sum()
  }

  private func offloading<Result>(
    _ engine: Engine, to file: OffloadFile? = nil, _ body: () throws -> Result
  ) throws -> Result {
    let restore = try engine.setOffload(to: .disk)
    defer { restore() }
    if let file { engine.offload = Offload(to: .disk) { file } }
    return try body()
  }

  private func bits(_ x: Tensor) throws -> [UInt32] {
    try #require(x.gradient).floats().map(\.bitPattern)
  }

  @Test func `gradients are the same bits, and what is kept is not in memory`() throws {
    let (kept, away) = (engine(), engine())
    let (x, other) = (try leaf(kept), try leaf(away))
    let before = try kept.record("kept") { try loss(x).backward() }.run.report
    let after = try away.record("away") {
      try offloading(away) { try loss(other) }.backward()
    }.run.report
    #expect(try bits(x) == bits(other))
    #expect(try #require(before.forwardEnd).savedBytes > 1_000_000)
    #expect(after.forwardEnd?.savedBytes == 0)
    #expect(after.peakBytes < before.peakBytes)
    #expect(before.offloadedPeak == 0)
    #expect(after.offloadedPeak >= 1_000_000)
    #expect(away.ledger.offloadedBytes == 0)
    #expect(away.ledger.addsUp)
  }

  @Test func `a storage is written once however many ops keep it, and its place is used again`() throws {
    let engine = engine()
    let file = try OffloadFile()
    let x = try leaf(engine)
    for _ in 0..<3 {
      try offloading(engine, to: file) {
        let y = try x.exponential()
        // The result of exp, both factors, and the input of the sigmoid are one storage; its result is another.
        let z = try (y * y + y.reshaped(to: [1024, 64]).sigmoid().reshaped(to: [64, 1024])).sum()
        #expect(file.byteCount == 2 * x.spec.byteCount)
        #expect(engine.ledger.offloadedBytes == 2 * x.spec.byteCount)
        try z.backward()
      }
      #expect(file.byteCount == 0)
    }
  }

  @Test func `places are used again while something else stays in the file`() throws {
    let engine = engine()
    let file = try OffloadFile()
    let x = try leaf(engine)
    let stays = try offloading(engine, to: file) { try x.exponential() }
    for _ in 0..<3 {
      try offloading(engine, to: file) { try x.sigmoid().sum() }.backward()
    }
    #expect(file.byteCount == 2 * x.spec.byteCount)
    try stays.sum().backward()
    #expect(file.byteCount == 0)
  }

  @Test func `a write after the op does not reach what was put away`() throws {
    let engine = engine()
    let x = try leaf(engine)
    let expected = try x.doubles().map(exp)
    let y = try offloading(engine) { try x.exponential() }
    let sum = try y.sum()
    try engine.withoutGradients { try y.assign([Double](repeating: 0, count: y.shape.count)) }
    try sum.backward()
    let gradient = try #require(x.gradient).doubles()
    #expect(zip(gradient, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func `parameters, buffers and small tensors stay`() throws {
    let engine = engine()
    let file = try OffloadFile()
    let x = try leaf(engine)
    for category in [MemoryCategory.parameter, .buffer] {
      x.storage.category = category
      let y = try offloading(engine, to: file) { try engine.run(Square(), x) }
      #expect(file.byteCount == 0)
      #expect(x.storage.isSaved)
      try y.sum().backward()
    }
    let small = try engine.uniform([64, 255])
    try small.setRequiresGradient(true)
    let y = try offloading(engine, to: file) { try small.exponential() }
    #expect(y.storage.isSaved && file.byteCount == 0)
  }

  @Test func `what a checkpointed segment starts from is put away too`() throws {
    let (plain, away) = (engine(), engine())
    let (x, other) = (try leaf(plain), try leaf(away))
    let body = { (x: Tensor) throws -> Tensor in
      let start = try x.exponential()
      return try x.engine.checkpoint { try self.loss(start) }
    }
    try body(x).backward()
    let report = try away.record("away") {
      try offloading(away) { try body(other) }.backward()
    }.run.report
    #expect(try bits(x) == bits(other))
    #expect(report.forwardEnd?.savedBytes == 0)
    #expect(report.offloadedPeak == x.spec.byteCount)
    #expect(report.recomputed.count == 1)
  }

  @Test func `a dry run has the bytes of a real one and makes no file`() throws {
    let reports = try [true, false].map { isDry in
      let engine = engine()
      engine.isDry = isDry
      let restore = try engine.setOffload(to: .disk)
      defer { restore() }
      if isDry { engine.offload = Offload(to: .disk) { throw TensorError.interrupted } }
      let x = try leaf(engine)
      let run = try engine.record("step") { try loss(x).backward() }.run.report
      return [run.peakBytes, run.offloadedPeak, try #require(run.forwardEnd).liveBytes, run.exitBytes]
    }
    #expect(reports[0] == reports[1])
  }

  @Test func `a full disk is one error, and nothing is left of what was begun`() throws {
    let engine = engine()
    let x = try leaf(engine)
    let before = engine.ledger.liveBytes
    let full = OffloadFile(descriptor: open("/dev/full", O_RDWR), folder: "/full")
    let error = #expect(throws: TensorError.self) {
      try offloading(engine, to: full) { try loss(x) }
    }
    #expect(
      error?.message.contains("cannot write 256 KiB to a file in /full: No space left on device") == true)
    #expect(error?.advice?.contains("TMPDIR") == true)
    #expect(engine.ledger.liveBytes == before)
    #expect(engine.ledger.offloadedBytes == 0)
    #expect(engine.ledger.addsUp)
    try loss(x).backward()
  }

  @Test func `a folder that cannot be written is named`() {
    let error = #expect(throws: TensorError.self) { try OffloadFile(in: "/nowhere/at/all") }
    #expect(error?.message.contains("/nowhere/at/all: No such file or directory") == true)
  }

  @Test func `a file has no name that could stay behind`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let engine = engine()
    let file = try OffloadFile(in: folder.path)
    let y = try offloading(engine, to: file) { try loss(leaf(engine)) }
    #expect(file.byteCount > 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    withExtendedLifetime(y) {}
  }

  @Test func `a graph that is dropped gives its places back`() throws {
    let engine = engine()
    let file = try OffloadFile()
    var y: Tensor? = try offloading(engine, to: file) { try loss(leaf(engine)) }
    #expect(file.byteCount > 0 && y != nil)
    y = nil
    #expect(file.byteCount == 0)
    #expect(engine.ledger.liveBytes == 0)
  }

  @Test func `tensors of the processor cannot be put away there, and a captured program not at all`() throws {
    let engine = engine()
    #expect(throws: TensorError.self) { try engine.setOffload(to: .cpu) }
    let x = try leaf(engine)
    #expect(throws: TensorError.self) {
      try engine.capture { try offloading(engine) { try loss(x) }.backward() }
    }
  }
}
