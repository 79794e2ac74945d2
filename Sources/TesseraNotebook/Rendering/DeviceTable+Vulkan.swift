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

  /// The device's own products of matrices, tried out; nil for a device without them.
  private static func matrixProducts(of device: VulkanDevice) -> String? {
    guard !device.matrixShapes.isEmpty,
      let found = try? VulkanBackend("vulkan:\(device.index)").matrixProducts()
    else { return nil }
    return found.map { "\($0.dtype) by subgroups, \($0.shape)\(note(on: $0.use))" }.joined(separator: "; ")
  }

  private static func note(on use: MatrixProduct.Use) -> String {
    switch use {
    case .used: ""
    case .slower: ": right, and not used, as a device in software is faster without"
    case .wrong: ": not used, as the driver makes them wrongly"
    }
  }

  private static func limits(of device: VulkanDevice, _ instance: VulkanInstance) -> Table {
    let memory = instance.memory(of: device)
    // Mesa's device in software counts so.
    let user = device.kind == .processor ? "the machine" : "this process"
    let heaps = device.heaps.map { "\(ByteCount.size($0.bytes))\($0.isLocal ? "" : " of the host")" }
    let rows: [(String, String?)] = [
      ("driver", device.driver),
      ("memory heaps", heaps.joined(separator: ", ")),
      ("driver's budget", memory.map { "\(ByteCount.size($0.budget)) for \(user)" }),
      ("in use by the driver's count", memory.map { "\(ByteCount.size($0.usage)) by \(user)" }),
      (
        "range of a descriptor",
        "\(ByteCount.size(device.largestBufferRange)); tensors go by address, without it"
      ),
      ("memory shared by a workgroup", ByteCount.size(device.sharedMemory)),
      ("invocations a workgroup", "\(device.groupInvocations)"),
      ("workgroups a dispatch", "\(device.groupCount)"),
      ("subgroup", "\(device.subgroupSize) invocations"),
      ("products of 16-bit matrices", matrixProducts(of: device)),
    ]
    return Table(
      header: ["vulkan:\(device.index)", ""], rows: rows.compactMap { name, text in text.map { [name, $0] } })
  }
}
