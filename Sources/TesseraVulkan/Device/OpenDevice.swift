import CVulkan

/// A logical device; it closes when nothing that was made from it is left.
final class OpenDevice {
  let handle: OpaquePointer
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
    self.instance = instance
  }

  deinit { cv_device_close(handle) }

  /// Memory and pipelines may be freed only when no command uses them.
  func waitUntilIdle() { cv_device_idle(handle) }
}
