/// NumPy's array file: a magic, a Python dictionary as text, the elements.
public enum Npy {
  /// Reads the array in the file at `path`, in row-major order whatever order it is stored in.
  ///
  /// - Throws: `DataError` naming the offending field; `unsupported` for pickled objects and structured types.
  public static func read(path: String) throws -> RawArray {
    let source = try ByteSource(path: path)
    return try decode(source.read(0..<source.count), name: path)
  }

  /// Reads the file that `bytes` is, called `name` in messages.
  public static func decode(_ bytes: [UInt8], name: String = "bytes") throws -> RawArray {
    let header = try NpyHeader(bytes, file: name)
    let data = Array(bytes[header.dataStart...])
    return RawArray(
      unchecked: header.elementType, shape: header.shape, bytes: header.rowMajorLittleEndian(data))
  }

  /// Writes `array` to `path`, replacing it only once complete.
  ///
  /// - Throws: `DataError.invalidArgument` for bfloat16, which NumPy lacks.
  public static func write(_ array: RawArray, to path: String) throws {
    let bytes = try encode(array)
    try AtomicFile.write(path) { try $0.append(bytes) }
  }

  /// The file that `write` would make.
  public static func encode(_ array: RawArray) throws -> [UInt8] {
    guard let descriptor = NpyHeader.descriptors.first(where: { $0.value == array.elementType })?.key else {
      throw DataError.invalidArgument(
        "element type", reason: "\(array.elementType.rawValue) does not exist in NumPy")
    }
    // Single bytes have no order, which NumPy writes as a bar.
    let order = array.elementType.byteCount == 1 ? "|" : "<"
    // A Python tuple of one needs its comma.
    let shape = array.shape.map(String.init).joined(separator: ", ") + (array.shape.count == 1 ? "," : "")
    var header = "{'descr': '\(order)\(descriptor)', 'fortran_order': False, 'shape': (\(shape)), }"
    // The data begins at a multiple of 64 bytes, after a newline.
    header += String(repeating: " ", count: 63 - (NpyHeader.prefixLength + header.utf8.count) % 64) + "\n"
    let length = packed([UInt16(header.utf8.count)]) { $0.littleEndian }
    return NpyHeader.magic + [1, 0] + length + Array(header.utf8) + array.bytes
  }
}
