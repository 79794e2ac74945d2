import CKernels
import Testing

@testable import TesseraTensor

/// Strided copies and 16-bit rounding, enumerated.
@Suite struct MovementKernelTests {
  private static let orders: [[Int]] = [
    [0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 3, 1], [0, 3, 1, 2], [1, 0, 3, 2], [2, 3, 0, 1], [3, 0, 1, 2],
  ]

  @Test(arguments: orders, [1, 2, 4, 8])
  func `a permuted copy moves every element to its place`(_ order: [Int], _ size: Int) {
    let shape: Shape = [3, 5, 33, 17]
    let source = Layout(rowMajor: shape).permuted(to: order)
    let target = Layout(rowMajor: source.shape)
    let bytes = (0..<shape.count * size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    func copy(_ cuts: [Int]) -> [UInt8] {
      var out = [UInt8](repeating: 0, count: bytes.count)
      for (begin, end) in zip(cuts, cuts.dropFirst()) {
        ck_copy(
          Int32(size), 4, target.shape.extents.map(Int64.init), bytes, source.strides.map(Int64.init), &out,
          target.strides.map(Int64.init), Int64(begin), Int64(end))
      }
      return out
    }
    var expected = [UInt8](repeating: 0, count: bytes.count)
    for element in 0..<shape.count {
      var rest = element
      var offset = 0
      for axis in (0..<4).reversed() {
        offset += rest % source.shape[axis] * source.strides[axis]
        rest /= source.shape[axis]
      }
      for byte in 0..<size { expected[element * size + byte] = bytes[offset * size + byte] }
    }
    #expect(copy([0, shape.count]) == expected)
    #expect(copy([0, 7, 16, 17, 1000, 4242, shape.count]) == expected)
  }

  @Test func `every float16 survives a round trip, and halves go to even`() {
    let halves = (0...UInt16.max).map { $0 }
    let count = Int64(halves.count)
    var floats = [Float](repeating: 0, count: halves.count)
    var back = [UInt16](repeating: 0, count: halves.count)
    ck_cast(.float16, .float32, 1, [count], halves, [1], &floats, [1], 0, count)
    ck_cast(.float32, .float16, 1, [count], floats, [1], &back, [1], 0, count)
    for (half, (float, again)) in zip(halves, zip(floats, back)) {
      let exact = HalfFloat.fromFloat16(half)
      #expect(float == exact || (float.isNaN && exact.isNaN))
      #expect(again == half || float.isNaN)
    }
    // Midpoints between neighbours, where the bits decide.
    let midpoints = halves.filter { $0 & 0x7FFF < 0x7BFF }.map { half -> Float in
      (HalfFloat.fromFloat16(half) + HalfFloat.fromFloat16(half + 1)) / 2
    }
    var rounded = [UInt16](repeating: 0, count: midpoints.count)
    ck_cast(
      .float32, .float16, 1, [Int64(midpoints.count)], midpoints, [1], &rounded, [1], 0,
      Int64(midpoints.count))
    #expect(zip(midpoints, rounded).allSatisfy { $1 == Float16Bits.from($0) })
  }

  @Test func `every bfloat16 survives a round trip`() {
    let halves = (0...UInt16.max).map { $0 }
    let count = Int64(halves.count)
    var floats = [Float](repeating: 0, count: halves.count)
    var back = [UInt16](repeating: 0, count: halves.count)
    ck_cast(.bFloat16, .float32, 1, [count], halves, [1], &floats, [1], 0, count)
    ck_cast(.float32, .bFloat16, 1, [count], floats, [1], &back, [1], 0, count)
    #expect(zip(halves, zip(floats, back)).allSatisfy { $0 == $1.1 || $1.0.isNaN })
  }
}
