import TesseraScript
import TesseraTensor

/// How far a loop over `progress(…)` has come.
public struct LoopProgress: Sendable {
  /// What the program calls the loop; may be empty.
  public let label: String
  /// Turns that have ended.
  public let done: Int
  /// Turns there will be.
  public let total: Int
  /// Since the loop began.
  public let seconds: Double

  /// Whether the loop is over.
  public var isFinished: Bool { done >= total }

  /// A line of at most `width` columns: label, bar, turns, time passed and time left.
  public func line(width: Int) -> String {
    let head = label.isEmpty ? "" : label + " "
    var tail = " \(done)/\(total) \(ProfileText.wholeSeconds(seconds))"
    if done > 0, !isFinished {
      tail += ", \(ProfileText.wholeSeconds(seconds / Double(done) * Double(total - done))) left"
    }
    let room = min(30, width - head.count - tail.count)
    guard room >= 5 else { return String((head + tail.dropFirst()).prefix(width)) }
    let filled = total == 0 ? room : room * done / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: room - filled)
    return head + bar + tail
  }
}

/// What `progress(values)` gives: the values, and word of each turn.
final class ProgressObject: HostObject {
  private let label: String
  private let count: Int
  private let element: (Int) -> Value
  private let report: (LoopProgress) -> Void

  init(
    label: String, count: Int, element: @escaping (Int) -> Value, report: @escaping (LoopProgress) -> Void
  ) {
    self.label = label
    self.count = count
    self.element = element
    self.report = report
  }

  override var typeName: String { "progress" }
  override func length() -> Int? { count }

  override func iterator() -> (any IteratorProtocol<Value>)? {
    let start = Clock.nanoseconds()
    var done = -1
    return AnyIterator { [self] in
      done += 1
      report(LoopProgress(label: label, done: done, total: count, seconds: Clock.seconds(since: start)))
      return done < count ? element(done) : nil
    }
  }
}

extension Session {
  /// `progress(values)`: a bar on a terminal, and nowhere else a word.
  func defineProgressBuiltin() {
    let help = Help(
      "The same values for a loop, which shows on a terminal how far it has come and how long it still takes.",
      details: "In a pipe, in CI and with -q nothing is shown. label names the loop.",
      example: "total = 0\nfor n in progress(range(4), label=\"adding\") { total += n }\nprint(total)",
      output: "6")
    interpreter.defineBuiltin(
      NativeFunction("progress(values, label=\"\")", help: help) { [unowned self] arguments, interpreter in
        let (count, element) = try Self.elements(of: arguments["values"], interpreter)
        return .host(
          ProgressObject(label: try arguments.string("label"), count: count, element: element) {
            [unowned self] in progressSink($0)
          })
      })
  }

  /// The values by number; a range is not walked through for that.
  private static func elements(
    of values: Value, _ interpreter: Interpreter
  ) throws -> (count: Int, element: (Int) -> Value) {
    switch values {
    case .range(let range): return (range.count, { .int(range.number(at: $0)) })
    case .tuple(let items): return (items.count, { items[$0] })
    default:
      guard let list = interpreter.builtin("list"),
        case .list(let items) = try interpreter.call(list, Arguments([values]))
      else { return (0, { _ in .none }) }
      let elements = items.values
      return (elements.count, { elements[$0] })
    }
  }
}
