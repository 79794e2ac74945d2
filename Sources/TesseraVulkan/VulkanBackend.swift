import TesseraTensor

/// A piece of device memory that a tensor owns.
final class VulkanBuffer: BackendBuffer {
  let byteCount: Int
  let piece: MemoryPiece
  let memory: DeviceMemory

  init(byteCount: Int, piece: MemoryPiece, memory: DeviceMemory) {
    self.byteCount = byteCount
    self.piece = piece
    self.memory = memory
  }

  deinit { memory.release(piece) }

  var range: Range<UInt64> { piece.address..<piece.address + UInt64(piece.byteCount) }
}

/// A Vulkan device: runs the kernel families and layers that have shaders; the engine runs the rest on the CPU.
///
/// Sendable by hand: like its engine it is used from one thread at a time.
public final class VulkanBackend: Backend, @unchecked Sendable {
  /// `vulkan`, whichever device it is.
  public let name = "vulkan"
  /// The device.
  public let device: VulkanDevice
  /// The loader and its messages.
  public let instance: VulkanInstance
  /// For kernels that the engine runs on the processor, and for what stops the running cell.
  public var parallel = CPUBackend().parallel {
    didSet { stream.cancellation = parallel.cancellation }
  }

  /// Whether invocations of a subgroup may add up; a device whose subgroups cannot has other shaders.
  var usesSubgroups: Bool
  /// Shapes in which the device is to multiply matrices by itself, by type; other products take the plain shader.
  var matrixShapes: [DType: MatrixShape]
  /// Whether it does so without a mistake, by type, as far as asked.
  var checkedMatrices: [DType: Bool] = [:]

  private(set) var connection: DeviceConnection
  private let cacheFolder: String?
  /// Nanoseconds that devices computed which were lost since.
  private var busyBefore: UInt64 = 0
  private let own = OwnMemory()
  /// What the running op may touch.
  var call = RunningCall()
  private var checkedIndices: [IndexCheck: Int?] = [:]

  /// Opens a device by name, as ``VulkanInstance/device(named:)`` takes it.
  ///
  /// - Throws: ``TensorError`` where there is no loader or no such device.
  public init(_ name: String? = nil, validate: Bool = false, cacheFolder: String? = nil) throws {
    instance = try VulkanInstance(validate: validate)
    device = try instance.device(named: name)
    usesSubgroups = device.hasSubgroupSums
    // Without units for matrices that is a detour: on Mesa's device in software products take 1.3 to 2.3 times as long.
    matrixShapes = device.kind == .processor ? [:] : device.matrixShapes
    self.cacheFolder = cacheFolder
    connection = try DeviceConnection(device, of: instance, cacheFolder: cacheFolder)
  }

  var memory: DeviceMemory { connection.memory }
  private var stream: CommandStream { connection.stream }
  private var pipelines: PipelineCache { connection.pipelines }

  /// The device's own memory.
  ///
  /// A device in software counts what the whole machine uses, which is no process's.
  public var limits: BackendLimits {
    BackendLimits(
      largestAllocation: device.largestAllocation, totalMemory: device.memory,
      driver: device.kind == .processor ? nil : instance.memory(of: device))
  }

  /// Enters staging memory and pipelines in the ledger, and takes them out of an earlier one.
  public func attach(_ ledger: MemoryLedger) {
    // Storages are numbered by their ledger.
    checkedIndices.removeAll()
    own.enter(ledger, staging: StagingMemory.byteCount, pipelines: pipelines.byteCount)
  }

  /// What the device computed so far; nil where it has no clock.
  public var busyNanoseconds: UInt64? { connection.device.busyNanoseconds.map { $0 + busyBefore } }

  /// Opens a device that was lost anew; its tensors stay lost.
  private func reopen() throws {
    let fresh = try DeviceConnection(device, of: instance, cacheFolder: cacheFolder)
    busyBefore = busyNanoseconds ?? 0
    connection = fresh
    stream.cancellation = parallel.cancellation
    own.update(pipelines: 0)
  }
}

// MARK: - Memory

extension VulkanBackend {
  /// Hands out device memory; blocks that hold nothing are given back first where the device is full.
  public func allocate(byteCount: Int) throws -> any BackendBuffer { try buffer(byteCount) }

  private func buffer(_ byteCount: Int) throws -> VulkanBuffer {
    if stream.loss != nil { try reopen() }
    guard byteCount <= memory.largestAllocation else {
      throw BackendOutOfMemory(
        device: "\(device.name)'s largest allocation", capacity: memory.largestAllocation)
    }
    if let piece = try memory.allocate(byteCount) {
      return VulkanBuffer(byteCount: byteCount, piece: piece, memory: memory)
    }
    try synchronize()
    if memory.trim(), let piece = try memory.allocate(byteCount) {
      return VulkanBuffer(byteCount: byteCount, piece: piece, memory: memory)
    }
    throw BackendOutOfMemory(device: device.name, capacity: device.memory)
  }

  /// Copies host bytes in, through staging memory.
  public func upload(_ bytes: UnsafeRawBufferPointer, to buffer: any BackendBuffer) throws {
    let (buffer, block) = try owned(buffer)
    let count = min(bytes.count, buffer.byteCount)
    try stream.upload(UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: buffer.piece, in: block)
  }

  /// Copies bytes out, after everything issued before.
  public func download(_ buffer: any BackendBuffer, into bytes: UnsafeMutableRawBufferPointer) throws {
    let (buffer, block) = try owned(buffer)
    let count = min(bytes.count, buffer.byteCount)
    try stream.download(
      buffer.piece, in: block, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
    pipelines.save()
  }

  /// A buffer of the open device and the block that it lies in.
  private func owned(_ buffer: any BackendBuffer) throws -> (VulkanBuffer, OpaquePointer) {
    guard let buffer = buffer as? VulkanBuffer, buffer.memory === memory,
      let block = memory.handle(of: buffer.piece)
    else { throw VulkanFailure.gone.error }
    return (buffer, block)
  }

  /// Waits until everything issued has finished.
  public func synchronize() throws {
    try stream.wait()
    pipelines.save()
  }
}

// MARK: - Running ops

extension VulkanBackend: KernelDevice {
  /// Issues an op's kernels; false where a part of it has no shader for these inputs.
  public func run(_ op: any Op, inputs: [Tensor], outputs: [Tensor]) throws -> Bool {
    // Reading indices may run an op within this one.
    let outer = call
    call = RunningCall(inputs: inputs)
    defer { call = outer }
    try stream.begin(type(of: op).name, place: Self.place(of: outputs))
    do {
      try op.run(on: self, inputs: inputs.map(view), outputs: outputs.map(view))
      return true
    } catch is DeviceRefusal {
      return false
    }
  }

  /// Layer and shape, as tools show them beside an op's name.
  private static func place(of outputs: [Tensor]) -> String {
    outputs.first.map { "\($0.shape) \($0.engine.layerPath)" } ?? ""
  }

  private func view(_ tensor: Tensor) throws -> TensorView {
    guard let buffer = tensor.storage.buffer as? VulkanBuffer else { throw DeviceRefusal() }
    guard buffer.memory === memory else { throw VulkanFailure.gone.error }
    call.ranges.append(buffer.range)
    return try TensorView(
      address: buffer.piece.address + UInt64(tensor.layout.offset * tensor.dtype.byteCount),
      layout: tensor.layout, dtype: tensor.dtype)
  }

  /// Memory that lives until the op's commands have run: a later owner is ordered after them.
  package func scratch(_ layout: Layout, _ dtype: DType) throws -> TensorView {
    let buffer = try buffer(layout.count * dtype.byteCount)
    call.scratch.append(buffer)
    call.ranges.append(buffer.range)
    return try TensorView(address: buffer.piece.address, layout: layout, dtype: dtype)
  }

  /// Whether the device was lost and has not been opened anew.
  var isLost: Bool { stream.loss != nil }

  /// Dispatches a shader over `groups` workgroups, of which it runs as many as the device takes; kernels loop.
  func dispatch(
    _ shader: Shader, bySubgroups: Bool = false, _ constants: [Int] = [], groups: Int,
    _ arguments: KernelArguments
  ) throws {
    guard groups > 0 else { return }
    let before = pipelines.byteCount
    let pipeline = try pipelines.pipeline(shader, bySubgroups: bySubgroups, constants)
    if pipelines.byteCount != before { own.update(pipelines: pipelines.byteCount) }
    try stream.dispatch(pipeline, arguments, groups: min(groups, 65535, device.groupCount))
  }

  /// A view as an operand.
  func operand(_ view: TensorView) throws -> DeviceView {
    guard let range = call.ranges.first(where: { $0.contains(view.address) }) else { throw DeviceRefusal() }
    return DeviceView(address: view.address, range: range)
  }

  /// The first index outside `-limit..<limit`; a tensor that has not changed is read once.
  package func wrongIndex(inInput input: Int, limit: Int) throws -> Int? {
    let tensor = call.inputs[input]
    let key = IndexCheck(
      storage: tensor.storage.id, version: tensor.storage.version, layout: tensor.layout, limit: limit)
    if let known = checkedIndices[key] { return known }
    let wrong = try tensor.detached().integers().first { $0 < -limit || $0 >= limit }
    if checkedIndices.count > 1024 { checkedIndices.removeAll() }
    checkedIndices[key] = wrong
    return wrong
  }
}

extension TensorView {
  /// The address on the device.
  var address: UInt64 { UInt64(UInt(bitPattern: pointer)) }

  fileprivate init(address: UInt64, layout: Layout, dtype: DType) throws {
    guard let pointer = UnsafeMutableRawPointer(bitPattern: UInt(address)) else { throw DeviceRefusal() }
    self.init(pointer: pointer, layout: layout, dtype: dtype)
  }
}
