/// NumPy's zip of `.npy` arrays, read one at a time.
public struct Npz: Sendable {
  private let source: ByteSource
  private let members: [ZipDirectory.Member]

  /// Opens `path` and reads its directory.
  public init(path: String) throws {
    try self.init(source: ByteSource(path: path))
  }

  /// The file that `bytes` would be, called `name` in messages.
  public init(bytes: [UInt8], name: String = "bytes") throws {
    try self.init(source: ByteSource(name: name, bytes: bytes))
  }

  private init(source: ByteSource) throws {
    self.source = source
    members = try ZipDirectory.members(of: source)
  }

  /// The arrays' names in the file's order, without `.npy`.
  public var names: [String] { members.map { Self.arrayName($0.name) } }

  /// Reads one array.
  ///
  /// - Throws: `DataError.noSuchEntry`, or what is wrong with the member.
  public func array(_ name: String) throws -> RawArray {
    guard let member = members.first(where: { Self.arrayName($0.name) == name }) else {
      throw DataError.noSuchEntry(file: source.name, name: name, known: names)
    }
    return try Npy.decode(member.content(in: source), name: "\(source.name):\(member.name)")
  }

  private static func arrayName(_ member: String) -> String {
    member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
  }

  /// Writes `arrays` to `path` without compression, as `numpy.savez` does, replacing it only once complete.
  public static func write(_ arrays: [(name: String, array: RawArray)], to path: String) throws {
    let bytes = try encode(arrays)
    try AtomicFile.write(path) { try $0.append(bytes) }
  }

  /// The file that `write` would make.
  ///
  /// - Throws: `DataError.invalidArgument` for a repeated name or more than 4 GiB, which safetensors takes.
  public static func encode(_ arrays: [(name: String, array: RawArray)]) throws -> [UInt8] {
    var zip = ZipWriter()
    var names = Set<String>()
    for (name, array) in arrays {
      guard names.insert(name).inserted else {
        throw DataError.invalidArgument("array name \"\(name)\"", reason: "is used twice")
      }
      try zip.append("\(name).npy", Npy.encode(array))
    }
    return try zip.finished()
  }
}
