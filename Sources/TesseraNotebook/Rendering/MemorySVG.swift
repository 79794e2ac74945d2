import TesseraTensor

/// The few SVG elements that memory pictures are made of.
enum SVG {
  /// A whole document; its colours follow the page's light or dark scheme.
  static func document(
    width: Double, height: Double, title: String, description: String, body: [String]
  ) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
    width="\(number(width))" height="\(number(height))" role="img" aria-labelledby="title desc">
    <title id="title">\(escaped(title))</title>
    <desc id="desc">\(escaped(description))</desc>
    <style>
    text { font-family: system-ui, "DejaVu Sans", sans-serif; fill: #1f2328; font-size: 13px }
    .page { fill: #ffffff } .title { font-size: 18px; font-weight: 600 } .head { font-size: 15px; font-weight: 600 }
    .axis { fill: #57606a; font-size: 12px } .grid { stroke: #d0d7de; stroke-width: 1 }
    .band { stroke: #ffffff; stroke-width: 0.4 } .phase { fill: #ffffff; font-size: 11px }
    .peak { fill: #ffffff; stroke: #1f2328; stroke-width: 2 }
    .peakline { stroke: #1f2328; stroke-width: 1; stroke-dasharray: 3 3 } .note { font-weight: 600 }
    @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .page { fill: #0d1117 } .axis { fill: #9198a1 } .grid { stroke: #30363d }
    .band { stroke: #0d1117 } .phase { fill: #ffffff } .peak { fill: #0d1117; stroke: #e6edf3 }
    .peakline { stroke: #e6edf3 }
    }
    </style>
    <rect class="page" width="100%" height="100%"/>
    \(body.joined(separator: "\n"))
    </svg>

    """
  }

  static func text(
    _ text: String, x: Double, y: Double, class name: String, anchor: String = "start"
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" class=\"\(name)\" text-anchor=\"\(anchor)\">"
      + "\(escaped(text))</text>"
  }

  static func line(x1: Double, y1: Double, x2: Double, y2: Double, class name: String) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" "
      + "class=\"\(name)\"/>"
  }

  static func rect(x: Double, y: Double, width: Double, height: Double, fill: String) -> String {
    "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" "
      + "fill=\"\(fill)\"/>"
  }

  static func circle(x: Double, y: Double, radius: Double, class name: String) -> String {
    "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" class=\"\(name)\"/>"
  }

  /// A tenth of a unit is finer than any screen.
  static func number(_ value: Double) -> String {
    let text = ByteCount.fixed(value, digits: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Labels come from programs, so anything may stand in them; control characters are no XML at all.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
