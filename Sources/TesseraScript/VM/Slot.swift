/// What a register holds: a tag and eight bytes.
///
/// Trivially copyable, so moving registers is moving memory; a slot whose tag is at or past `Tag.string` owns
/// one reference, counted by hand with `retain` and `release`.
struct Slot {
  var bits: UInt64
  var tag: Tag

  enum Tag: UInt8 {
    /// No value: a name not yet assigned, or a register whose value was moved out.
    case unset
    case none, bool, int, float, ellipsis
    // From here on `bits` is a strong reference.
    case string, list, tuple, map, range, function, native, modelType, instance, host
    // Never seen by a program:
    case cell, iterator, slice
  }

  @inline(__always) init(bits: UInt64, tag: Tag) {
    self.bits = bits
    self.tag = tag
  }

  static let unset = Slot(bits: 0, tag: .unset)
  static let none = Slot(bits: 0, tag: .none)
  static let ellipsis = Slot(bits: 0, tag: .ellipsis)
  @inline(__always) init(_ value: Bool) { self.init(bits: value ? 1 : 0, tag: .bool) }
  @inline(__always) init(_ value: Int) { self.init(bits: UInt64(bitPattern: Int64(value)), tag: .int) }
  @inline(__always) init(_ value: Double) { self.init(bits: value.bitPattern, tag: .float) }

  /// A slot that owns a new reference to `object`.
  @inline(__always) init(retaining object: CountedObject, _ tag: Tag) {
    object.hold()
    self.init(bits: UInt64(UInt(bitPattern: Unmanaged.passUnretained(object).toOpaque())), tag: tag)
  }

  @inline(__always) var int: Int { Int(Int64(bitPattern: bits)) }
  @inline(__always) var float: Double { Double(bitPattern: bits) }
  @inline(__always) var bool: Bool { bits != 0 }
  @inline(__always) var isObject: Bool { tag.rawValue >= Tag.string.rawValue }

  /// The referenced object, for a tag at or past `string`.
  @inline(__always) var address: UnsafeRawPointer {
    UnsafeRawPointer(bitPattern: UInt(bits)).unsafelyUnwrapped
  }

  /// The object, known by its tag to be a `T`.
  @inline(__always) func object<T: AnyObject>(_ type: T.Type) -> T {
    Unmanaged<T>.fromOpaque(address).takeUnretainedValue()
  }

  /// Runs `body` with the object, known by its tag to be a `T`, without a reference of its own.
  ///
  /// For what runs so often that counting would show. Nothing in it may let go of the object.
  @inline(__always) func with<T: AnyObject, Result>(_ type: T.Type, _ body: (T) throws -> Result) rethrows
    -> Result
  {
    try Unmanaged<T>.fromOpaque(address)._withUnsafeGuaranteedRef(body)
  }

  @inline(__always) func retain() {
    if isObject { with(CountedObject.self) { $0.hold() } }
  }

  @inline(__always) func release() {
    if isObject { with(CountedObject.self) { $0.letGo() } }
  }

  /// This slot, with a reference of its own.
  @inline(__always) func copied() -> Slot {
    retain()
    return self
  }
}

/// A string as a counted object; its length in code points is found once.
final class StringObject: CountedObject {
  @exclusivity(unchecked) private(set) var text: String
  @exclusivity(unchecked) private(set) var isASCII: Bool
  /// The hash of the text; 0 where it was not asked for yet.
  @exclusivity(unchecked) private var knownHash = 0
  /// Code points, for text that is not ASCII; found at the first use of a position.
  private(set) lazy var scalars: [Unicode.Scalar] = Array(text.unicodeScalars)

  init(_ text: String) {
    self.text = text
    isASCII = text.utf8.allSatisfy { $0 < 0x80 }
  }

  init(_ text: String, isASCII: Bool) {
    self.text = text
    self.isASCII = isASCII
  }

  var count: Int { isASCII ? text.utf8.count : scalars.count }

  /// The hash of the text, found once.
  @inline(__always) var hash: Int { knownHash == 0 ? findHash() : knownHash }

  @inline(never) private func findHash() -> Int {
    knownHash = text.hashValue
    return knownHash
  }

  /// Appends where nothing but the text was worked out yet; the caller knows that nobody else holds it.
  func append(_ other: StringObject) -> Bool {
    guard isASCII, other.isASCII else { return false }
    text += other.text
    knownHash = 0
    return true
  }
}
/// A tuple as a counted object.
final class TupleObject: CountedObject {
  var slots: ContiguousArray<Slot>

  /// Takes over the references of `slots`.
  init(owning slots: ContiguousArray<Slot>) { self.slots = slots }
  deinit { Teardown.release(slots) }
}

/// A range as a counted object.
final class RangeObject: CountedObject {
  let range: RangeValue
  init(_ range: RangeValue) { self.range = range }
}
