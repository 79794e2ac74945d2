/// Reads Markdown as a lesson.
///
/// Total: any text gives a lesson, with ``Lesson/problems`` where it breaks the format.
public struct LessonParser {
  private let path: String
  private let lines: [Substring]
  private var position = 0
  private var blocks: [LessonBlock] = []
  private var problems: [LessonProblem] = []
  private var title: String?
  private var prose: [Substring] = []
  private var proseLine = 1
  private var seenIds: [String: Int] = [:]
  private var cellCount = 0

  /// Reads a lesson from its text; `path` is used in messages and as the title of last resort.
  public static func parse(_ text: String, path: String) -> Lesson {
    var parser = LessonParser(text, path: path)
    return parser.lesson()
  }

  private init(_ text: String, path: String) {
    self.path = path
    lines = text.lessonLines
  }

  private mutating func lesson() -> Lesson {
    while position < lines.count {
      if let fence = Fence(opening: lines[position]) {
        readFence(fence)
      } else {
        readProse(lines[position])
      }
    }
    flushProse()
    let fileName = path.split(separator: "/").last.map(String.init) ?? path
    return Lesson(path: path, title: title ?? fileName, blocks: blocks, problems: problems)
  }

  private mutating func readProse(_ line: Substring) {
    if title == nil, line.hasPrefix("# ") { title = line.dropFirst(2).trimmingBlanks }
    keepProse(line)
    position += 1
  }

  private mutating func keepProse(_ line: Substring) {
    if prose.isEmpty { proseLine = position + 1 }
    prose.append(line)
  }

  private mutating func flushProse() {
    let text = prose.joined(separator: "\n")
    if prose.contains(where: { !$0.trimmingBlanks.isEmpty }) { blocks.append(.prose(text, line: proseLine)) }
    prose = []
  }

  /// Reads a fence of any kind: a cell, a stray output, or somebody else's code, which is prose.
  private mutating func readFence(_ fence: Fence) {
    let opening = position
    let (body, end) = fenceBody(fence)
    switch fence.kind {
    case .cell: return readCell(body: body, opening: opening, end: end)
    case .output:
      report(opening, "an output fence without a cell above it", "put it right below the cell it belongs to")
    case .other:
      lines[opening...min(end, lines.count - 1)].forEach { keepProse($0) }
    }
    position = end + 1
  }

  /// The lines between the fence at `position` and its end, and the index of the closing line.
  private mutating func fenceBody(_ fence: Fence) -> (body: [Substring], end: Int) {
    let first = position + 1
    var end = first
    while end < lines.count, !fence.isClosed(by: lines[end]) { end += 1 }
    if end >= lines.count {
      report(
        position, "this fence is not closed", "close it with \(String(repeating: "`", count: fence.ticks))")
    }
    let body = lines[min(first, lines.count)..<min(end, lines.count)].map(fence.unindented)
    return (body, end)
  }

  private mutating func readCell(body: [Substring], opening: Int, end: Int) {
    flushProse()
    let (options, optionCount) = readOptions(body, firstIndex: opening + 1)
    cellCount += 1
    let id = options.id ?? "cell-\(cellCount)"
    if let earlier = seenIds.updateValue(opening + 1, forKey: id) {
      report(opening, "two cells have the id `\(id)`", "the other is on line \(earlier); rename one")
    }
    position = end + 1
    let output = readOutput()
    let cell = LessonCell(
      id: id, code: body.dropFirst(optionCount).joined(separator: "\n"), codeLine: opening + 2 + optionCount,
      line: opening + 1, endLine: end + 1, options: options, output: output)
    blocks.append(.cell(cell))
    position = output?.endLine ?? end + 1
  }

  private mutating func readOptions(_ body: [Substring], firstIndex: Int) -> (CellOptions, count: Int) {
    var options = CellOptions()
    var count = 0
    for line in body {
      guard line.hasPrefix("#|") else { break }
      let pair = line.dropFirst(2).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let key = (pair.first ?? "").trimmingBlanks
      let value = pair.count > 1 ? pair[1].trimmingBlanks : ""
      apply(key: key, value: value, to: &options, at: firstIndex + count)
      count += 1
    }
    return (options, count)
  }

  private mutating func apply(key: String, value: String, to options: inout CellOptions, at index: Int) {
    guard let option = CellOption.all.first(where: { $0.key == key }) else {
      let known = CellOption.all.map(\.key)
      let near = nearestName(to: key, among: known).map { "did you mean `\($0)`?" }
      return report(
        index, "unknown cell option `\(key)`", near ?? "the options are \(known.joined(separator: " "))")
    }
    if !option.apply(value, &options) {
      report(index, "`\(value)` is not a value of `\(key)`", "it takes \(option.example)")
    }
  }

  /// The output fence below a cell, when only blank lines stand between.
  private mutating func readOutput() -> OutputFence? {
    var index = position
    while index < lines.count, lines[index].trimmingBlanks.isEmpty { index += 1 }
    guard index < lines.count, let fence = Fence(opening: lines[index]), fence.kind == .output else {
      return nil
    }
    position = index
    let (body, end) = fenceBody(fence)
    return OutputFence(
      text: body.joined(separator: "\n"), line: index + 1, endLine: end + 1,
      precision: precision(of: fence, at: index))
  }

  private mutating func precision(of fence: Fence, at index: Int) -> NumberPrecision {
    for word in fence.info.dropFirst() {
      if word == "exact" { return .exact }
      if word.hasPrefix("tolerance="), let value = Double(word.dropFirst("tolerance=".count)), value >= 0 {
        return .relative(value)
      }
      report(index, "unknown mark `\(word)` on an output fence", "the marks are `exact` and `tolerance=1e-2`")
    }
    return .standard
  }

  private mutating func report(_ index: Int, _ title: String, _ help: String?) {
    problems.append(LessonProblem(line: index + 1, title: title, help: help))
  }
}
