import Foundation
import TesseraData
import TesseraScript
import TesseraTensor

/// Where a volume's values come from.
enum VolumeSource {
  case volume(Volume)
  case brats(BraTSCase, first: Volume)
  case phantom(Phantom)

  /// A NIfTI file, or the folder of a BraTS case.
  init(path: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      let found = try BraTSCase(path, requiresLabels: false)
      self = .brats(found, first: try Volume(path: found.modalityPaths[0]))
    } else {
      self = .volume(try Volume(path: path))
    }
  }

  /// Voxel indices to millimetres.
  var affine: Affine {
    switch self {
    case .volume(let volume), .brats(_, let volume): volume.affine
    case .phantom: Affine()
    }
  }

  /// The extents of `data`: channels first where there are any.
  var shape: [Int] {
    switch self {
    case .volume(let volume): volume.shape
    case .brats(let found, let volume): [found.modalityPaths.count] + volume.shape
    case .phantom(let phantom): [phantom.image.count / max(1, phantom.labels.count)] + phantom.shape
    }
  }

  /// All values, row-major; read anew on every call.
  func values() throws -> [Float] {
    switch self {
    case .volume(let volume): try volume.values()
    case .brats(let found, _): try found.image().values
    case .phantom(let phantom): phantom.image
    }
  }

  /// The label map, where there is one.
  fileprivate func labels() throws -> [Float]? {
    switch self {
    case .volume: nil
    case .brats(let found, _): try found.labels()
    case .phantom(let phantom): phantom.labels
    }
  }
}

/// A volume as the language sees it: its values are read when asked for, and belong to whoever asked.
final class VolumeObject: HostObject {
  let source: VolumeSource
  private let context: EngineContext

  init(_ source: VolumeSource, _ context: EngineContext) {
    self.source = source
    self.context = context
  }

  override var typeName: String { "volume" }
  override var attributeNames: [String] {
    let names = ["data", "shape", "affine", "spacing", "axes"]
    if case .volume = source { return names }
    return names + ["labels", "channels"]
  }

  override func attribute(_ name: String) throws -> Value? {
    guard attributeNames.contains(name) else { return nil }
    return try context.explaining({ [] }) {
      switch name {
      case "data": try tensor(source.values(), source.shape)
      case "shape": .tuple(source.shape.map { .int($0) })
      case "affine":
        .list(ListObject(source.affine.matrix.map { .list(ListObject($0.map { .float($0) })) }))
      case "spacing": .tuple(source.affine.spacing.map { .float($0) })
      case "axes": .string(source.affine.axisCodes)
      case "labels": try labels().map { try tensor($0, spatialShape) } ?? Value.none
      default: try channels()
      }
    }
  }

  override func describe() -> String { "<volume \(Shape(source.shape)), axes \(source.affine.axisCodes)>" }

  private var spatialShape: [Int] { Array(source.shape.suffix(3)) }

  private func labels() throws -> [Float]? { try source.labels() }

  private func channels() throws -> Value {
    guard let labels = try labels() else { return .none }
    let masks = BraTSLabels.channels(labels, enhancing: try BraTSLabels.enhancing(in: labels))
    return try tensor(masks, [3] + spatialShape)
  }

  private func tensor(_ values: [Float], _ shape: [Int]) throws -> Value {
    context.value(try context.engine.tensor(copying: values, Shape(shape), dtype: .float32))
  }
}
