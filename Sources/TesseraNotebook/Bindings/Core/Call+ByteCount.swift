import TesseraScript
import TesseraTensor

/// Sizes and numbers as text, as the engine writes them.
typealias ByteText = TesseraTensor.ByteCount

extension Call {
  /// Bytes given as a number or as a text such as `"4 GiB"`; nil for None.
  func byteCount(_ name: String) throws -> Int? {
    switch self[name] {
    case .none: return nil
    case .int(let bytes) where bytes >= 0: return bytes
    case .string(let text):
      if let bytes = ByteCount.parse(text) { return bytes }
      throw mismatch(name, "a size such as \"4 GiB\", \"512 MiB\" or a number of bytes")
    default: throw mismatch(name, "a size such as \"4 GiB\", or a number of bytes")
    }
  }
}
