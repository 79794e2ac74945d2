import Foundation
import Testing

@testable import TesseraData

@Suite struct SlidingWindowTests {
  @Test(arguments: [(0.5, [0, 64, 112], 18), (0.6, [0, 51, 102, 112], 32)])
  func `A BraTS volume is covered by as many windows as MONAI takes`(
    overlap: Double, first: [Int], count: Int
  ) throws {
    let plan = try SlidingWindow(imageShape: [240, 240, 155], windowSize: [128, 128, 128], overlap: overlap)
    #expect(plan.starts.count == count)
    #expect(Set(plan.starts.map { $0[0] }).sorted() == first)
    #expect(Set(plan.starts.map { $0[2] }).sorted() == [0, 27])
    #expect(plan.starts[1] == [0, 0, 27])
  }

  @Test func `Every voxel is covered and no window leaves the padded volume, for all small sizes`() throws {
    for extent in 1...12 {
      for window in 0...9 {
        for overlap in [0, 0.25, 0.5, 0.6, 0.9] {
          let plan = try SlidingWindow(imageShape: [extent], windowSize: [window], overlap: overlap)
          let size = plan.windowSize[0]
          var covered = [Bool](repeating: false, count: plan.paddedShape[0])
          for start in plan.starts { for index in start[0]..<start[0] + size { covered[index] = true } }
          let isCovered = covered.allSatisfy(\.self)
          #expect(isCovered && plan.starts.map { $0[0] } == Set(plan.starts.map { $0[0] }).sorted())
        }
      }
    }
  }

  @Test func `The Gaussian map equals MONAI's`() throws {
    let large = try SlidingWindow(imageShape: [128, 128, 128], windowSize: [128, 128, 128])
      .importanceMap(.gaussian())
    #expect(abs((large.max() ?? 0) - 0.998536229) < 1e-6 && large[0] == 1e-3)
    let small = try SlidingWindow(imageShape: [8, 6, 4], windowSize: [8, 6, 4]).importanceMap(.gaussian())
    #expect(abs((small.max() ?? 0) - 0.428603828) < 1e-6)
    #expect(abs(small.reduce(0, +) - 5.9080739) < 1e-4 && small.min() == 1e-3)
  }

  @Test(arguments: [(false, 0.512735069, 0.0245522242), (true, 0.511398911, 0.0491206832)])
  func `Stitched windows equal MONAI's`(isGaussian: Bool, mean: Double, middle: Double) throws {
    let shape = [10, 9, 5]
    let image = (0..<450).map { Float(sin(0.05 * Double($0))) }
    let plan = try SlidingWindow(imageShape: shape, windowSize: [6, 6, 6], overlap: 0.5)
    let result = try plan.stitched(image, channels: 1, importance: isGaussian ? .gaussian() : .constant) {
      window in
      let average = window.reduce(0, +) / Float(window.count)
      return window.map { $0 * $0 + average }
    }
    #expect(result.count == 450)
    #expect(abs(result.reduce(0) { $0 + Double($1) } / 450 - mean) < 1e-5)
    #expect(abs(Double(result[0]) - 0.0042041163) < 1e-6)
    #expect(abs(Double(result[5 * 45 + 5 * 5 + 2]) - middle) < 1e-6)
  }

  @Test func `The identity comes back for any number of channels and any size`() throws {
    for shape in [[4, 4], [7, 5], [3, 9]] {
      let count = shape.reduce(1, *)
      let image = (0..<2 * count).map(Float.init)
      let plan = try SlidingWindow(imageShape: shape, windowSize: [4, 4], overlap: 0.25)
      #expect(try plan.stitched(image, channels: 2) { $0 }.isClose(to: image, tolerance: 1e-4))
    }
  }

  @Test(arguments: [1.0, -0.1, .nan])
  func `An overlap outside 0 to 1 is refused`(overlap: Double) {
    #expect(throws: DataError.self) {
      try SlidingWindow(imageShape: [8, 8], windowSize: [4, 4], overlap: overlap)
    }
  }

  @Test(arguments: [[4], [4, 4, 4], [Int.max, 4], [1 << 40, 1 << 40]])
  func `A window of another rank or beyond any memory is refused`(windowSize: [Int]) {
    #expect(throws: DataError.self) { try SlidingWindow(imageShape: [8, 8], windowSize: windowSize) }
  }

  @Test func `A prediction that does not fill its window is refused`() throws {
    let plan = try SlidingWindow(imageShape: [8], windowSize: [4])
    for count in [0, 3, 5] {
      #expect(throws: DataError.self) {
        try plan.stitched(Array(repeating: 0, count: 8), channels: 1) { _ in Array(repeating: 0, count: count)
        }
      }
    }
  }
}
