import Testing

@testable import TesseraData

@Suite struct RawArrayTests {
  @Test func `Every element type converts the numbers it can hold`() throws {
    let bytes: [(ElementType, [UInt8])] = [
      (.float64, [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]), (.float32, [0, 0, 0x80, 0x3F]), (.float16, [0, 0x3C]),
      (.bfloat16, [0x80, 0x3F]), (.int64, [1, 0, 0, 0, 0, 0, 0, 0]), (.int32, [1, 0, 0, 0]),
      (.int16, [1, 0]),
      (.int8, [1]), (.uint64, [1, 0, 0, 0, 0, 0, 0, 0]), (.uint32, [1, 0, 0, 0]), (.uint16, [1, 0]),
      (.uint8, [1]),
      (.bool, [1]),
    ]
    #expect(Set(bytes.map(\.0)) == Set(ElementType.allCases))
    for (type, one) in bytes {
      let array = try RawArray(
        elementType: type, shape: [2], bytes: one + Array(repeating: 0, count: one.count))
      #expect(array.count == 2 && array.floats() == [1, 0] && array.doubles() == [1, 0], "\(type)")
      let isFloat = [.float64, .float32, .float16, .bfloat16].contains(type)
      #expect(array.integers() == (isFloat ? nil : [1, 0]), "\(type)")
    }
  }

  @Test func `64-bit integers are exact as integers`() throws {
    let large = Int64.max - 1
    #expect(try RawArray([large, .min], shape: [2]).integers() == [large, .min])
    let beyond = try RawArray(elementType: .uint64, shape: [1], bytes: Array(repeating: 0xFF, count: 8))
    #expect(beyond.integers() == nil)
  }

  @Test func `bfloat16 rounds to nearest, ties to even, and keeps NaN and infinity`() throws {
    let halfway = Float(bitPattern: 0x3F80_8000)
    let aboveHalfway = Float(bitPattern: 0x3F80_8001)
    let oddHalfway = Float(bitPattern: 0x3F81_8000)
    let array = try RawArray(
      [halfway, aboveHalfway, oddHalfway, .infinity, .greatestFiniteMagnitude], shape: [5],
      halfPrecision: .bfloat16)
    #expect(
      array.floats().map(\.bitPattern) == [0x3F80_0000, 0x3F81_0000, 0x3F82_0000, 0x7F80_0000, 0x7F80_0000])
    let nan = try RawArray([Float(bitPattern: 0x7F80_0001)], shape: [1], halfPrecision: .bfloat16)
    #expect(nan.floats()[0].isNaN)
  }

  @Test func `Every bfloat16 and float16 pattern survives a round trip`() throws {
    let patterns = packed(Array(UInt16.min...UInt16.max)) { $0.littleEndian }
    for half in [RawArray.HalfPrecision.float16, .bfloat16] {
      let array = try RawArray(elementType: half.elementType, shape: [65536], bytes: patterns)
      let floats = array.floats()
      let again = try RawArray(floats, shape: [65536], halfPrecision: half).floats()
      let isEqual = zip(floats, again).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
      #expect(isEqual)
    }
  }

  @Test(arguments: [([2], 3), ([-1], 4), ([], 0), ([Int.max, 2], 0), ([0, Int.max, Int.max], 0)])
  func `Bytes that do not fill the shape are refused`(shape: [Int], bytes: Int) {
    #expect(throws: DataError.self) {
      try RawArray(elementType: .float32, shape: shape, bytes: Array(repeating: 0, count: bytes))
    }
  }
}
