/// A set of registers of one frame.
struct RegisterSet: Equatable {
  private var words = SIMD4<UInt64>()

  static let all: RegisterSet = {
    var set = RegisterSet()
    set.words = SIMD4(repeating: .max)
    return set
  }()

  func contains(_ register: Int) -> Bool { words[register >> 6] & (1 << UInt64(register & 63)) != 0 }
  mutating func insert(_ register: Int) { words[register >> 6] |= 1 << UInt64(register & 63) }
  mutating func remove(_ register: Int) { words[register >> 6] &= ~(1 << UInt64(register & 63)) }
  mutating func formUnion(_ other: RegisterSet) { words |= other.words }
  mutating func formIntersection(_ other: RegisterSet) { words &= other.words }
  mutating func subtract(_ other: RegisterSet) { words &= ~other.words }
  func union(_ other: RegisterSet) -> RegisterSet {
    var result = self
    result.formUnion(other)
    return result
  }
  func subtracting(_ other: RegisterSet) -> RegisterSet {
    var result = self
    result.subtract(other)
    return result
  }
  var isEmpty: Bool { words == SIMD4() }

  /// The registers in rising order.
  var members: [Int] {
    var result: [Int] = []
    for index in 0..<4 {
      var word = words[index]
      while word != 0 {
        result.append(index * 64 + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
    return result
  }
}
