import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// Runs for many seconds, and so is left out by `scripts/test --fast`, which prints the reason.
  static var slow: Self {
    .enabled(if: ProcessInfo.processInfo.environment["TESSERA_TEST_FAST"] == nil, "left out by --fast")
  }
}
