/// Writes the parts of a text whose length is known into place.
struct TextWriter {
  private var next: UnsafeMutablePointer<UInt8>

  /// A text of exactly `byteCount` bytes, which `body` writes.
  static func text(byteCount: Int, isASCII: Bool, _ body: (inout TextWriter) -> Void) -> StringObject {
    let text = String(unsafeUninitializedCapacity: byteCount) { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      var writer = TextWriter(next: start)
      body(&writer)
      return byteCount
    }
    return StringObject(text, isASCII: isASCII)
  }

  @inline(__always) mutating func write(_ text: String) {
    let next = self.next
    let count = text.utf8.withContiguousStorageIfAvailable { bytes in
      if let start = bytes.baseAddress { next.update(from: start, count: bytes.count) }
      return bytes.count
    }
    // Strings of this process are contiguous.
    self.next += count ?? 0
  }

  @inline(__always) mutating func write(_ number: Int) {
    let count = Self.length(of: number)
    var place = next + count
    next = place
    var rest = number.magnitude
    repeat {
      place -= 1
      place.pointee = UInt8(truncatingIfNeeded: rest % 10) + 0x30
      rest /= 10
    } while rest != 0
    if number < 0 { (place - 1).pointee = 0x2D }
  }

  /// How many bytes the text of a number takes.
  @inline(__always) static func length(of number: Int) -> Int {
    var count = number < 0 ? 2 : 1
    var rest = number.magnitude / 10
    while rest != 0 {
      count += 1
      rest /= 10
    }
    return count
  }
}
