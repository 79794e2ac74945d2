import Foundation
import TesseraData

extension VolumeView {
  /// Pixels that all planes together are wide, and a voxel at most.
  private static let panelsWidth = 840.0
  private static let mostPixels = 24.0
  /// Room between panels for their letters.
  private static let gap = 36.0
  /// Colours of labels in turn: Okabe and Ito's, which readers with any colour vision can tell apart.
  private static let colors: [PNG.Color] = [
    (0xE6, 0x9F, 0x00), (0x56, 0xB4, 0xE9), (0x00, 0x9E, 0x73), (0xF0, 0xE4, 0x42), (0xD5, 0x5E, 0x00),
    (0xCC, 0x79, 0xA7), (0x00, 0x72, 0xB2),
  ].map { PNG.Color($0.0, $0.1, $0.2, alpha: 0xA0) }

  private func color(_ number: Int) -> PNG.Color { Self.colors[number % Self.colors.count] }

  /// Pixels a millimetre.
  private var scale: Double {
    let width = planes.map { size(of: $0).width }.reduce(0, +)
    return min(Self.panelsWidth / width, Self.mostPixels / (content.spacing.min() ?? 1))
  }

  var svg: String {
    let scale = scale
    let sizes = planes.map { size(of: $0) }
    let height = (sizes.map(\.height).max() ?? 0) * scale
    var left = Self.gap
    let top = 96.0
    var body = [SVG.text(heading, x: Self.gap, y: 32, class: "title")]
    for (plane, size) in zip(planes, sizes) {
      body += panel(plane, x: left, y: top, width: size.width * scale, height: size.height * scale)
      left += size.width * scale + Self.gap
    }
    let below = top + height + 44
    body += captions.enumerated().map {
      SVG.text($1, x: Self.gap, y: below + 18 * Double($0), class: "axis")
    }
    let legendTop = below + 18 * Double(captions.count)
    body += svgLegend(y: legendTop)
    return SVG.document(
      width: max(480, left), height: legendTop + 18 * Double(legend.count) + 8, title: heading,
      description: description, body: body)
  }

  /// What the picture shows, for those who do not see it.
  private var description: String {
    let labels = entries.map { "label \($0.label) has \(ByteText.grouped($0.voxels)) voxels" }
    return (planes.map { name(of: $0) } + captions + labels).joined(separator: "; ") + "."
  }

  private func svgLegend(y: Double) -> [String] {
    legend.enumerated().flatMap { number, line -> [String] in
      let baseline = y + 18 * Double(number)
      guard number < entries.count, !line.hasPrefix("and ") else {
        return [SVG.text(line, x: Self.gap, y: baseline, class: "axis")]
      }
      return [
        SVG.rect(x: Self.gap, y: baseline - 10, width: 11, height: 11, fill: color(number).hex),
        SVG.text(String(line.dropFirst(2)), x: Self.gap + 18, y: baseline, class: "axis"),
      ]
    }
  }

  /// A plane's picture, its labels over it, its name, and the letters at its edges.
  private func panel(_ plane: VolumePlane, x: Double, y: Double, width: Double, height: Double) -> [String] {
    let (columns, _, places) = places(of: plane)
    var parts = [SVG.text(name(of: plane), x: x, y: y - 24, class: "head")]
    let shades = places.map { place -> UInt8 in
      let share = window.place(of: Double(content.values[place])) ?? 0
      return UInt8((255 * min(1, max(0, share))).rounded())
    }
    parts.append(image(try? PNG.gray(shades, width: columns), x: x, y: y, width: width, height: height))
    if let labels = content.labels, !entries.isEmpty {
      let numbers = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.label, UInt8($0 + 1)) })
      let overlay = places.map { numbers[labels[$0]] ?? 0 }
      let palette = [PNG.Color(0, 0, 0, alpha: 0)] + entries.indices.map(color)
      parts.append(
        image(
          try? PNG.indexed(overlay, width: columns, palette: palette), x: x, y: y, width: width,
          height: height))
    }
    guard content.axes != nil else { return parts }
    let (middle, centre) = (y + height / 2 + 5, x + width / 2)
    return parts + [
      SVG.text(String(plane.across.from), x: x - 6, y: middle, class: "note", anchor: "end"),
      SVG.text(String(plane.across.to), x: x + width + 6, y: middle, class: "note"),
      SVG.text(String(plane.down.from), x: centre, y: y - 5, class: "note", anchor: "middle"),
      SVG.text(String(plane.down.to), x: centre, y: y + height + 16, class: "note", anchor: "middle"),
    ]
  }

  private func image(_ png: [UInt8]?, x: Double, y: Double, width: Double, height: Double) -> String {
    let data = Data(png ?? []).base64EncodedString()
    return "<image x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\" width=\"\(SVG.number(width))\" "
      + "height=\"\(SVG.number(height))\" preserveAspectRatio=\"none\" style=\"image-rendering: pixelated\" "
      + "href=\"data:image/png;base64,\(data)\"/>"
  }
}

extension PNG.Color {
  /// `#E69F00`, without its alpha.
  fileprivate var hex: String {
    "#"
      + [red, green, blue].map { part in
        let text = String(part, radix: 16, uppercase: true)
        return text.count == 1 ? "0" + text : text
      }.joined()
  }
}
