import TesseraTensor

/// What each top-level module keeps for backward, what it dropped against a run that kept everything, and what is
/// computed again.
public struct MemoryBlockStrip: Sendable {
  /// One module.
  public struct Block: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Bytes its nodes keep.
    public let kept: Int
    /// Bytes that the run to compare with kept and this one does not.
    public let dropped: Int
    /// Its segments that backward ran again.
    public let recomputed: Int
  }

  /// The runs' names: the one that is shown and the one it is held against.
  let label: String
  /// Modules, the largest of either run first.
  public let blocks: [Block]

  /// A strip of one run, or of one held against another that kept everything.
  public init(_ report: MemoryReport, against plain: MemoryReport? = nil) {
    label = report.label
    let kept = Self.bytes(report)
    let whole = plain.map(Self.bytes) ?? kept
    let recomputed = report.recomputed.reduce(into: [:]) { $0[MemoryModule.name(of: $1), default: 0] += 1 }
    let names = Set(kept.keys).union(whole.keys).union(recomputed.keys)
    blocks = names.map { name in
      Block(
        name: name, kept: kept[name] ?? 0, dropped: max(0, (whole[name] ?? 0) - (kept[name] ?? 0)),
        recomputed: recomputed[name] ?? 0)
    }.sorted { ($1.kept + $1.dropped, $0.name) < ($0.kept + $0.dropped, $1.name) }
  }

  private static func bytes(_ report: MemoryReport) -> [String: Int] {
    (report.forwardEnd?.savedByModule ?? []).reduce(into: [:]) { $0[$1.name] = $1.bytes }
  }

  private var largest: Int { max(1, blocks.map { $0.kept + $0.dropped }.max() ?? 1) }

  /// Both forms together.
  public func chart(style: TextStyle = .plain, isASCII: Bool = false) -> Chart {
    Chart(svg: svg(), text: text(style: style, isASCII: isASCII))
  }
}

extension MemoryBlockStrip {
  /// A line a module, at most 72 columns wide; modules too small for a cell of their own share one.
  public func text(style: TextStyle = .plain, isASCII: Bool = false) -> String {
    let (full, empty, sign) = isASCII ? ("#", ".", "recomputed") : ("█", "░", "↻")
    let shown = foldedBlocks
    let nameWidth = min(18, shown.map(\.name.count).max() ?? 0)
    let lines = shown.map { block in
      let kept = cells(block.kept)
      let dropped = max(block.dropped > 0 ? 1 : 0, cells(block.kept + block.dropped) - kept)
      let bar =
        style.apply(.yellow, String(repeating: full, count: kept))
        + style.apply(.dim, String(repeating: empty, count: dropped))
      let name = String(block.name.prefix(nameWidth))
      let gap = String(repeating: " ", count: nameWidth - name.count)
      return "\(name)\(gap)  \(bar) \(block.note(sign))".trimmedEnd
    }
    let key = "\(full) kept for backward  \(empty) dropped  \(sign) n: segments computed again"
    return ([style.apply(.bold, "\(label): what each module keeps")] + lines + [key]).joined(separator: "\n")
  }

  /// The blocks with the small ones as one, where there are several.
  private var foldedBlocks: [Block] {
    let small = blocks.filter { ($0.kept + $0.dropped) * 40 < largest }
    guard small.count > 1 else { return blocks }
    let rest = Block(
      name: "\(small.count) smaller", kept: small.reduce(0) { $0 + $1.kept },
      dropped: small.reduce(0) { $0 + $1.dropped }, recomputed: small.reduce(0) { $0 + $1.recomputed })
    return blocks.filter { !small.contains($0) } + [rest]
  }

  private func cells(_ bytes: Int) -> Int {
    let share = (20 * Double(bytes) / Double(largest)).rounded()
    return bytes == 0 ? 0 : max(1, Int(share))
  }

  /// The same as a picture.
  public func svg() -> String {
    let rowHeight = 26.0
    let (left, width) = (150.0, 470.0)
    let rows = blocks.enumerated().flatMap { index, block -> [String] in
      let y = 60 + Double(index) * rowHeight
      let scale = width / Double(largest)
      let kept = Double(block.kept) * scale
      return [
        SVG.text(block.name, x: left - 10, y: y + 14, class: "key", anchor: "end"),
        SVG.rect(x: left, y: y, width: kept, height: 18, fill: MemoryBlockStrip.keptColor),
        SVG.rect(
          x: left + kept, y: y, width: Double(block.dropped) * scale, height: 18,
          fill: MemoryBlockStrip.droppedColor),
        SVG.text(
          block.note(), x: left + Double(block.kept + block.dropped) * scale + 8, y: y + 14, class: "key"),
      ]
    }
    let title = "What each module keeps for backward: \(label)"
    let description = blocks.map { "\($0.name): \($0.note("recomputed"))." }.joined(separator: " ")
    return SVG.document(
      width: 960, height: 72 + Double(blocks.count) * rowHeight, title: title, description: description,
      body: [SVG.text(title, x: 16, y: 28, class: "title")] + legend + rows)
  }

  private static let keptColor = "#E69F00"
  private static let droppedColor = "#BFC7CF"

  private var legend: [String] {
    [
      SVG.rect(x: 150, y: 38, width: 12, height: 12, fill: Self.keptColor),
      SVG.text("kept", x: 168, y: 49, class: "key"),
      SVG.rect(x: 220, y: 38, width: 12, height: 12, fill: Self.droppedColor),
      SVG.text("dropped, and computed again (↻) during backward", x: 238, y: 49, class: "key"),
    ]
  }
}

extension MemoryBlockStrip.Block {
  /// `597 MiB of 3.48 GiB, ↻ 4`.
  fileprivate func note(_ sign: String = "↻") -> String {
    let sizes =
      dropped == 0 ? ByteCount.size(kept) : "\(ByteCount.size(kept)) of \(ByteCount.size(kept + dropped))"
    return recomputed == 0 ? sizes : "\(sizes), \(sign) \(recomputed)"
  }
}
