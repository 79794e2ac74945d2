import CVulkan

/// The kinds of call into a driver that can fail while a program runs.
enum DriverCall: CaseIterable {
  case allocate, makePipeline, record, submit, wait
}

/// A logical device; it closes when nothing that was made from it is left.
final class OpenDevice {
  let handle: OpaquePointer
  /// Whether somebody reads names of objects and commands; making them takes time.
  let takesNames: Bool
  /// Results in the place of calls that are then not made; tests play broken drivers with it.
  var fault: (DriverCall) -> Int32? = { _ in nil }
  private let instance: VulkanInstance

  /// Opens a device, with what the driver remembered of pipelines (or nothing).
  init(_ device: VulkanDevice, of instance: VulkanInstance, cache: [UInt8]) throws {
    var opened: OpaquePointer?
    let result = cache.withUnsafeBytes {
      cv_device_open(
        instance.handle, Int32(device.index), cache.isEmpty ? nil : $0.baseAddress, $0.count, &opened)
    }
    guard result == 0, let opened else { throw VulkanFailure.call("opening \(device.name)", result).error }
    handle = opened
    takesNames = cv_has_names(opened)
    self.instance = instance
  }

  deinit { cv_device_close(handle) }

  /// Makes a call of the driver.
  func call(_ kind: DriverCall, _ body: () -> Int32) -> Int32 { fault(kind) ?? body() }

  /// Memory and pipelines may be freed only when no command uses them.
  func waitUntilIdle() { cv_device_idle(handle) }

  /// For a device that does not answer: nothing waits for it any more, and what it may still use is never freed.
  func abandon() { cv_device_abandon(handle) }

  /// Nanoseconds that finished commands took on the device; nil where it has no clock.
  var busyNanoseconds: UInt64? { cv_has_stamps(handle) ? UInt64(cv_busy(handle)) : nil }

  /// Seconds that the last batch took; nil where the device has no clock.
  var lastBatchSeconds: Double? { cv_has_stamps(handle) ? cv_last_busy(handle) * 1e-9 : nil }
}
