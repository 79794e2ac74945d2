import CVulkan
import TesseraTensor

/// What a Vulkan device is, can hold and can do; sizes in bytes.
public struct VulkanDevice: Sendable {
  /// The sorts of device.
  public enum Kind: String, Sendable {
    case discrete, integrated, virtual, processor, other
  }

  /// Its place in the loader's list.
  public let index: Int
  /// The product's name.
  public let name: String
  /// The driver's name and version.
  public let driver: String
  /// The newest Vulkan it speaks, such as `1.3.230`.
  public let version: String
  /// What sort it is.
  public let kind: Kind
  /// The largest heap of its own.
  public let memory: Int
  /// Its memory heaps, in the driver's order; a device without memory of its own has one, and that counts as local.
  public let heaps: [(bytes: Int, isLocal: Bool)]
  /// The largest single allocation.
  public let largestAllocation: Int
  /// The largest range of a buffer that a descriptor reaches; addresses have no such limit.
  public let largestBufferRange: Int
  /// Memory that a workgroup shares.
  public let sharedMemory: Int
  /// Invocations of a workgroup, at most.
  public let groupInvocations: Int
  /// Workgroups of a dispatch along one axis, at most.
  public let groupCount: Int
  /// Invocations that run in step.
  public let subgroupSize: Int
  /// Whether invocations of a subgroup can add up.
  public let hasSubgroupSums: Bool
  /// Shapes in which subgroups multiply matrices of 16 bits, by type, as the driver claims.
  public let matrixShapes: [DType: MatrixShape]
  /// Optional features that it has, by name.
  public let features: [String]
  /// Required features that it lacks, by name; empty where Tessera can compute on it.
  public let missing: [String]

  /// Identifies driver and product for the pipeline cache.
  let cacheIdentity: String

  /// Whether Tessera can compute on it.
  public var isUsable: Bool { missing.isEmpty }
}

extension VulkanDevice {
  init(index: Int, _ facts: cv_description, shapes: [cv_matrix_shape] = []) {
    var facts = facts
    func text<Bytes>(_ bytes: inout Bytes) -> String {
      withUnsafeBytes(of: &bytes) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    self.index = index
    name = text(&facts.name)
    driver = text(&facts.driver) + " " + text(&facts.driverInfo)
    version = "\(facts.apiVersion >> 22 & 0x7F).\(facts.apiVersion >> 12 & 0x3FF).\(facts.apiVersion & 0xFFF)"
    kind = [1: .integrated, 2: .discrete, 3: .virtual, 4: .processor][facts.kind] ?? .other
    memory = Int(clamping: facts.localMemory)
    heaps = withUnsafeBytes(of: facts.heaps) { sizes in
      (0..<Int(facts.heapCount)).map { heap in
        let bytes = sizes.load(fromByteOffset: heap * 8, as: UInt64.self)
        return (Int(clamping: bytes), facts.localHeaps >> UInt32(heap) & 1 == 1)
      }
    }
    largestAllocation = Int(clamping: facts.largestAllocation)
    largestBufferRange = Int(clamping: facts.largestBufferRange)
    sharedMemory = Int(facts.sharedMemory)
    groupInvocations = Int(facts.groupInvocations)
    groupCount = Int(facts.groupCount)
    subgroupSize = Int(facts.subgroupSize)
    hasSubgroupSums = facts.hasSubgroupSums
    matrixShapes = MatrixShape.best(among: shapes, on: facts)
    features = Self.named([
      ("float16", facts.hasFloat16), ("cooperative matrix", !matrixShapes.isEmpty),
      ("memory budget", facts.hasMemoryBudget), ("subgroup sums", facts.hasSubgroupSums),
      ("timestamps", facts.hasTimestamps),
    ])
    let isRecent = facts.apiVersion >= 1 << 22 | 2 << 12
    missing = Self.named([
      ("Vulkan 1.2", !isRecent), ("a queue that computes", !facts.hasCompute),
      ("buffer device addresses", !facts.hasAddresses), ("64-bit integers", !facts.hasInt64),
      ("8-bit storage", !facts.hasByteStorage), ("16-bit storage", !facts.hasHalfStorage),
      ("256 invocations a workgroup", facts.groupInvocations < 256),
    ])
    let identity = withUnsafeBytes(of: &facts.cacheIdentity) { $0.map { Self.hexadecimal($0) }.joined() }
    cacheIdentity = "\(facts.vendor)-\(facts.product)-\(facts.driverVersion)-\(identity)"
  }

  private static func named(_ flags: [(String, Bool)]) -> [String] { flags.filter(\.1).map(\.0) }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
