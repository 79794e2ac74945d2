import Glibc
import TesseraScript

/// How the process ends; thrown by a command that has said all it has to say.
struct ExitStatus: Error, Equatable {
  let code: Int32

  static let success = ExitStatus(code: 0)
  /// A script error or a failed check.
  static let failure = ExitStatus(code: 1)
  /// Wrong arguments, or a file that cannot be read.
  static let usage = ExitStatus(code: 2)
  /// A bug of this program.
  static let internalError = ExitStatus(code: 3)
  static let noLessonFound = ExitStatus(code: 5)
  static let timedOut = ExitStatus(code: 124)
  static let interrupted = ExitStatus(code: 130)

  /// The status of a program that ended with the given diagnostic, or without one.
  init(after diagnostic: Diagnostic?) {
    switch diagnostic?.kind {
    case nil: self = .success
    // As a shell would: only the low byte of a status reaches the parent.
    case .exit: code = Int32(truncatingIfNeeded: (diagnostic?.exitStatus ?? 0) & 0xFF)
    case .interrupted: self = .interrupted
    case .limit: code = Int32(truncatingIfNeeded: diagnostic?.exitStatus ?? 1)
    default: self = .failure
    }
  }

  private init(code: Int32) { self.code = code }

  func exit() -> Never {
    fflush(nil)
    Glibc.exit(code)
  }
}
