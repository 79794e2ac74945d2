import TesseraData
import TesseraScript
import TesseraTensor

/// `view`: planes through a volume.
enum ViewBuiltin {
  /// A picture's overlay numbers its labels with a byte.
  private static let mostLabels = 255

  static let view = Builtin(
    "view(volume, label=None, channel=0, at=None, title=\"\", file=None, radiological=False)",
    "Draws three planes through a volume, axial, coronal and sagittal, with letters for the body's directions.",
    details:
      "volume is what load_volume returns, or a tensor (x, y, z) or (channels, x, y, z), whose axes nobody knows: it "
      + "has no letters. at=(i, j, k) names the voxel that the planes pass through, else it is the middle one. "
      + "The patient's left is on the left (neurological); radiological=True turns axial and coronal planes, and the "
      + "picture says which it is. Sagittal planes face left. Shades run from the 1st to the 99th percentile, sides "
      + "are to scale. label is a volume or tensor (x, y, z) of whole numbers, 0 for none: drawn over the shades, "
      + "with the number of voxels of each. file=\"name.svg\" also writes a picture.",
    example: """
      x = zeros(4, 4, 4)
      x[0:2, 2:4, 2:4] = 1
      view(x, at=(1, 3, 3))
      """,
    output: """
       axial, k = 3   coronal, j = 3
       ┌────────┐     ┌────────┐
       │████    │     │████    │
       │████    │     │████    │
       │        │     │        │
       │        │     │        │
       └────────┘     └────────┘
       sagittal, i = 1
       ┌────────┐
       │████    │
       │████    │
       │        │
       │        │
       └────────┘
      4 × 4 × 4 voxels
      axes unknown, so no letters: drawn as if RAS, neurological
      black 0 to white 1: 1st and 99th percentile
      """
  ) { call in
    var content = try content(call)
    content.labels = try labels(call, shape: content.shape)
    let at = try call.optionalInts("at")
    if let at {
      guard at.count == 3, zip(at, content.shape).allSatisfy({ $0 >= 0 && $0 < $1 }) else {
        throw call.mismatch("at", "a voxel (i, j, k) of \(Shape(content.shape))")
      }
    }
    let view = VolumeView(
      content, title: try call.string("title"), at: at, isRadiological: try call.bool("radiological"))
    guard view.entries.count <= mostLabels else {
      throw call.mismatch("label", "a map of at most \(mostLabels) labels")
    }
    return try call.draw(view.chart)
  }

  /// One channel of the volume, with its place in space where there is one.
  private static func content(_ call: Call) throws -> VolumeView.Content {
    let channel = try call.int("channel")
    if case .host(let object as VolumeObject) = call["volume"] {
      let source = object.source
      let values = try source.values()
      // A NIfTI file's further axes follow the three of space, a case's modalities go before them.
      let isLast = if case .volume = source { true } else { false }
      let shape = isLast ? Array(source.shape.prefix(3)) : Array(source.shape.suffix(3))
      return VolumeView.Content(
        values: try pick(channel, of: values, voxels: shape.reduce(1, *), isLast: isLast, call),
        shape: shape, spacing: source.affine.spacing, axes: source.affine.axisCodes)
    }
    guard let tensor = call["volume"].tensor else {
      throw call.mismatch("volume", "a volume, or a tensor (x, y, z) or (channels, x, y, z)")
    }
    let shape = Array(tensor.shape.extents.suffix(3))
    guard tensor.rank == 3 || tensor.rank == 4, tensor.shape.count > 0 else {
      throw TensorError.wrongRank(
        op: "view", argument: "volume", expected: "(x, y, z) or (channels, x, y, z), with voxels",
        shape: tensor.shape)
    }
    return VolumeView.Content(
      values: try pick(channel, of: tensor.floats(), voxels: shape.reduce(1, *), isLast: false, call),
      shape: shape)
  }

  private static func pick(
    _ channel: Int, of values: [Float], voxels: Int, isLast: Bool, _ call: Call
  ) throws -> [Float] {
    let count = values.count / voxels
    guard channel >= 0, channel < count else {
      throw call.mismatch("channel", count == 1 ? "0: there is one" : "a number from 0 to \(count - 1)")
    }
    if count == 1 { return values }
    if isLast { return (0..<voxels).map { values[$0 * count + channel] } }
    return Array(values[channel * voxels..<(channel + 1) * voxels])
  }

  private static func labels(_ call: Call, shape: [Int]) throws -> [Int]? {
    if call.isNone("label") { return nil }
    let expected = "whole numbers of shape \(Shape(shape))"
    let values: [Float]
    switch call["label"] {
    case .host(let object as VolumeObject):
      guard object.source.shape == shape else { throw call.mismatch("label", expected) }
      values = try object.source.values()
    default:
      guard let tensor = call["label"].tensor else { throw call.mismatch("label", "a volume or a tensor") }
      let own = tensor.shape.extents
      guard own == shape || own == [1] + shape else {
        throw TensorError.shapeMismatch(
          op: "view", expected: "\(Shape(shape)), the volume's", got: tensor.shape, argument: "label")
      }
      values = try tensor.floats()
    }
    return try values.map { value in
      guard let label = Int(exactly: value), label >= 0 else { throw call.mismatch("label", expected) }
      return label
    }
  }
}
