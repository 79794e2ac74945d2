import Testing

@testable import TesseraData

@Suite struct TransformTests {
  @Test func `Normalization over nonzero voxels equals MONAI's`() {
    let expected: [Float] = [0, -1.183215857, -0.507092535, 0.169030845, 0, 1.521277547]
    #expect(Intensity.normalized([0, 1, 2, 3, 0, 5], channels: 1).isClose(to: expected))
  }

  @Test func `Channels are normalized apart or together, zeros kept or counted`() {
    let values: [Float] = [1, 3, 0, 0, 5, 5]
    #expect(Intensity.normalized(values, channels: 2) == [-1, 1, 0, 0, 0, 0])
    let together = Intensity.normalized(values, channels: 2, channelwise: false)
    #expect(together[2] == 0 && together[3] == 0 && together[4] == together[5] && together[0] < 0)
    let all = Intensity.normalized([0, 2], channels: 1, nonzero: false)
    #expect(all == [-1, 1])
    #expect(Intensity.normalized([0, 0], channels: 1) == [0, 0])
    #expect(Intensity.normalized([], channels: 1).isEmpty)
  }

  @Test func `Scaling and shifting move every value, zeros too`() {
    #expect(Intensity.scaled([0, 2], by: 0.5) == [0, 3])
    #expect(Intensity.shifted([0, 2], by: 0.5) == [0.5, 2.5])
  }

  @Test func `The foreground box equals MONAI's, also where it leaves the volume`() {
    let shape = [7, 9, 6]
    let values: [Float] = mask(shape, Box(start: [1, 2, 0], end: [4, 8, 5])).map { $0 ? 1 : 0 }
    let box = Box(foregroundOf: values, channels: 1, shape: shape, divisibleBy: [4, 4, 4])
    #expect(box == Box(start: [1, 1, -1], end: [5, 9, 7]))
    let tight = Box(foregroundOf: values, channels: 1, shape: shape)
    #expect(tight == Box(start: [1, 2, 0], end: [4, 8, 5]))
    #expect(Box(foregroundOf: [0, 0, -1], channels: 1, shape: [3]) == nil)
  }

  @Test func `A foreground is that of any channel`() {
    #expect(
      Box(foregroundOf: [0, 1, 0, 0, 0, 0, 0, 2], channels: 2, shape: [4]) == Box(start: [1], end: [4]))
  }

  @Test func `A crop equals picking each voxel, with padding outside, for every box around a volume`() {
    let shape = [3, 4]
    let values = Array(0..<24)
    for (top, left) in [(-3, -2), (-1, 0), (0, 0), (1, -1), (2, 3), (4, 1), (-5, 6)] {
      for (height, width) in [(0, 2), (1, 1), (2, 5), (6, 7), (3, 4)] {
        let box = Box(start: [top, left], end: [top + height, left + width])
        var expected: [Int] = []
        for channel in 0..<2 {
          for row in top..<top + height {
            for column in left..<left + width {
              let isInside = (0..<3).contains(row) && (0..<4).contains(column)
              expected.append(isInside ? values[channel * 12 + row * 4 + column] : -1)
            }
          }
        }
        #expect(box.cropped(values, channels: 2, shape: shape, padding: -1) == expected, "\(box)")
      }
    }
  }

  @Test func `A centred box leaves equal margins`() {
    #expect(
      Box(centered: [128, 128, 128], in: [145, 181, 155]) == Box(start: [8, 26, 13], end: [136, 154, 141]))
  }

  @Test func `A flip reverses one axis and is its own inverse`() {
    let values = Array(0..<12)
    #expect(flipped(values, shape: [2, 3, 2], axis: 1) == [4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7])
    for axis in 0..<3 {
      #expect(
        flipped(flipped(values, shape: [2, 3, 2], axis: axis), shape: [2, 3, 2], axis: axis) == values)
    }
    #expect(flipped([Int](), shape: [2, 0], axis: 1).isEmpty)
  }

  @Test func `Labels become MONAI's three regions under either year's rule`() {
    let labels: [Float] = [0, 1, 2, 4, 3]
    let until2021: [Float] = [0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0]
    let since2023: [Float] = [0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1]
    #expect(BraTSLabels.channels(labels, enhancing: .four) == until2021)
    #expect(BraTSLabels.channels(labels, enhancing: .three) == since2023)
  }

  @Test func `Regions painted in order give the labels back`() {
    for enhancing in [BraTSLabels.Enhancing.three, .four] {
      let labels: [Float] = [0, 1, 2, Float(enhancing.rawValue)]
      let channels = BraTSLabels.channels(labels, enhancing: enhancing).map { $0 > 0 }
      #expect(BraTSLabels.labels(fromChannels: channels, enhancing: enhancing) == labels)
    }
  }

  @Test func `The rule is found from the labels, and a mixture is refused`() throws {
    #expect(try BraTSLabels.enhancing(in: [0, 1, 2, 4]) == .four)
    #expect(try BraTSLabels.enhancing(in: [0, 3]) == .three)
    #expect(try BraTSLabels.enhancing(in: [0]) == .three)
    #expect(throws: DataError.self) { try BraTSLabels.enhancing(in: [3, 4]) }
    #expect(throws: DataError.self) { try BraTSLabels.enhancing(in: [0.5]) }
    #expect(throws: DataError.self) { try BraTSLabels.enhancing(in: [.nan]) }
  }
}
