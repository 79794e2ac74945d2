import TesseraTensor

/// A kernel's arguments as its shader's `Arguments` block lays them out, and the memory it reads and writes.
///
/// Addresses come first, as they need 8 bytes of alignment; then words of 32 bits.
struct KernelArguments {
  private(set) var words: [UInt32] = []
  private(set) var read: [Range<UInt64>] = []
  private(set) var written: [Range<UInt64>] = []

  var byteCount: Int { words.count * 4 }

  /// An operand that is read; nil is an address of zero.
  mutating func read(_ view: DeviceView?) {
    append(view?.address ?? 0)
    if let view { read.append(view.range) }
  }

  /// An operand that is written, or read and written.
  mutating func write(_ view: DeviceView?) {
    append(view?.address ?? 0)
    if let view { written.append(view.range) }
  }

  /// 64 bits, at an even word.
  mutating func append(_ value: UInt64) {
    words.append(UInt32(truncatingIfNeeded: value))
    words.append(UInt32(truncatingIfNeeded: value >> 32))
  }

  /// Integers of 32 bits; larger ones are refused.
  mutating func append(_ values: Int...) throws {
    for value in values {
      guard let word = Int32(exactly: value) else { throw DeviceRefusal() }
      words.append(UInt32(bitPattern: word))
    }
  }

  /// An array of a fixed length; what is missing is zero.
  mutating func append(_ values: [Int], count: Int) throws {
    guard values.count <= count else { throw DeviceRefusal() }
    for value in values { try append(value) }
    words.append(contentsOf: repeatElement(0, count: count - values.count))
  }

  /// Numbers in float32.
  mutating func append(_ values: Double...) { words += values.map { Float($0).bitPattern } }
}

/// A view's address, and the allocation around it: the range that ordering goes by.
struct DeviceView {
  let address: UInt64
  let range: Range<UInt64>
}
