import Dispatch
import Glibc
import Synchronization
import TesseraNotebook

/// The two streams a person sees: results on one, diagnostics and progress on the other.
///
/// On a terminal nothing is silent for more than two seconds: while an activity is under way a line on standard
/// error says what and for how long, and disappears before the next output.
final class Console: Sendable {
  /// The look of results.
  let style: TextStyle
  /// The look of diagnostics.
  let errorStyle: TextStyle
  /// Columns of the terminal; 80 where there is none.
  let width: Int

  private let progress = Mutex(Progress())

  private struct Progress {
    var activity: String?
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
    width = Self.terminalWidth() ?? Environment["COLUMNS"].flatMap { Int($0) } ?? 80
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
        state.activity = nil
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
      // A half-written line would be torn by a carriage return.
      if ContinuousClock.now - state.quietSince >= .seconds(1.5), state.atLineStart {
        let seconds = (ContinuousClock.now - state.start).components.seconds
        StandardStream.error.write("\r" + errorStyle.apply(.dim, "\(activity) … \(seconds) s"))
        state.isShown = true
      }
      return true
    }
    if continues { scheduleTick(generation) }
  }

  private func hideLine(_ state: inout Progress) {
    guard state.isShown else { return }
    StandardStream.error.write("\r" + String(repeating: " ", count: min(width - 1, 60)) + "\r")
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
