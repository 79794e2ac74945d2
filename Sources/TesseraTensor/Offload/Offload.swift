/// Where the values go that backward keeps while an `offload` block runs.
public enum OffloadTarget: String, Sendable, CaseIterable {
  /// A temporary file.
  case disk
  /// The host's memory, for tensors of a device.
  case cpu
}

/// One block's offloading: a store, and which storages lie in it.
final class Offload {
  /// Below this size a value stays: a transfer costs more than it frees.
  static let smallestBytes = 64 << 10

  let target: OffloadTarget
  private let makeStore: () throws -> any OffloadStore
  private var openStore: (any OffloadStore)?
  private var values: [Int: WeakValue] = [:]

  private struct WeakValue { weak var value: OffloadedValue? }

  /// - Parameter store: made when the first byte moves: a dry run moves none.
  init(to target: OffloadTarget, store: @escaping () throws -> any OffloadStore) {
    self.target = target
    makeStore = store
  }

  func store() throws -> any OffloadStore {
    if let openStore { return openStore }
    let store = try makeStore()
    openStore = store
    return store
  }

  /// Whether a tensor leaves: parameters and buffers live on anyway.
  func takes(_ tensor: Tensor) -> Bool {
    let storage = tensor.storage
    return storage.byteCount >= Self.smallestBytes && storage.category != .parameter
      && storage.category != .buffer
  }

  /// The value of a tensor's storage as it is now, written once however many nodes keep it.
  func value(of tensor: Tensor) throws -> OffloadedValue {
    let storage = tensor.storage
    if let value = values[storage.id]?.value, value.version == storage.version { return value }
    let value = try OffloadedValue(tensor, self)
    values[storage.id] = WeakValue(value: value)
    return value
  }

  func forget(_ storage: Int) { if values[storage]?.value == nil { values[storage] = nil } }
}

/// A storage's bytes in a store, and how they come back.
///
/// The ledger counts them beside the total for as long as somebody keeps the value.
final class OffloadedValue {
  /// The storage's version when it was written: later writes to it do not reach the copy.
  let version: Int
  private let offload: Offload
  private let engine: Engine
  private let storageNumber: Int
  private let byteCount: Int
  /// Nil in a dry run.
  private let place: (store: any OffloadStore, number: Int)?
  private let ledgerNumber: Int
  /// Memory that has the bytes and that somebody else holds: the first storage, or the last one read.
  private weak var current: Storage?
  private var currentVersion: Int

  init(_ tensor: Tensor, _ offload: Offload) throws {
    let (engine, storage) = (tensor.engine, tensor.storage)
    (self.engine, self.offload) = (engine, offload)
    (storageNumber, byteCount, version) = (storage.id, storage.byteCount, storage.version)
    (current, currentVersion) = (storage, storage.version)
    if let buffer = storage.buffer {
      engine.capture?.refuse("offload: a program whose values leave memory and come back")
      let store = try offload.store()
      let number = try engine.withHostBytes(storage.byteCount, of: buffer) {
        try store.put($0, between: engine.checkCancelled)
      }
      place = (store, number)
    } else {
      place = nil
    }
    ledgerNumber = engine.ledger.recordBirth(
      bytes: storage.byteCount, category: .offloaded, origin: engine.origin(of: "offload"))
  }

  deinit {
    place.map { $0.store.remove($0.number, byteCount: byteCount) }
    engine.ledger.recordDeath(ledgerNumber)
    offload.forget(storageNumber)
  }

  /// Memory with the bytes: where they still are, else newly allocated and read.
  func storage() throws -> Storage {
    if let current, current.version == currentVersion { return current }
    let storage = try engine.allocate(
      TensorSpec([byteCount], .bool), purpose: .temporary, origin: engine.origin(of: "offload"),
      dry: place == nil
    ).storage
    if let place, let buffer = storage.buffer {
      try engine.fill(byteCount, of: buffer) { [engine] in
        try place.store.get(place.number, into: $0, between: engine.checkCancelled)
      }
    }
    (current, currentVersion) = (storage, storage.version)
    return storage
  }
}

/// A tensor that a node keeps outside memory.
struct OffloadedTensor {
  private let value: OffloadedValue
  private let engine: Engine
  private let layout: Layout
  private let dtype: DType

  init(_ tensor: Tensor, _ offload: Offload) throws {
    value = try offload.value(of: tensor)
    (engine, layout, dtype) = (tensor.engine, tensor.layout, tensor.dtype)
  }

  func restored() throws -> Tensor {
    Tensor(engine: engine, storage: try value.storage(), layout: layout, dtype: dtype)
  }
}
