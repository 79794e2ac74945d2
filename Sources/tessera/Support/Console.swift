import Dispatch
import Glibc
import Synchronization
import TesseraNotebook
import TesseraScript

/// The two streams a person sees: results on one, diagnostics and progress on the other.
///
/// On a terminal nothing is silent for more than two seconds: while an activity is under way a line on standard
/// error says what and for how long, and disappears before the next output.
final class Console: Sendable {
  /// The look of results.
  let style: TextStyle
  /// The look of diagnostics.
  let errorStyle: TextStyle
  /// Columns of the terminal now; 80 where there is none.
  var width: Int { Self.terminalWidth() ?? Environment["COLUMNS"].flatMap { Int($0) } ?? 80 }

  /// Columns for diagnostics.
  var errorWidth: Int { StandardStream.error.isTerminal ? width : Diagnostic.usualColumns }

  private let progress = Mutex(Progress())

  private struct Progress {
    var activity: String?
    /// The loop under way, where one says how far it is.
    var loop: LoopProgress?
    var loopShown = ContinuousClock.now
    var quietSince = ContinuousClock.now
    var start = ContinuousClock.now
    var isShown = false
    var atLineStart = true
    var generation = 0
  }

  private let showsProgress: Bool

  init(color: ColorMode, quiet: Bool = false) {
    showsProgress = !quiet && StandardStream.error.isTerminal
    let environment = Environment.all
    style = color.style(isTerminal: StandardStream.output.isTerminal, environment: environment)
    errorStyle = color.style(isTerminal: StandardStream.error.isTerminal, environment: environment)
  }

  /// Writes a result.
  func write(_ text: String) { write(text, to: .output) }
  /// Writes a diagnostic or a remark.
  func note(_ text: String) { write(text, to: .error) }

  private func write(_ text: String, to stream: StandardStream) {
    guard !text.isEmpty else { return }
    progress.withLock { state in
      hideLine(&state)
      stream.write(text)
      state.quietSince = .now
      state.atLineStart = text.last?.isNewline == true
    }
  }

  /// Runs `body` while the progress line may speak of `activity`.
  func during<Result>(_ activity: String, _ body: () throws -> Result) rethrows -> Result {
    guard showsProgress else { return try body() }
    let generation = progress.withLock { state in
      state.activity = activity
      state.start = .now
      state.quietSince = .now
      state.generation += 1
      return state.generation
    }
    scheduleTick(generation)
    defer {
      progress.withLock { state in
        hideLine(&state)
        (state.activity, state.loop) = (nil, nil)
        state.generation += 1
      }
    }
    return try body()
  }

  private func scheduleTick(_ generation: Int) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(500)) { [weak self] in
      self?.tick(generation)
    }
  }

  private func tick(_ generation: Int) {
    let continues = progress.withLock { state in
      guard state.generation == generation, let activity = state.activity else { return false }
      if ContinuousClock.now - state.quietSince >= .seconds(1.5), state.loop == nil {
        let seconds = (ContinuousClock.now - state.start).components.seconds
        showLine("\(activity) … \(seconds) s", &state)
      }
      return true
    }
    if continues { scheduleTick(generation) }
  }

  /// Draws how far a loop has come, ten times a second at most; its end takes the line away.
  func show(_ loop: LoopProgress) {
    guard showsProgress else { return }
    progress.withLock { state in
      guard !loop.isFinished else {
        state.loop = nil
        return hideLine(&state)
      }
      guard state.loop == nil || ContinuousClock.now - state.loopShown >= .milliseconds(100) else { return }
      (state.loop, state.loopShown) = (loop, .now)
      hideLine(&state)
      showLine(loop.line(width: width - 1), &state)
    }
  }

  private func showLine(_ text: String, _ state: inout Progress) {
    // A half-written line would be torn by a carriage return.
    guard state.atLineStart else { return }
    StandardStream.error.write("\r" + errorStyle.apply(.dim, String(text.prefix(width - 1))))
    state.isShown = true
  }

  private func hideLine(_ state: inout Progress) {
    guard state.isShown else { return }
    StandardStream.error.write("\r" + String(repeating: " ", count: width - 1) + "\r")
    state.isShown = false
  }

  private static func terminalWidth() -> Int? {
    var size = winsize()
    guard ioctl(StandardStream.output.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
