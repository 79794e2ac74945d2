extension Safetensors {
  /// Writes `tensors` and `metadata` to `path`, replacing it only once complete.
  ///
  /// Arrays are laid out widest elements first, then by name, as the reference implementation does: every
  /// array is then aligned for its type.
  ///
  /// - Throws: `DataError.invalidArgument` for a repeated or reserved name, `cannotWrite` from the system.
  public static func write(
    _ tensors: [(name: String, tensor: RawArray)], metadata: Metadata = Metadata(), to path: String
  ) throws {
    let ordered = inFileOrder(tensors)
    let header = try encodedHeader(ordered, metadata)
    try AtomicFile.write(path) { file in
      try file.append(header)
      for (_, tensor) in ordered { try file.append(tensor.bytes) }
    }
  }

  /// The file that `write` would make, in memory.
  public static func encode(
    _ tensors: [(name: String, tensor: RawArray)], metadata: Metadata = Metadata()
  ) throws -> [UInt8] {
    let ordered = inFileOrder(tensors)
    return try ordered.reduce(into: encodedHeader(ordered, metadata)) { $0 += $1.tensor.bytes }
  }

  private typealias Named = (name: String, tensor: RawArray)

  private static func inFileOrder(_ tensors: [Named]) -> [Named] {
    tensors.sorted {
      let (width, otherWidth) = ($0.tensor.elementType.byteCount, $1.tensor.elementType.byteCount)
      return width != otherWidth ? width > otherWidth : $0.name < $1.name
    }
  }

  /// The length and the JSON, padded with spaces so that the data begins at a multiple of 8 bytes.
  private static func encodedHeader(_ tensors: [Named], _ metadata: Metadata) throws -> [UInt8] {
    var members: [String] = []
    if !metadata.pairs.isEmpty {
      let pairs = metadata.pairs.map { "\(jsonLiteral($0.key)):\(jsonLiteral($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var names: Set = ["__metadata__"]
    var offset = 0
    for (name, tensor) in tensors {
      guard names.insert(name).inserted else {
        throw DataError.invalidArgument("tensor name \"\(name)\"", reason: "is reserved or used twice")
      }
      let end = offset + tensor.bytes.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(jsonLiteral(name)):{\"dtype\":\"\(tensor.elementType.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    return packed([UInt64(header.count)]) { $0.littleEndian } + header
  }

  private static func jsonLiteral(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": literal += "\\\(scalar)"
      case "\u{00}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
