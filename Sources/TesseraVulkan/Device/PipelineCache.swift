import CVulkan
import Foundation
import TesseraTensor

/// Pipelines by shader and specialization constants; made on first use, kept, and remembered on disk by the driver.
final class PipelineCache {
  private struct Key: Hashable {
    let shader: Shader
    let bySubgroups: Bool
    let constants: [UInt32]
  }
  private let device: OpenDevice
  private let file: PipelineFile?
  private var pipelines: [Key: OpaquePointer] = [:]
  private var hasNew = false

  /// Bytes of the shaders that pipelines were made from; what the driver makes of them it does not say.
  private(set) var byteCount = 0

  init(device: OpenDevice, file: PipelineFile?) {
    self.device = device
    self.file = file
  }

  deinit {
    device.waitUntilIdle()
    pipelines.values.forEach { cv_pipeline_free(device.handle, $0) }
  }

  func pipeline(_ shader: Shader, bySubgroups: Bool, _ constants: [Int]) throws -> OpaquePointer {
    let key = Key(
      shader: shader, bySubgroups: bySubgroups, constants: constants.map { UInt32(truncatingIfNeeded: $0) })
    if let known = pipelines[key] { return known }
    guard let code = shader.code(bySubgroups: bySubgroups) else {
      throw VulkanFailure.shader(shader.rawValue).error
    }
    var made: OpaquePointer?
    let result = device.call(.makePipeline) {
      cv_pipeline_make(
        device.handle, code.baseAddress, code.count, key.constants, UInt32(key.constants.count),
        shader.multipliesMatrices, &made)
    }
    guard result == 0, let made else {
      throw VulkanFailure.call("making the pipeline \"\(shader.rawValue)\"", result).error
    }
    if device.takesNames {
      cv_pipeline_name(
        device.handle, made, ([shader.rawValue] + constants.map(String.init)).joined(separator: " "))
    }
    pipelines[key] = made
    byteCount += code.count
    hasNew = true
    return made
  }

  /// What every cache begins with: Mesa's device in software has no more, as it keeps compiled code in files of its own.
  private static let headerBytes = 32

  /// Writes the driver's cache where pipelines were made since the last time; a failure only costs time later.
  func save() {
    guard hasNew, let file else { return }
    hasNew = false
    let size = cv_cache_data(device.handle, nil, 0)
    guard size > Self.headerBytes else { return }
    var bytes = [UInt8](repeating: 0, count: size)
    let written = bytes.withUnsafeMutableBytes { cv_cache_data(device.handle, $0.baseAddress, size) }
    file.write(Array(bytes.prefix(written)))
  }
}

/// The driver's pipeline cache on disk, in the user's cache folder.
struct PipelineFile {
  private let path: String

  /// One file a driver and product; nil where the user has no folder for caches.
  init?(device: VulkanDevice, folder: String? = nil) {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"].map { $0 + "/.cache" }
    guard let caches = folder ?? environment["XDG_CACHE_HOME"].flatMap({ $0.isEmpty ? nil : $0 }) ?? home
    else {
      return nil
    }
    path = "\(caches)/tessera/vulkan-\(device.cacheIdentity).bin"
  }

  /// The cache; nil where there is none, or the file is not what was written.
  func read() -> [UInt8]? {
    guard let data = FileManager.default.contents(atPath: path), data.count > 8 else { return nil }
    let bytes = [UInt8](data)
    let body = Array(bytes.dropFirst(8))
    return Array(bytes.prefix(8)) == Self.seal(body) ? body : nil
  }

  func write(_ bytes: [UInt8]) {
    let folder = (path as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Whole or not at all: another process may read it at the same time.
    try? Data(Self.seal(bytes) + bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// FNV-1a over the bytes: drivers need not survive a damaged cache.
  private static func seal(_ bytes: [UInt8]) -> [UInt8] {
    let hash = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt64($0))) }
  }
}
