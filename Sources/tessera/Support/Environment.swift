import Glibc

/// The process environment.
enum Environment {
  static subscript(name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Whether a switch such as `CI` is on: set, and not to nothing.
  static func isOn(_ name: String) -> Bool { self[name].map { !$0.isEmpty } ?? false }

  /// The variables that decide colour.
  static var all: [String: String] {
    var result: [String: String] = [:]
    for name in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM"] { result[name] = self[name] }
    return result
  }
}
