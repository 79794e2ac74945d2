import CVulkan
import Foundation
import Testing

@testable import TesseraTensor
@testable import TesseraVulkan

/// Memory, order, random numbers and errors of the backend.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
struct VulkanBackendTests {
  @Test func `bytes come back as they went, also more than one staging part holds`() throws {
    let engine = Engine(backend: try TestDevice.backend())
    for count in [0, 1, 255, 1 << 20, (9 << 20) / 4 + 3] {
      let values = (0..<count).map { Float($0 % 1009) }
      #expect(try engine.tensor(copying: values, [count], dtype: .float32).floats() == values)
    }
  }

  @Test func `uniform numbers and integers are the CPU's bit for bit, normal ones to rounding`() throws {
    let engines = [Engine(backend: try TestDevice.backend()), Engine(backend: CPUBackend())]
    for engine in engines { engine.random = RandomState(seed: 11) }
    #expect(
      try engines[0].uniform([1001], low: -1, high: 3).floats()
        == engines[1].uniform([1001], low: -1, high: 3).floats())
    #expect(
      try engines[0].randomIntegers([777], low: -5, high: 1 << 40).integers()
        == engines[1].randomIntegers([777], low: -5, high: 1 << 40).integers())
    #expect(
      try engines[0].bernoulli([999], probability: 0.3).floats()
        == engines[1].bernoulli([999], probability: 0.3).floats())
    let normal = try engines.map { try $0.normal([2000]).doubles() }
    #expect(OpAgreement.relativeError(normal[0], normal[1]) <= 1e-6)
    #expect(engines[0].fallbacks == [:])
  }

  @Test func `products and sums of odd and deep shapes are the CPU's`() throws {
    let engines = [Engine(backend: try TestDevice.backend()), Engine(backend: CPUBackend())]
    let values = try engines.map { engine in
      engine.random = RandomState(seed: 3)
      let (a, b) = (try engine.uniform([33, 700], low: -1), try engine.uniform([700, 9], low: -1))
      let x = try engine.uniform([3, 5000, 2], low: -1)
      return try [
        engine.run(MatMul(), a, b).doubles(),
        engine.run(MatMul(), b.transposed(0, 1), a.transposed(0, 1)).doubles(),
        engine.run(Sum(dims: [1]), x).doubles(), engine.run(Mean(), x).doubles(),
        engine.run(Sum(dims: [0, 2]), x).doubles(), engine.run(Max(dim: 1), x).doubles(),
      ]
    }
    for (got, wanted) in zip(values[0], values[1]) { #expect(OpAgreement.relativeError(got, wanted) <= 4e-6) }
    #expect(engines[0].fallbacks == [:])
  }

  @Test func `a tensor larger than a descriptor reaches is written and read`() throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    let count = (130 << 20) / 4
    let x = try engine.run(Fill(TensorSpec([count], .float32), value: 2))
    let end = try x.sliced(dim: 0, start: count - 3)
    #expect(try end.floats() == [2, 2, 2])
  }

  @Test func `an op without a shader runs on the CPU and is counted`() throws {
    let engine = Engine(backend: try TestDevice.backend())
    let x = try engine.tensor([1, 2, 3], [3], dtype: .float64)
    #expect(try (x + x).doubles() == [2, 4, 6])
    #expect(engine.fallbacks == ["add": 1])
  }

  @Test func `an index out of range is an error, also where it was right before`() throws {
    let engine = Engine(backend: try TestDevice.backend())
    let x = try engine.tensor([1, 2, 3], [3])
    let index = try engine.tensor([0, -1], [2], dtype: .int64)
    #expect(try engine.run(IndexSelect(dim: 0), x, index).doubles() == [1, 3])
    try index.assign([0, 3])
    #expect(throws: TensorError.self) { try engine.run(IndexSelect(dim: 0), x, index) }
  }

  @Test func `a device without room refuses as the budget does, and the ledger balances`() throws {
    let engine = Engine(backend: try TestDevice.backend())
    let before = engine.ledger.liveBytes
    #expect(engine.ledger.bytes(in: .staging) > 0)
    let huge = try #require(engine.backend as? VulkanBackend).device.largestAllocation / 4 + 1024
    do {
      _ = try engine.full([huge], 1)
      Issue.record("the device had room")
    } catch TensorError.outOfMemory(let facts) {
      #expect(facts.requested == huge * 4)
    }
    do { _ = try engine.full([10], 1) + engine.full([10], 2) }
    #expect(engine.ledger.bytes(in: .pipeline) > 0)
    #expect(engine.ledger.liveBytes == before && engine.ledger.addsUp)
  }

  @Test func `a device that fills up within a step says so, and the session goes on`() throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    let x = try engine.uniform([1 << 20], low: -1)
    func step() throws -> Double { try ((x * x).gelu() + x).sum().item() }
    let whole = try step()
    backend.memory.blockLimit = backend.memory.reservedBytes
    let held = (0..<8).map { _ in try? engine.full([1 << 20], 1) }
    #expect(held.contains { $0 == nil })
    do {
      _ = try step()
      Issue.record("the device had room")
    } catch TensorError.outOfMemory(let facts) {
      #expect(facts.budgetLabel == backend.device.name)
      #expect(!facts.advice.isEmpty)
    }
    withExtendedLifetime(held) {}
    backend.memory.blockLimit = .max
    #expect(try step() == whole)
  }

  @Test(.enabled(if: TestDevice.tellsBudget, "the driver does not tell its memory budget"))
  func `the driver counts at least what tensors were written to, within what the device has`() throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    let x = try engine.full([16 << 20], 1)
    try backend.synchronize()
    let (budget, usage) = try #require(backend.instance.memory(of: backend.device))
    #expect(usage >= backend.memory.reservedBytes && usage >= x.storage.byteCount, "\(usage)")
    let local = backend.device.heaps.filter(\.isLocal).map(\.bytes).reduce(0, +)
    #expect(budget > 0 && budget <= local && usage <= local, "\(budget), \(usage) of \(local)")
    #expect((backend.limits.driver == nil) == (backend.device.kind == .processor))
  }

  @Test func `freed memory is one range again`() throws {
    let backend = try TestDevice.backend()
    do {
      let buffers = try [3, 5000, 100, 70000, 256].map { try backend.allocate(byteCount: $0) }
      withExtendedLifetime(buffers) {}
    }
    #expect(backend.memory.trim())
    #expect(backend.memory.reservedBytes == 0)
  }

  @Test func `a cache file that is damaged is ignored and written again`() throws {
    let folder = NSTemporaryDirectory() + "tessera-pipelines-\(UInt32.random(in: 0...UInt32.max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let device = try VulkanInstance().device(named: nil)
    let file = try #require(PipelineFile(device: device, folder: folder))
    #expect(file.read() == nil)
    file.write([1, 2, 3])
    #expect(file.read() == [1, 2, 3])
    let path = try #require(FileManager.default.subpaths(atPath: folder)?.first { $0.hasSuffix(".bin") })
    let url = URL(fileURLWithPath: folder + "/" + path)
    let whole = [UInt8](try Data(contentsOf: url))
    for index in whole.indices {
      var damaged = whole
      damaged[index] ^= 1
      try Data(damaged).write(to: url)
      #expect(file.read() == nil, "byte \(index)")
    }
    for length in whole.indices {
      try Data(whole.prefix(length)).write(to: url)
      #expect(file.read() == nil, "cut to \(length)")
    }
    file.write([4])
    #expect(file.read() == [4])
  }

  @Test func `a device that is not there is an error that names those that are`() throws {
    #expect(throws: TensorError.self) { try VulkanBackend("vulkan:99") }
    #expect(try VulkanInstance().device(named: "vulkan:0").index == 0)
  }
}

/// The embedded shaders belong to their sources.
@Suite struct ShaderTests {
  @Test func `every shader is embedded, and compiled from the source beside it`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/TesseraVulkan/Shaders")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let headers = try names.filter { $0.hasSuffix(".glsl") }.map {
      try Data(contentsOf: folder.appending(path: $0))
    }
    let sources = names.filter { $0.hasSuffix(".comp") }
    #expect(Set(sources) == Set(Shader.allCases.map { $0.rawValue + ".comp" }))
    for name in sources {
      let shader = String(name.dropLast(5))
      let source = try Data(contentsOf: folder.appending(path: name))
      let checksum = Self.cksum(headers.reduce(source) { $0 + $1 })
      let entry = try #require(Shader.entries[shader], "\(name)")
      #expect(checksum == entry.checksum, "\(name): run scripts/shaders")
      let addsRows = String(decoding: source, as: UTF8.self).contains("sumOfRows")
      let variant = Shader.entries[shader + "_subgroups"]
      #expect(variant?.checksum == (addsRows ? checksum : nil), "\(name): run scripts/shaders")
    }
  }

  /// POSIX cksum: a CRC of the bytes, then of their number.
  private static func cksum(_ data: Data) -> UInt32 {
    var crc: UInt32 = 0
    func add(_ byte: UInt8) {
      crc ^= UInt32(byte) << 24
      for _ in 0..<8 { crc = crc & 0x8000_0000 != 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1 }
    }
    for byte in data { add(byte) }
    var length = data.count
    while length > 0 {
      add(UInt8(length & 255))
      length >>= 8
    }
    return ~crc
  }
}
