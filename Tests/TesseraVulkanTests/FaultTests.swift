import CVulkan
import Testing

@testable import TesseraTensor
@testable import TesseraVulkan

/// Drivers and devices that fail: each failure is one clear error, and the session goes on.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
struct VulkanFaultTests {
  /// The sum of a few ones, computed on the device.
  private func sum(_ engine: Engine) throws -> Double { try engine.full([5], 1).gelu().sum().item() }

  /// What the device's error says.
  private func message(of body: () throws -> Void) -> String {
    do { try body() } catch TensorError.device(_, let what, let advice) {
      return "\(what); \(advice)"
    } catch { return "\(error)" }
    return "no error"
  }

  @Test(arguments: [DriverCall.record, .submit, .wait])
  func `a lost device is one error that names the op; new tensors open it anew, old ones are gone`(
    call: DriverCall
  ) throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    let before = engine.ledger.liveBytes
    do {
      let whole = try sum(engine)
      let old = try engine.full([3], 2)
      backend.connection.device.fault = { $0 == call ? Int32(CV_DEVICE_LOST) : nil }
      let lost = message { _ = try (old + old).sum().item() }
      #expect(lost.contains("the device was lost at or before"), "\(lost)")
      #expect(lost.contains("the session goes on"))
      #expect(try sum(engine) == whole)
      #expect(message { _ = try old.doubles() }.contains("was on a device that was lost"))
      #expect(message { _ = try (old + old).sum() }.contains("was on a device that was lost"))
    }
    #expect(engine.ledger.liveBytes == before && engine.ledger.addsUp)
    #expect(backend.instance.messages == [])
  }

  @Test func `a device that does not answer is an error after a while, not a wait for ever`() throws {
    // Left as it is: what it was made from is never freed, which the validation layer would report.
    let backend = try VulkanBackend(cacheFolder: "/nonexistent")
    let engine = Engine(backend: backend)
    let whole = try sum(engine)
    backend.connection.stream.patience = 0.2
    backend.connection.device.fault = { $0 == .wait ? Int32(CV_TIMEOUT) : nil }
    let hung = message { _ = try sum(engine) }
    #expect(hung.contains("has not answered for 1 s at or before sum"), "\(hung)")
    #expect(try sum(engine) == whole)
  }

  @Test func `an interrupt ends a wait, and the device's work is not lost`() throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    let x = try engine.full([7], 3)
    let stop = Stop()
    backend.parallel = Parallel(threadCount: 1, cancellation: stop)
    backend.connection.device.fault = { call in
      guard call == .wait else { return nil }
      stop.isCancelled = true
      return Int32(CV_TIMEOUT)
    }
    do {
      _ = try x.doubles()
      Issue.record("nothing stopped the wait")
    } catch TensorError.interrupted {}
    backend.connection.device.fault = { _ in nil }
    stop.isCancelled = false
    #expect(try x.doubles() == Array(repeating: 3, count: 7))
  }

  @Test func `a driver that refuses memory or a pipeline is an error, and works again when it does`() throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    backend.connection.device.fault = { $0 == .allocate ? Int32(CV_OUT_OF_DEVICE_MEMORY) : nil }
    #expect(throws: TensorError.self) { try engine.full([32 << 20], 1) }
    backend.connection.device.fault = { $0 == .makePipeline ? -13 : nil }
    #expect(message { _ = try sum(engine) }.contains("making the pipeline"))
    backend.connection.device.fault = { _ in nil }
    #expect(try sum(engine).isFinite)
  }

  @Test func `a tensor larger than the device's largest allocation is refused by its name`() throws {
    let backend = try TestDevice.backend()
    let engine = Engine(backend: backend)
    backend.memory.largestAllocation = 1 << 20
    do {
      _ = try engine.full([1 << 20], 1)
      Issue.record("the device took it")
    } catch TensorError.outOfMemory(let facts) {
      #expect(facts.budget == 1 << 20 && facts.budgetLabel.contains("largest allocation"), "\(facts)")
    }
    #expect(try engine.full([1 << 18], 1).sum().item() == Double(1 << 18))
  }
}

/// How much work a batch takes.
@Suite struct BatchLimitTests {
  @Test func `batches shrink on a slow device until one takes half a second, and grow on a fast one`() {
    func settled(secondsACommand: Double) -> Int {
      (0..<20).reduce(8) { limit, _ in
        CommandStream.batchLimit(limit, after: Double(limit) * secondsACommand)
      }
    }
    #expect(settled(secondsACommand: 1e-5) == 64)
    #expect(settled(secondsACommand: 0.03) == 8)
    #expect(Double(settled(secondsACommand: 0.2)) * 0.2 <= 0.5)
    // A command cannot be cut.
    #expect(settled(secondsACommand: 3) == 1)
  }
}

/// A flag that tests raise.
private final class Stop: Cancellation, @unchecked Sendable {
  var isCancelled = false
}

/// Drivers that lack what Tessera needs, as facts.
@Suite struct VulkanChoiceTests {
  /// A device with everything, of the kind that `VkPhysicalDeviceType` numbers.
  private func facts(kind: UInt32) -> cv_description {
    var facts = cv_description()
    (facts.apiVersion, facts.kind, facts.groupInvocations) = (1 << 22 | 3 << 12, kind, 1024)
    (facts.hasCompute, facts.hasAddresses, facts.hasInt64) = (true, true, true)
    (facts.hasByteStorage, facts.hasHalfStorage) = (true, true)
    return facts
  }

  @Test func `a device without a needed feature is passed over, and refused by name with what it lacks`()
    throws
  {
    var poor = facts(kind: 2)
    (poor.hasInt64, poor.hasAddresses, poor.apiVersion) = (false, false, 1 << 22 | 1 << 12)
    let devices = [VulkanDevice(index: 0, poor), VulkanDevice(index: 1, facts(kind: 4))]
    #expect(try VulkanInstance.device(named: nil, among: devices).index == 1)
    do {
      _ = try VulkanInstance.device(named: "vulkan:0", among: devices)
      Issue.record("it was taken")
    } catch TensorError.device(_, let what, let advice) {
      #expect(what.hasSuffix("lacks Vulkan 1.2, buffer device addresses, 64-bit integers"), "\(what)")
      #expect(advice.contains("--device cpu"))
    }
  }

  @Test func `where no device can be used the error says so`() {
    var poor = facts(kind: 2)
    poor.hasCompute = false
    do {
      _ = try VulkanInstance.device(named: nil, among: [VulkanDevice(index: 0, poor)])
      Issue.record("it was taken")
    } catch {
      #expect((error as? TensorError)?.message == "vulkan: no Vulkan device here can be used")
    }
  }

  @Test func `a discrete device goes before an integrated one, and that before one in software`() throws {
    let devices = [4, 1, 2].enumerated().map { VulkanDevice(index: $0, facts(kind: $1)) }
    #expect(try VulkanInstance.device(named: "vulkan", among: devices).index == 2)
    #expect(try VulkanInstance.device(named: "vulkan", among: Array(devices.prefix(2))).index == 1)
  }
}
