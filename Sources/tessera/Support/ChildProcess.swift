import Glibc
import Synchronization

/// Runs another program and waits for it.
enum ChildProcess {
  /// How a child ended, and what it printed when that was asked for.
  struct Ending {
    /// Its exit status, or nil when a signal ended it.
    var status: Int32?
    /// The signal that ended it.
    var signal: Int32?
    var output = ""
  }

  /// This very program, for children that do a part of the work.
  static var ownPath: String { TextFile.resolved("/proc/self/exe") }

  /// Runs a program found by path or on PATH with this process's streams.
  ///
  /// Its standard output is collected where
  /// `collectsOutput` says so. It stays in this process group, so that it may use the terminal.
  static func run(_ program: String, _ arguments: [String], collectsOutput: Bool = false) throws -> Ending {
    let (child, output) = try start(program, arguments, collectsOutput)
    var ending = Ending()
    if let output {
      ending.output = readAll(output)
      close(output)
    }
    wait(for: child, &ending)
    return ending
  }

  /// One start at a time: a child started between the making of a pipe and its marking would hold it open.
  private static let startLock = Mutex(())

  /// Starts the program; the second is where its output can be read.
  private static func start(
    _ program: String, _ arguments: [String], _ collectsOutput: Bool
  ) throws -> (pid_t, output: Int32?) {
    try startLock.withLock { _ in
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      guard collectsOutput else { return (try spawn(program, arguments, &actions), nil) }
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw TextFile.Failure(program) }
      defer { close(ends[1]) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
      return (try spawn(program, arguments, &actions), ends[0])
    }
  }

  private static func spawn(
    _ program: String, _ arguments: [String], _ actions: inout posix_spawn_file_actions_t
  ) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Ctrl-C is ignored here and must not be there.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child = pid_t()
    let failure = posix_spawnp(&child, program, &actions, &attributes, &words, environ)
    guard failure == 0 else { throw TextFile.Failure(program, reason: String(cString: strerror(failure))) }
    return child
  }

  private static func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func wait(for child: pid_t, _ ending: inout Ending) {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { if errno != EINTR { return } }
    // The macros that take a status apart do not reach Swift: the low seven bits are the signal.
    if status & 0x7F == 0 { ending.status = (status >> 8) & 0xFF } else { ending.signal = status & 0x7F }
  }
}
