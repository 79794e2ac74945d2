import Dispatch
import Glibc
import Synchronization
import TesseraScript

/// Turns Ctrl-C into the interpreter's interrupt flag.
///
/// Outside the prompt a second Ctrl-C within a second ends the process: the program may be inside code that does
/// not look at the flag. At the prompt the session is worth more, and is never ended by it.
///
/// Unchecked because of the dispatch source, which is set up here and never touched again.
final class Interrupts: @unchecked Sendable {
  private let source: any DispatchSourceSignal
  private let target = Mutex<InterruptFlag?>(nil)
  private let last = Mutex<ContinuousClock.Instant?>(nil)
  private let endsProcessOnSecond = Mutex(true)

  init() {
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global(qos: .userInteractive))
    // Strong on purpose: a signal has no owner, so this lives as long as the process.
    source.setEventHandler { [self] in received() }
    source.activate()
  }

  /// The interpreter that runs now.
  func aim(at flag: InterruptFlag?) { target.withLock { $0 = flag } }

  /// From now on no number of Ctrl-C ends the process.
  func protectSession() { endsProcessOnSecond.withLock { $0 = false } }

  private func received() {
    let endsProcessOnSecond = endsProcessOnSecond.withLock { $0 }
    let isSecond = last.withLock { last in
      defer { last = .now }
      return last.map { ContinuousClock.now - $0 < .seconds(1) } ?? false
    }
    guard let flag = target.withLock({ $0 }) else {
      if endsProcessOnSecond { _exit(ExitStatus.interrupted.code) }
      return
    }
    if isSecond, endsProcessOnSecond { _exit(ExitStatus.interrupted.code) }
    flag.raise()
  }
}
