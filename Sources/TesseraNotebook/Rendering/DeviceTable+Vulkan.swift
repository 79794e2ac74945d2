import TesseraTensor
import TesseraVulkan

extension DeviceTable {
  /// Vulkan's devices, and a table of limits for each; where there is none, a row that says why.
  public static var vulkan: (rows: [Row], limits: [Table]) {
    do {
      let instance = try VulkanInstance()
      guard !instance.devices.isEmpty else { return (absent("the loader knows no driver"), []) }
      return (instance.devices.map(row), instance.devices.map { limits(of: $0, instance) })
    } catch {
      let known = error as? TensorError
      return (
        absent([known?.message ?? "\(error)", known?.advice].compactMap { $0 }.joined(separator: "; ")), []
      )
    }
  }

  private static func absent(_ reason: String) -> [Row] {
    [Row(name: "vulkan", device: "none", limits: nil, note: reason)]
  }

  private static func row(_ device: VulkanDevice) -> Row {
    let facts = [device.kind.rawValue, "Vulkan \(device.version)"] + device.features
    let lacks = device.isUsable ? [] : ["cannot be used, lacks " + device.missing.joined(separator: ", ")]
    return Row(
      name: "vulkan:\(device.index)", device: device.name,
      limits: BackendLimits(largestAllocation: device.largestAllocation, totalMemory: device.memory),
      note: (facts + lacks).joined(separator: "; "))
  }

  private static func limits(of device: VulkanDevice, _ instance: VulkanInstance) -> Table {
    let memory = instance.memory(of: device)
    let heaps = device.heaps.map { "\(ByteCount.size($0.bytes))\($0.isLocal ? "" : " of the host")" }
    let rows: [(String, String?)] = [
      ("driver", device.driver),
      ("memory heaps", heaps.joined(separator: ", ")),
      ("driver's budget for this process", memory.map { ByteCount.size($0.budget) }),
      ("in use by the driver's count", memory.map { ByteCount.size($0.usage) }),
      (
        "range of a descriptor",
        "\(ByteCount.size(device.largestBufferRange)); tensors go by address, without it"
      ),
      ("memory shared by a workgroup", ByteCount.size(device.sharedMemory)),
      ("invocations a workgroup", "\(device.groupInvocations)"),
      ("workgroups a dispatch", "\(device.groupCount)"),
      ("subgroup", "\(device.subgroupSize) invocations"),
    ]
    return Table(
      header: ["vulkan:\(device.index)", ""], rows: rows.compactMap { name, text in text.map { [name, $0] } })
  }
}
