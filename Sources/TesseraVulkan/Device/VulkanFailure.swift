import CVulkan
import Foundation
import TesseraTensor

/// What can go wrong between Tessera and a device, as facts; `error` is the only place that makes sentences of them.
enum VulkanFailure {
  case opening(Int32)
  case noDevice(String, [VulkanDevice])
  case unusable(VulkanDevice)
  case call(String, Int32)
  /// The device is gone; with the op whose commands were recorded last.
  case lost(String)
  /// The device has not finished a batch for too long.
  case hung(String, seconds: Double)
  /// A tensor of a device that was lost.
  case gone
  case shader(String)

  var error: TensorError { .device("vulkan", what: what, advice: advice) }

  private var what: String {
    switch self {
    case .opening(Int32(CV_NO_LOADER)): "there is no Vulkan loader (libvulkan.so.1) here"
    case .opening(Int32(CV_NO_LAYER)): "the validation layer is not installed"
    case .opening(Int32(CV_NO_DRIVER)):
      "the loader found no driver" + (Self.driverSetting.map { " where \($0) points" } ?? "")
    case .opening(let result): "the loader does not start (VkResult \(result))"
    case .noDevice("", let devices):
      devices.isEmpty ? "there is no Vulkan device here" : "no Vulkan device here can be used"
    case .noDevice(let name, _): "there is no Vulkan device \"\(name)\""
    case .unusable(let device): "\(device.name) lacks " + device.missing.joined(separator: ", ")
    case .call(let what, let result): "\(what) failed (VkResult \(result))"
    case .lost(let op): "the device was lost\(Self.around(op)); its tensors are gone"
    case .hung(let op, let seconds):
      "the device has not answered for \(Int(seconds.rounded(.up))) s\(Self.around(op)); its tensors are gone"
    case .gone: "this tensor was on a device that was lost since"
    case .shader(let name): "the binary has no shader \"\(name)\""
    }
  }

  private var advice: String {
    switch self {
    case .opening(Int32(CV_NO_LAYER)): "install the package vulkan-validationlayers"
    case .opening(Int32(CV_NO_DRIVER)) where Self.driverSetting != nil:
      "unset \(Self.driverSetting ?? "") to have the installed drivers found, or name one's file with it"
    case .opening, .noDevice("", _):
      "install the graphics card's Vulkan driver, or the package mesa-vulkan-drivers for a device in software"
    case .noDevice(_, let devices):
      devices.isEmpty
        ? "" : "known: " + devices.map { "vulkan:\($0.index) (\($0.name))" }.joined(separator: ", ")
    case .unusable: "choose another device, or --device cpu"
    case .lost, .hung:
      "the session goes on: new tensors open the device anew. Smaller shapes keep each command shorter; "
        + "--device cpu does without the device"
    case .gone: "make it again, or start over with --device cpu"
    case .call, .shader: ""
    }
  }

  /// The variable that tells the loader where drivers are, where one is set.
  private static var driverSetting: String? {
    ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"].first {
      !(ProcessInfo.processInfo.environment[$0] ?? "").isEmpty
    }
  }

  /// Devices run behind the program: what was asked for last is near the culprit, and need not be it.
  private static func around(_ op: String) -> String { op.isEmpty ? "" : " at or before \(op)" }
}
