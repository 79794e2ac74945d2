/// Listens to a program while it runs, so that its kernels can be run again without it.
///
/// Storages are known by number and held weakly: listening changes neither what is freed nor what may be written over.
final class Capture {
  struct Operand {
    let storage: Int
    let layout: Layout
    let dtype: DType
  }

  struct Record {
    let op: any Op
    let inputs: [Operand]
    let outputs: [Operand]
    let isInPlace: Bool
    /// The op for another run, where it is not the same one.
    let renewal: (() -> any Op)?
  }

  private struct Place {
    weak var storage: Storage?
    /// Held where no kernel of the program made it.
    var outside: Storage?
    let bytes: Int
    var life: ClosedRange<Int>
  }

  private let engine: Engine
  private let firstOwn: Int
  private var records: [Record] = []
  private var places: [Int: Place] = [:]
  private var constants: Set<Int> = []
  private(set) var failure: TensorError?

  /// - Parameter firstOwn: the number that the program's first storage will have.
  init(_ engine: Engine, firstOwn: Int) {
    self.engine = engine
    self.firstOwn = firstOwn
  }

  /// Says why the program cannot be captured; the first reason counts.
  func refuse(_ what: String) { failure = failure ?? .unsupported(op: "capture", what: what) }

  func record(
    _ op: any Op, _ inputs: [Tensor], _ outputs: [Tensor], isInPlace: Bool, renewal: (() -> any Op)?
  ) {
    for tensor in inputs { note(tensor.storage, isMade: false) }
    if outputs.contains(where: { constants.contains($0.storage.id) }) {
      refuse("a write to a tensor that the program makes from numbers: make it before")
    }
    for tensor in outputs { note(tensor.storage, isMade: true) }
    records.append(
      Record(
        op: op, inputs: inputs.map(operand), outputs: outputs.map(operand), isInPlace: isInPlace,
        renewal: renewal))
  }

  /// Notes that the host wrote a tensor's values: a constant, which no run may change.
  func noteConstant(_ storage: Storage) {
    constants.insert(storage.id)
    note(storage, isMade: false)
  }

  /// Notes a use; a storage that is there before any kernel made it comes from outside.
  private func note(_ storage: Storage, isMade: Bool) {
    let now = records.count
    if let place = places[storage.id] {
      places[storage.id]?.life = place.life.lowerBound...now
      return
    }
    let isOwn = isMade && storage.id >= firstOwn
    places[storage.id] = Place(
      storage: storage, outside: isOwn ? nil : storage, bytes: storage.byteCount, life: now...now)
  }

  private func operand(_ tensor: Tensor) -> Operand {
    Operand(storage: tensor.storage.id, layout: tensor.layout, dtype: tensor.dtype)
  }

  /// The program as it can be run again.
  func finish() throws -> CapturedProgram {
    if let failure { throw failure }
    // What is still held after the program is what it returned or left behind: it stays where it is.
    for (id, place) in places where place.outside == nil { places[id]?.outside = place.storage }
    let own = places.filter { $0.value.outside == nil }.sorted { $0.key < $1.key }
    let plan = OffsetPlan(own.map { .init(bytes: $0.value.bytes, life: $0.value.life) })
    let block = try engine.allocate(
      TensorSpec([plan.byteCount], .bool), purpose: .temporary, op: "capture"
    ).storage
    let offsets = Dictionary(uniqueKeysWithValues: zip(own.map(\.key), plan.offsets))
    let calls = records.map { record in
      CapturedProgram.Call(
        op: record.op, inputs: record.inputs.map { tensor($0, offsets, block) },
        outputs: record.outputs.map { tensor($0, offsets, block) }, isInPlace: record.isInPlace,
        renewal: record.renewal)
    }
    return CapturedProgram(engine: engine, calls: calls, blockBytes: plan.byteCount)
  }

  private func tensor(_ operand: Operand, _ offsets: [Int: Int], _ block: Storage) -> Tensor {
    var layout = operand.layout
    if let outside = places[operand.storage]?.outside {
      return Tensor(engine: engine, storage: outside, layout: layout, dtype: operand.dtype)
    }
    layout.offset += (offsets[operand.storage] ?? 0) / operand.dtype.byteCount
    return Tensor(engine: engine, storage: block, layout: layout, dtype: operand.dtype)
  }
}
