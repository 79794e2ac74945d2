import Foundation
import TesseraVulkan
import Testing

@testable import TesseraTensor

/// The device that tests run on: whichever is chosen by default, with the validation layer where it is installed.
enum TestDevice {
  /// Why there is none; nil where there is one.
  static let absence: String? = {
    do {
      _ = try VulkanInstance().device(named: nil)
      return nil
    } catch {
      return "\((error as? TensorError)?.message ?? "\(error)")"
    }
  }()

  /// Whether there is one.
  static var isThere: Bool { absence == nil }

  /// Whether the validation layer is installed.
  static let hasValidation = (try? VulkanInstance(validate: true)) != nil

  /// Whether the driver says how much memory there is and how much is in use.
  static let tellsBudget =
    (try? VulkanInstance().device(named: nil))?.features.contains("memory budget") == true

  /// Whether the device claims to multiply matrices.
  static let hasMatrices = (try? VulkanInstance().device(named: nil))?.matrixShapes.isEmpty == false

  /// One backend for the suites in ``OnSharedDevice``: to make a pipeline takes longer than most tests use it.
  static func shared() throws -> VulkanBackend { try opened.get() }
  private static let opened = Result { try backend() }

  /// A backend of its own, which remembers no pipelines from earlier runs.
  static func backend() throws -> VulkanBackend {
    try VulkanBackend(validate: hasValidation, cacheFolder: "/nonexistent")
  }
}

/// Suites whose tests run one after another, as a backend serves one thread at a time.
@Suite(.enabled(if: TestDevice.isThere, "\(TestDevice.absence ?? "")"), .serialized)
enum OnSharedDevice {}

extension Trait where Self == ConditionTrait {
  /// Runs for many seconds on a device in software, and so is left out by `scripts/test --fast`, which prints the reason.
  static var slow: Self {
    .enabled(if: ProcessInfo.processInfo.environment["TESSERA_TEST_FAST"] == nil, "left out by --fast")
  }
}

/// The largest difference in units of the type's last place at the expected value, or at a hundredth of the largest
/// one, whichever is more: a sum that nearly cancels has float32's error.
func places(between values: [Double], _ expected: [Double], _ dtype: DType) -> Double {
  guard values.count == expected.count else { return .infinity }
  let largest = expected.filter(\.isFinite).map(abs).max() ?? 0
  let digits = dtype == .bfloat16 ? 7 : 10
  return zip(values, expected).map { value, wanted in
    if value == wanted || value.isNaN && wanted.isNaN { return 0 }
    let size = max(abs(wanted), abs(value), largest / 100, 1e-4)
    return abs(value - wanted) / (size.binade * scalbn(1, -digits))
  }.max { $0 < $1 || $1.isNaN } ?? 0
}
