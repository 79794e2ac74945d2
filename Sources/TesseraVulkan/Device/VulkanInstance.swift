import CVulkan
import Foundation
import TesseraTensor

/// The loader, opened when first asked for; a program that never asks never opens it.
///
/// Used from one thread at a time.
public final class VulkanInstance {
  let handle: OpaquePointer
  /// The devices, in the loader's order.
  public let devices: [VulkanDevice]

  /// Opens the loader; with `validate`, also the validation layer, whose messages ``messages`` collects.
  ///
  /// - Throws: ``TensorError`` where there is no loader, or no such layer.
  public init(validate: Bool = false) throws {
    var opened: OpaquePointer?
    // For tools that show a device's work, such as RenderDoc: names cost time where nobody reads them.
    let names = ProcessInfo.processInfo.environment["TESSERA_VULKAN_NAMES"] == "1"
    let result = cv_open(validate, names, &opened)
    guard result == 0, let opened else { throw VulkanFailure.opening(result).error }
    handle = opened
    devices = (0..<Int(cv_device_count(opened))).map { index in
      var facts = cv_description()
      cv_describe(opened, Int32(index), &facts)
      return VulkanDevice(index: index, facts, shapes: Self.matrixShapes(of: index, opened))
    }
  }

  private static func matrixShapes(of index: Int, _ handle: OpaquePointer) -> [cv_matrix_shape] {
    // Drivers list a dozen or two.
    var shapes = [cv_matrix_shape](repeating: cv_matrix_shape(), count: 64)
    let count = cv_matrix_shapes(handle, Int32(index), &shapes, Int32(shapes.count))
    return Array(shapes.prefix(Int(count)))
  }

  /// What the driver lets this process use of a device's own memory, and what it uses; nil where it does not say.
  ///
  /// A device in software may mean all processes together.
  public func memory(of device: VulkanDevice) -> (budget: Int, usage: Int)? {
    var (budget, usage): (UInt64, UInt64) = (0, 0)
    guard cv_memory_budget(handle, Int32(device.index), &budget, &usage) else { return nil }
    return (Int(clamping: budget), Int(clamping: usage))
  }

  deinit { cv_close(handle) }

  /// What the validation layer has said so far, one line each.
  public var messages: [String] {
    var count: Int32 = 0
    let text = cv_messages(handle, &count).map { String(cString: $0) } ?? ""
    return count == 0 ? [] : text.split(separator: "\n").map(String.init)
  }

  /// The device that a name stands for: `vulkan` or nil for the best, `vulkan:1` by index, or a part of its name.
  ///
  /// The best is a usable discrete one, then an integrated one, then whatever there is.
  public func device(named name: String?) throws -> VulkanDevice {
    try Self.device(named: name, among: devices)
  }

  static func device(named name: String?, among devices: [VulkanDevice]) throws -> VulkanDevice {
    let wanted =
      name.map { $0.hasPrefix("vulkan:") ? String($0.dropFirst(7)) : $0 == "vulkan" ? "" : $0 } ?? ""
    let fits = devices.filter { device in
      if wanted.isEmpty { return device.isUsable }
      if let index = Int(wanted) { return device.index == index }
      return device.name.lowercased().contains(wanted.lowercased())
    }
    guard let best = fits.min(by: { rank($0) < rank($1) }) else {
      throw VulkanFailure.noDevice(wanted, devices).error
    }
    guard best.isUsable else { throw VulkanFailure.unusable(best).error }
    return best
  }

  private static func rank(_ device: VulkanDevice) -> Int {
    switch device.kind {
    case .discrete: 0
    case .integrated: 1
    case .virtual: 2
    case .other: 3
    case .processor: 4
    }
  }
}
