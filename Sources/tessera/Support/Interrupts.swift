import CEdit
import Foundation
import Glibc
import Synchronization
import TesseraScript

/// Turns Ctrl-C into the interpreter's interrupt flag.
///
/// Outside the prompt a second Ctrl-C within a second ends the process: the program may be inside code that does
/// not look at the flag. At the prompt the session is worth more, and is never ended by it.
///
/// A thread of its own waits for the signal: kernels keep every worker of the pool busy.
final class Interrupts: Sendable {
  private let target = Mutex<InterruptFlag?>(nil)
  private let last = Mutex<ContinuousClock.Instant?>(nil)
  private let endsProcessOnSecond = Mutex(true)

  init() {
    let pipe = cedit_open_interrupts()
    guard pipe >= 0 else { return }
    // Strong on purpose: a signal has no owner, so this lives as long as the process.
    Thread.detachNewThread { [self] in
      var byte: UInt8 = 0
      while true {
        let count = read(pipe, &byte, 1)
        if count == 1 { received() } else if count == 0 || errno != EINTR { return }
      }
    }
  }

  /// The interpreter that runs now.
  func aim(at flag: InterruptFlag?) {
    target.withLock { $0 = flag }
    // The line editor brings handlers of its own and does not always take them away.
    if flag != nil { _ = cedit_open_interrupts() }
  }

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
