import Foundation
import TesseraData
import TesseraScript
import TesseraTensor

/// Tensors in files: safetensors, npy and npz.
enum TensorFiles {
  /// Writes named tensors to a safetensors file.
  static func write(_ tensors: [(name: String, tensor: Tensor)], to path: String) throws {
    try Safetensors.write(tensors.map { ($0.name, try $0.tensor.rawArray()) }, to: path)
  }

  /// Reads every tensor of a safetensors file.
  static func read(_ path: String, into engine: Engine) throws -> [(name: String, tensor: Tensor)] {
    let file = try Safetensors(path: path)
    return try file.names.map { ($0, try engine.tensor(file.tensor($0))) }
  }
}

extension Tensor {
  /// The values as a file holds them.
  func rawArray() throws -> RawArray {
    let shape = self.shape.extents
    switch dtype {
    case .float32: return try RawArray(floats(), shape: shape)
    case .float64: return try RawArray(doubles(), shape: shape)
    case .float16: return try RawArray(floats(), shape: shape, halfPrecision: .float16)
    case .bfloat16: return try RawArray(floats(), shape: shape, halfPrecision: .bfloat16)
    case .int64: return try RawArray(integers().map(Int64.init), shape: shape)
    case .int32:
      let bytes = try integers().flatMap { value in
        withUnsafeBytes(of: Int32(truncatingIfNeeded: value).littleEndian, Array.init)
      }
      return try RawArray(elementType: .int32, shape: shape, bytes: bytes)
    case .bool:
      return try RawArray(elementType: .bool, shape: shape, bytes: doubles().map { $0 == 0 ? 0 : 1 })
    }
  }
}

extension Engine {
  /// An input tensor with a file's values; small and unsigned integers become int32 or int64.
  func tensor(_ array: RawArray) throws -> Tensor {
    let shape = Shape(array.shape)
    switch array.elementType {
    case .float32: return try tensor(copying: array.floats(), shape, dtype: .float32)
    case .float64: return try tensor(copying: array.doubles(), shape, dtype: .float64)
    case .float16: return try tensor(array.doubles(), shape, dtype: .float16)
    case .bfloat16: return try tensor(array.doubles(), shape, dtype: .bfloat16)
    case .bool: return try tensor(copying: array.bytes.map { UInt8($0 == 0 ? 0 : 1) }, shape, dtype: .bool)
    case .int64, .uint64, .uint32:
      guard let values = array.integers() else {
        throw DataError.invalidArgument("an unsigned value", reason: "is beyond int64")
      }
      return try tensor(copying: values, shape, dtype: .int64)
    case .int32, .int16, .int8, .uint16, .uint8: return try tensor(array.doubles(), shape, dtype: .int32)
    }
  }
}

extension EngineContext {
  /// Weights from a map of tensors or a safetensors file.
  func weights(_ source: Value) throws -> [(name: String, tensor: Tensor)] {
    switch source {
    case .string(let path): return try TensorFiles.read(readPath(path), into: engine)
    case .map(let map):
      return try map.entries.map { entry in
        guard case .string(let name) = entry.key, let tensor = entry.value.tensor else {
          throw ScriptError("load takes a map from names to tensors", code: "E0403")
        }
        return (name, tensor)
      }
    default:
      throw ScriptError("load takes a path or a map of tensors, not \(source.typeName)", code: "E0403")
    }
  }
}
