import CVulkan
import Testing

@testable import TesseraTensor
@testable import TesseraVulkan

/// The device's clock, and the names that tools show.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
struct VulkanClockTests {
  @Test func `a profiled op is charged what the device computed, within the time it took here`() throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    let a = try engine.uniform([192, 192])
    _ = try engine.run(MatMul(), a, a)
    try engine.backend.synchronize()
    let busy = try #require(backend.busyNanoseconds)
    var runs: [OpRun] = []
    engine.opTimer = { runs.append($0) }
    let start = Clock.nanoseconds()
    for _ in 0..<5 { _ = try engine.run(MatMul(), a, a) }
    let wall = Clock.nanoseconds() - start
    let charged = runs.map(\.nanoseconds)
    #expect(charged.count == 5 && charged.allSatisfy { $0 > 0 })
    #expect(charged.reduce(0, +) == backend.busyNanoseconds.map { $0 - busy })
    #expect(charged.reduce(0, +) <= wall)
  }

  @Test func `an op that the CPU runs for the device is charged the time it took`() throws {
    let engine = Engine(backend: try TestDevice.backend())
    let x = try engine.tensor([1, 2], [2], dtype: .float64)
    var runs: [OpRun] = []
    engine.opTimer = { runs.append($0) }
    _ = try x + x
    #expect(runs.count == 1 && runs[0].nanoseconds > 0 && engine.fallbacks == ["add": 1])
  }

  @Test func `a report ends when the device has finished, and holds the driver's count`() throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    let run = try engine.record("step") { try engine.uniform([256, 256]).gelu() }.run
    // Everything has finished: nothing is added by waiting once more.
    let busy = backend.busyNanoseconds
    try backend.synchronize()
    #expect(backend.busyNanoseconds == busy)
    #expect(run.report.deviceBytes == nil || run.report.deviceBytes! > 0)
    #expect((run.report.deviceBytes != nil) == (backend.limits.driver != nil))
  }

  @Test(.enabled(if: TestDevice.hasValidation, "the validation layer is not installed"))
  func `messages of the validation layer call memory by its name`() throws {
    let instance = try VulkanInstance(validate: true)
    let device = try OpenDevice(instance.device(named: nil), of: instance, cache: [])
    #expect(device.takesNames)
    let memory = DeviceMemory(device: device, largestAllocation: 1 << 30)
    let piece = try #require(try memory.allocate(256))
    let block = try #require(memory.handle(of: piece))
    // A copy past the end.
    _ = cv_copy(device.handle, block, 1 << 30, block, 0, 256)
    #expect(instance.messages.contains { $0.contains("tensors, block 1") }, "\(instance.messages)")
  }
}
