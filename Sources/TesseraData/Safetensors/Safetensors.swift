/// A safetensors file: named arrays, read one at a time once the header has been checked.
///
/// The layout is an 8-byte little-endian header length, a JSON header and the arrays' bytes without gaps:
/// ```
/// let weights = try Safetensors(path: "swin.safetensors")
/// let bias = try weights.tensor("out.conv.conv.bias").floats()
/// ```
public struct Safetensors: Sendable {
  /// One array's place in the file.
  public struct Entry: Equatable, Sendable {
    /// The array's name.
    public let name: String
    /// The type of its elements.
    public let elementType: ElementType
    /// Its extents, outermost first.
    public let shape: [Int]
    /// Its bytes, counted from the end of the header.
    public let byteRange: Range<Int>
  }

  /// The arrays in the header's order.
  public let entries: [Entry]
  /// The `__metadata__` strings in the header's order.
  public let metadata: Metadata
  private let source: ByteSource
  private let dataStart: Int
  private let indexByName: [String: Int]

  /// Opens `path` and checks its header; no array is read yet.
  ///
  /// - Throws: `DataError` naming the offending field; `DataError.pickle` for a file of `torch.save`.
  public init(path: String) throws {
    try self.init(source: ByteSource(path: path))
  }

  /// The file that `bytes` would be, called `name` in messages.
  public init(bytes: [UInt8], name: String = "bytes") throws {
    try self.init(source: ByteSource(name: name, bytes: bytes))
  }

  private init(source: ByteSource) throws {
    let header = try SafetensorsHeader(source)
    self.source = source
    dataStart = header.dataStart
    metadata = header.metadata
    entries = header.entries
    indexByName = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  /// The names in the header's order.
  public var names: [String] { entries.map(\.name) }

  /// Where the array called `name` lies, or nil.
  public func entry(_ name: String) -> Entry? {
    indexByName[name].map { entries[$0] }
  }

  /// Reads one array.
  ///
  /// - Throws: `DataError.noSuchEntry`, or `cannotRead` when the file changed since it was opened.
  public func tensor(_ name: String) throws -> RawArray {
    guard let entry = entry(name) else {
      throw DataError.noSuchEntry(file: source.name, name: name, known: names)
    }
    let start = dataStart + entry.byteRange.lowerBound
    let bytes = try source.read(start..<start + entry.byteRange.count)
    return RawArray(unchecked: entry.elementType, shape: entry.shape, bytes: bytes)
  }
}

/// Strings by name, in a fixed order.
public struct Metadata: Equatable, Sendable, ExpressibleByDictionaryLiteral {
  /// One string and its name.
  public struct Pair: Equatable, Sendable {
    /// The name.
    public let key: String
    /// The string.
    public let value: String
  }

  /// The strings in order.
  public private(set) var pairs: [Pair] = []

  /// No strings.
  public init() {}

  /// The strings of a literal, in its order; of a repeated key the last value.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The string called `key`; setting a new one appends it, setting nil removes it.
  public subscript(key: String) -> String? {
    get { pairs.first { $0.key == key }?.value }
    set {
      let index = pairs.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): pairs[index] = Pair(key: key, value: value)
      case (let index?, nil): pairs.remove(at: index)
      case (nil, let value?): pairs.append(Pair(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Adds a pair whose key the caller knows to be new; the subscript would search for it.
  mutating func append(_ key: String, _ value: String) {
    pairs.append(Pair(key: key, value: value))
  }
}
