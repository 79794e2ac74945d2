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

/// The largest difference relative to the largest expected magnitude; equal infinities and NaNs do not differ.
func relativeError(_ values: [Double], _ expected: [Double]) -> Double {
  guard values.count == expected.count else { return .infinity }
  let scale = max(1e-3, expected.filter(\.isFinite).map(abs).max() ?? 1)
  return zip(values, expected).map { value, wanted in
    value == wanted || (value.isNaN && wanted.isNaN) ? 0 : abs(value - wanted) / scale
  }.max { $0 < $1 || $1.isNaN } ?? 0
}

/// Inputs of a sample with the same values on any engine.
func inputs(of sample: OpSample, on engine: Engine, _ dtype: DType = .float32) throws -> [Tensor] {
  let host = Engine(backend: CPUBackend(threadCount: 1))
  return try sample.inputs.enumerated().map { number, input in
    let stream = RandomStream(seed: 7, stream: UInt64(number))
    let type = input.dtype ?? dtype
    let (low, high) = (input.range.lowerBound, input.range.upperBound)
    let op: any Op =
      type.isFloatingPoint
      ? RandomUniform(TensorSpec(input.shape, .float64), low: low, high: high, stream: stream)
      : RandomInteger(input.shape, low: Int(low), high: Int(high) + 1, stream: stream)
    let drawn = try engine.tensor(host.run(op, [])[0].doubles(), input.shape, dtype: type)
    let tensor = input.channelsLast ? try engine.run(Copy(order: .channelsLast), drawn) : drawn
    if type.isFloatingPoint { try tensor.setRequiresGradient(true) }
    return tensor
  }
}

extension Trait where Self == ConditionTrait {
  /// Runs for many seconds on a device in software, and so is left out by `scripts/test --fast`, which prints the reason.
  static var slow: Self {
    .enabled(if: ProcessInfo.processInfo.environment["TESSERA_TEST_FAST"] == nil, "left out by --fast")
  }
}
