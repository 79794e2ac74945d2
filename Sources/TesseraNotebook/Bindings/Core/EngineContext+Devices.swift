import TesseraScript
import TesseraTensor
import TesseraVulkan

extension EngineContext {
  /// The engine of a device; opened when first asked for, and kept with its ledger for as long as the session.
  ///
  /// - Throws: when there is no such device.
  func engine(on name: String) throws -> Engine {
    if let known = engines.first(where: { $0.answers(to: name) }) { return known }
    let made = Engine(backend: try Self.backend(named: name))
    // A name such as `vulkan:0` may stand for a device that is open as `vulkan`.
    if let known = engines.first(where: { $0.isSameDevice(as: made) }) { return known }
    made.isFused = engine.isFused
    made.random = RandomState(seed: engine.random.seed)
    engines.append(made)
    prepare(made)
    return made
  }

  /// A backend by the name that `--device` takes.
  static func backend(named name: String) throws -> any Backend {
    if name == "cpu" { return CPUBackend() }
    if name == "vulkan" || name.hasPrefix("vulkan:") {
      do { return try VulkanBackend(name) } catch let error as TensorError { throw ScriptError(error) }
    }
    if name.hasPrefix("cuda") || name == "mps" {
      throw ScriptError(
        "there is no device \"\(name)\"", help: "graphics cards compute as \"vulkan\"", code: "E0812")
    }
    throw ScriptError("there is no device \"\(name)\"", help: "known: \"cpu\", \"vulkan\"", code: "E0805")
  }
}

extension Engine {
  fileprivate func answers(to name: String) -> Bool {
    guard let vulkan = backend as? VulkanBackend else { return name == backend.name }
    return name == "vulkan" || name == "vulkan:\(vulkan.device.index)"
  }

  fileprivate func isSameDevice(as other: Engine) -> Bool {
    guard let mine = backend as? VulkanBackend, let its = other.backend as? VulkanBackend else {
      return false
    }
    return mine.device.index == its.device.index
  }
}
