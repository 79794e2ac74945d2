/// Three planes through a volume, turned as readers of scans expect them.
struct VolumeView {
  /// What is drawn.
  struct Content {
    /// One channel, row-major.
    var values: [Float]
    /// The label of every voxel, 0 for none.
    var labels: [Int]?
    /// Extents in voxels.
    var shape: [Int]
    /// Millimetres between voxels.
    var spacing: [Double] = [1, 1, 1]
    /// The direction in which each index grows, such as `RAS`; nil where nobody knows.
    var axes: String?
  }

  /// A label, its mark on a terminal and its size.
  struct Entry: Equatable {
    let label: Int
    let mark: Character
    let voxels: Int
  }

  let title: String
  let content: Content
  /// The voxel that all planes pass through.
  let at: [Int]
  let isRadiological: Bool
  /// What is drawn black, and what white.
  let window: ChartRange
  /// Labels that occur, ascending.
  let entries: [Entry]
  let planes: [VolumePlane]

  /// A view through a voxel; by default the middle one.
  init(_ content: Content, title: String = "", at: [Int]? = nil, isRadiological: Bool = false) {
    self.content = content
    self.title = title
    self.isRadiological = isRadiological
    self.at = at ?? content.shape.map { $0 / 2 }
    window = ChartRange(percentilesOf: content.values, 0.01, 0.99)
    entries = Self.entries(content.labels ?? [])
    // Where nobody knows the axes they are drawn as if they were the usual ones.
    planes = VolumePlane.all(axes: content.axes ?? "RAS", isRadiological: isRadiological)
  }

  var chart: Chart { Chart(svg: svg, text: text) }

  var heading: String { title.isEmpty ? "Three planes of a volume" : title }

  /// `axial, k = 94`.
  func name(of plane: VolumePlane) -> String {
    "\(plane.name), \(["i", "j", "k"][plane.normal]) = \(at[plane.normal])"
  }

  /// What a reader must know to read the picture, a line each.
  var captions: [String] {
    let extents = content.shape.map(String.init).joined(separator: " × ")
    let spacing = content.spacing.map(ChartNumber.text).joined(separator: " × ")
    let convention = isRadiological ? "radiological" : "neurological"
    let place: [String]
    if let axes = content.axes {
      let side = isRadiological ? "right" : "left"
      place = [
        "\(extents) voxels of \(spacing) mm, axes \(axes)",
        "\(convention): the patient's \(side) is on the left",
      ]
    } else {
      place = ["\(extents) voxels", "axes unknown, so no letters: drawn as if RAS, \(convention)"]
    }
    return place + [
      "black \(ChartNumber.text(window.low)) to white \(ChartNumber.text(window.high)): "
        + "1st and 99th percentile"
    ]
  }

  private static func entries(_ labels: [Int]) -> [Entry] {
    var counts: [Int: Int] = [:]
    for label in labels where label != 0 { counts[label, default: 0] += 1 }
    var letters = "abcdefghijklmnopqrstuvwxyz".makeIterator()
    return counts.sorted { $0.key < $1.key }.map { label, voxels in
      Entry(
        label: label, mark: (1...9).contains(label) ? Character("\(label)") : letters.next() ?? "#",
        voxels: voxels)
    }
  }
}

/// One plane: which voxel axes run across and down the picture, and which way.
struct VolumePlane {
  /// A voxel axis on the picture.
  struct Side {
    let axis: Int
    /// Whether the index falls from left to right, or from top to bottom.
    let isReversed: Bool
    /// The directions at its two ends.
    let from, to: Character
  }

  let name: String
  let across: Side
  let down: Side

  /// The voxel axis that the plane cuts.
  var normal: Int { 3 - across.axis - down.axis }

  /// Axial and coronal as if seen from the feet and from the front (radiological), or from the other side; sagittal with
  /// the face to the left.
  static func all(axes: String, isRadiological: Bool) -> [VolumePlane] {
    let side = { Self.side(towards: $0, axes: Array(axes)) }
    let across = side(isRadiological ? "L" : "R")
    return [
      VolumePlane(name: "axial", across: across, down: side("P")),
      VolumePlane(name: "coronal", across: across, down: side("I")),
      VolumePlane(name: "sagittal", across: side("P"), down: side("I")),
    ]
  }

  private static let opposites: [Character: Character] = [
    "L": "R", "R": "L", "P": "A", "A": "P", "I": "S", "S": "I",
  ]

  /// The voxel axis along a direction of the body; codes name each direction once.
  private static func side(towards end: Character, axes: [Character]) -> Side {
    let start = opposites[end] ?? end
    let axis = axes.firstIndex { $0 == end || $0 == start } ?? 0
    return Side(axis: axis, isReversed: axes[axis] != end, from: start, to: end)
  }
}

extension VolumeView {
  /// The places in the volume of a plane's pixels, row by row.
  func places(of plane: VolumePlane) -> (width: Int, height: Int, places: [Int]) {
    let shape = content.shape
    let steps = [shape[1] * shape[2], shape[2], 1]
    let (width, height) = (shape[plane.across.axis], shape[plane.down.axis])
    func step(_ side: VolumePlane.Side, _ index: Int) -> Int {
      (side.isReversed ? shape[side.axis] - 1 - index : index) * steps[side.axis]
    }
    let start = at[plane.normal] * steps[plane.normal]
    let places = (0..<height).flatMap { y in
      (0..<width).map { x in start + step(plane.across, x) + step(plane.down, y) }
    }
    return (width, height, places)
  }

  /// A plane's size in millimetres.
  func size(of plane: VolumePlane) -> (width: Double, height: Double) {
    func length(_ side: VolumePlane.Side) -> Double {
      Double(content.shape[side.axis]) * content.spacing[side.axis]
    }
    return (length(plane.across), length(plane.down))
  }
}

extension ChartRange {
  /// Between two quantiles of the finite values; of a large volume a regular sample of them stands for all.
  init(percentilesOf values: [Float], _ low: Double, _ high: Double) {
    let step = max(1, values.count / 1_000_000)
    let sample = stride(from: 0, to: values.count, by: step).map { values[$0] }.filter(\.isFinite).sorted()
    guard let last = sample.indices.last else {
      self.init([])
      return
    }
    let ends = [low, high].map { Double(sample[Int(($0 * Double(last)).rounded())]) }
    // A mask's percentiles may coincide, its values do not.
    self.init(ends[0] < ends[1] ? ends : [sample[0], sample[last]].map(Double.init))
  }
}
