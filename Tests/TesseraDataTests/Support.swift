import Foundation
import TesseraData

/// The repository's root, found from this file's place in it.
let repositoryRoot = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

func fixture(_ name: String) -> String {
  repositoryRoot.appendingPathComponent("Tests/Fixtures/\(name)").path
}

/// Calls `body` with an empty folder and removes it afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The error's sentence, or nil where `body` succeeds; anything but a `DataError` is a bug and is rethrown.
func dataError(_ body: () throws -> Void) throws -> String? {
  do {
    try body()
    return nil
  } catch let error as DataError {
    return error.description
  }
}

/// Whether a sentence says that a file is no valid one of `format`, and names one of these fields as the reason.
func names(_ message: String?, of format: String, _ fields: [String]) -> Bool {
  fields.contains { message?.contains("is not a valid \(format) file: \($0)") == true }
}

/// The ways in which tests damage a byte: every bit, all bits, and the extremes.
func damages(_ byte: UInt8) -> [UInt8] {
  let flips = (0..<8).map { byte ^ (1 << $0) }
  return (flips + [~byte, 0, 0xFF, 0x7F]).filter { $0 != byte }
}

extension Sequence where Element == Float {
  /// Whether every element is within `tolerance` of the other's.
  func isClose(to other: some Sequence<Float>, tolerance: Float = 1e-6) -> Bool {
    zip(self, other).allSatisfy { abs($0 - $1) <= tolerance }
  }
}
