import Dispatch

/// The one clock of the engine: monotonic nanoseconds.
public enum Clock {
  /// Nanoseconds since some fixed moment.
  public static func nanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// Seconds since `start`.
  public static func seconds(since start: UInt64) -> Double { Double(nanoseconds() - start) / 1e9 }
}
