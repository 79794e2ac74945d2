import TesseraTensor
import TesseraVulkan

extension DeviceTable {
  /// Vulkan's devices; where there is none, a row that says why.
  public static var vulkan: [Row] {
    do {
      return try VulkanInstance().devices.map(row)
    } catch {
      let reason = (error as? TensorError).map(\.message) ?? "\(error)"
      return [Row(name: "vulkan", device: "none", limits: nil, note: reason)]
    }
  }

  private static func row(_ device: VulkanDevice) -> Row {
    let facts = [device.kind.rawValue, "Vulkan \(device.version)"] + device.features
    let lacks = device.isUsable ? [] : ["cannot be used, lacks " + device.missing.joined(separator: ", ")]
    return Row(
      name: "vulkan:\(device.index)", device: device.name,
      limits: BackendLimits(largestAllocation: device.largestAllocation, totalMemory: device.memory),
      note: (facts + lacks).joined(separator: "; "))
  }
}
