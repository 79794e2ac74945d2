import Glibc

/// A program that was started, and how it ends.
///
/// Not Foundation's `Process`: where several run at once it can miss that one has ended, and wait for ever.
enum Spawn {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// POSIX_SPAWN_SETSID of Linux.
  static let newSession: Int16 = 0x80

  /// Starts a program in a folder, its standard input, output and errors opened from `files` in this order.
  static func start(
    _ arguments: [String], in folder: String, environment: [String: String],
    files: [(path: String, mode: Int32)], flags: Int16 = 0
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, file) in files.enumerated() {
      posix_spawn_file_actions_addopen(&actions, Int32(number), file.path, file.mode, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, flags)
    // `env -C` changes the folder and becomes the command.
    let all = ["/usr/bin/env", "-C", folder] + arguments
    var words: [UnsafeMutablePointer<CChar>?] = all.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var child = pid_t()
    let failure = posix_spawn(&child, all[0], &actions, &attributes, &words, &variables)
    guard failure == 0 else { throw Failure(description: String(cString: strerror(failure))) }
    return child
  }

  /// The status a shell would show: 128 and the signal's number where one ended the program.
  static func status(of wait: Int32) -> Int32 {
    let signal = wait & 0x7f
    return signal == 0 ? (wait >> 8) & 0xff : 128 + signal
  }
}
