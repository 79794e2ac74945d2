import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import TesseraNotebook

/// Planes through a volume: which way round they are, and what they say.
@Suite struct VolumeViewTests {
  private static let orientations = ["RAS", "LPS", "LAS", "RPI", "PIR", "ASL", "SRA", "ILP"]

  /// A dark volume with one bright voxel in its left, posterior, inferior corner.
  private func marked(_ axes: String) -> (content: VolumeView.Content, corner: [Int]) {
    let shape = [3, 4, 5]
    let corner = zip(axes, shape).map { "LPI".contains($0) ? $1 - 1 : 0 }
    var values = [Float](repeating: 0, count: 60)
    values[(corner[0] * 4 + corner[1]) * 5 + corner[2]] = 1
    return (VolumeView.Content(values: values, shape: shape, axes: axes), corner)
  }

  @Test(arguments: orientations, [false, true])
  func `a marked corner lies at its letters`(axes: String, isRadiological: Bool) throws {
    let (content, corner) = marked(axes)
    let view = VolumeView(content, at: corner, isRadiological: isRadiological)
    for plane in view.planes {
      let (width, height, places) = view.places(of: plane)
      let bright = places.indices.filter { content.values[places[$0]] == 1 }
      #expect(bright.count == 1)
      let (x, y) = (try #require(bright.first) % width, try #require(bright.first) / width)
      #expect(x == 0 || x == width - 1)
      #expect("LPI".contains(x == 0 ? plane.across.from : plane.across.to), "\(plane.name)")
      #expect("LPI".contains(y == 0 ? plane.down.from : plane.down.to), "\(plane.name)")
      #expect(y == height - 1, "posterior and inferior are at the bottom")
      // The corner's left side, or in a sagittal plane its back.
      let isOnLeft = plane.name != "sagittal" && !isRadiological
      #expect(x == (isOnLeft ? 0 : width - 1), "\(plane.name)")
    }
  }

  /// A bright block in the left, anterior, superior corner.
  private var block: VolumeView.Content {
    var content = VolumeView.Content(values: [Float](repeating: 0, count: 64), shape: [4, 4, 4], axes: "RAS")
    for i in 0..<2 { for j in 2..<4 { for k in 2..<4 { content.values[(i * 4 + j) * 4 + k] = 1 } } }
    return content
  }

  @Test func `the terminal's picture has frames, letters and captions`() {
    #expect(
      VolumeView(block, title: "a block", at: [1, 3, 3]).text == """
        a block
         axial, k = 3   coronal, j = 3
             A              S
         ┌────────┐     ┌────────┐
         │████    │     │████    │
        L│████    │R   L│████    │R
         │        │     │        │
         │        │     │        │
         └────────┘     └────────┘
             P              I
         sagittal, i = 1
             S
         ┌────────┐
         │████    │
        A│████    │P
         │        │
         │        │
         └────────┘
             I
        4 × 4 × 4 voxels of 1 × 1 × 1 mm, axes RAS
        neurological: the patient's left is on the left
        black 0 to white 1: 1st and 99th percentile
        """)
  }

  @Test func `radiological planes are mirrored, and say so`() {
    let text = VolumeView(block, at: [1, 3, 3], isRadiological: true).text
    #expect(text.contains("R│    ████│L   R│    ████│L"))
    #expect(text.contains("A│████    │P"))
    #expect(text.contains("radiological: the patient's right is on the left"))
  }

  @Test func `labels are marked in the picture and counted below it`() {
    var content = block
    content.labels = (0..<64).map { $0 % 4 == 3 && $0 / 16 == 3 ? 4 : $0 == 0 ? 12 : 0 }
    let view = VolumeView(content, at: [1, 3, 3])
    #expect(view.entries.map(\.voxels) == [4, 1])
    #expect(view.text.contains("│████  44│"))
    #expect(view.text.contains("\n4 label 4: 4 voxels\na label 12: 1 voxel"))
    let svg = view.chart.svg
    #expect(svg.contains("label 4: 4 voxels") && svg.contains("label 12: 1 voxel<"))
    // A picture and its labels for each of three planes.
    #expect(svg.components(separatedBy: "<image ").count == 7)
  }

  @Test func `a tensor has no letters, once`() {
    var content = block
    content.axes = nil
    let text = VolumeView(content).text
    #expect(text.contains("axes unknown, so no letters"))
    #expect(!text.contains("L│") && !text.contains("│R"))
  }

  @Test func `sides are to scale`() {
    let content = VolumeView.Content(
      values: [Float](repeating: 1, count: 40 * 40 * 10), shape: [40, 40, 10], spacing: [1, 1, 4], axes: "RAS"
    )
    let lines = VolumeView(content).text.split(separator: "\n")
    let borders = lines.filter { $0.hasPrefix(" └") }
    #expect(borders.count == 2)
    // Ten slices of 4 mm are as high as forty rows of 1 mm.
    let frames = lines.indices.filter { lines[$0].hasPrefix(" ┌") || lines[$0].hasPrefix(" └") }
    #expect(frames[1] - frames[0] == frames[3] - frames[2])
  }

  @Test(arguments: [[1, 1, 1], [200, 3, 90], [2, 300, 2], [5, 5, 64]])
  func `every picture fits 80 columns, has no blank at a line's end, and is XML`(shape: [Int]) {
    var values = (0..<shape.reduce(1, *)).map { Float($0 % 97) }
    values[0] = .nan
    var content = VolumeView.Content(values: values, shape: shape, spacing: [0.5, 2, 1], axes: "LPS")
    content.labels = values.map { $0.isNaN ? 0 : Int($0) % 40 }
    let view = VolumeView(content, title: "a < b")
    let chart = view.chart
    for line in chart.text.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
      #expect(line.last != " ", "\(line)")
    }
    #expect(XMLParser(data: Data(chart.svg.utf8)).parse())
    #expect(chart.svg.contains("<title id=") && chart.svg.contains("<desc id="))
    #expect(chart.text.contains("labels more") == (view.entries.count > 12))
  }
}
