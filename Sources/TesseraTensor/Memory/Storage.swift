/// Bytes on a backend, owned by every tensor that views them and freed when the last one goes.
///
/// The ledger learns of the birth in `init` and of the death in `deinit`, so it cannot forget one.
public final class Storage {
  /// A number that no other storage of the process has.
  public let id: Int
  /// The size, in bytes.
  public let byteCount: Int
  /// The memory itself; nil for a dry storage, which only has a size.
  package let buffer: (any BackendBuffer)?
  private let ledger: MemoryLedger
  /// Counts in-place writes, so that backward can tell whether a saved tensor changed.
  public internal(set) var version = 0
  private var keepers = 0
  private var purpose: MemoryCategory

  init(
    bytes: Int, buffer: (any BackendBuffer)?, purpose: MemoryCategory, ledger: MemoryLedger,
    origin: MemoryOrigin
  ) {
    self.byteCount = bytes
    self.buffer = buffer
    self.purpose = purpose
    self.ledger = ledger
    self.id = ledger.recordBirth(bytes: bytes, category: purpose, origin: origin)
    if buffer == nil { ledger.dryBytes += bytes }
  }

  deinit {
    ledger.recordDeath(id)
    if buffer == nil { ledger.dryBytes -= byteCount }
  }

  /// Whether this storage has a size and no bytes.
  public var isDry: Bool { buffer == nil }

  /// What the storage is for; something the graph keeps is an activation unless it has a purpose of its own.
  public var category: MemoryCategory {
    get { purpose == .temporary && keepers > 0 ? .activation : purpose }
    set {
      purpose = newValue
      ledger.recordChange(id, category: category, isSaved: keepers > 0)
    }
  }

  /// Notes that another result lies here from now on: whoever kept the one before finds it changed.
  func takeOver(from origin: MemoryOrigin) {
    version += 1
    ledger.recordChange(id, origin: origin)
  }

  /// Whether the graph keeps this storage for backward.
  public var isSaved: Bool { keepers > 0 }

  /// Notes that the graph keeps this storage, on behalf of a node made at `layer`.
  func keep(at layer: @autoclosure () -> String) {
    keepers += 1
    guard keepers == 1 else { return }
    ledger.recordChange(id, category: category, isSaved: true, keeper: ledger.intern(layer()))
  }

  func release() {
    keepers -= 1
    if keepers == 0 { ledger.recordChange(id, category: category, isSaved: false) }
  }
}
