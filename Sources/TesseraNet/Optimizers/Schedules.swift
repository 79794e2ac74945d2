#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Linear warm-up, then a cosine to `endRate`: MONAI's `WarmupCosineSchedule`.
public struct WarmupCosine: Sendable {
  private let base: Double
  private let warmup: Int
  private let total: Int
  private let endRate: Double
  private let cycles: Double
  private let multiplier: Double

  /// Makes a schedule; `warmup` is clamped to `0...total`.
  public init(
    base: Double, warmup: Int, total: Int, endRate: Double = 0, cycles: Double = 0.5, multiplier: Double = 0
  ) {
    self.base = base
    self.warmup = min(max(warmup, 0), total)
    self.total = total
    self.endRate = endRate
    self.cycles = cycles
    self.multiplier = multiplier
  }

  /// The learning rate at a step, counted from 0.
  public func rate(at step: Int) -> Double {
    if step < warmup {
      return base * (multiplier + (1 - multiplier) * Double(step) / Double(max(1, warmup)))
    }
    let progress = Double(step - warmup) / Double(max(1, total - warmup))
    return max(endRate, base * max(0, 0.5 * (1 + cos(2 * .pi * cycles * progress))))
  }
}
