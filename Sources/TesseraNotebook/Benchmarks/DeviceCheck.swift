import TesseraScript
import TesseraTensor

/// Runs every op of the catalog on a device and beside it on the CPU: whether a driver computes what it should.
public enum DeviceCheck {
  /// The ops, and whether all of them agree.
  public struct Answer: Sendable {
    /// A row an op.
    public let table: Table
    /// `51 ops agree to 4e-06; 2 of them need the CPU`.
    public let summary: String
    /// Whether every op stayed within ``tolerance``.
    public let passed: Bool
  }

  /// Float32 and sums in another order leave this much between two devices.
  public static let tolerance = 4e-6

  /// Checks the device that `--device` calls by this name.
  ///
  /// - Throws: `ScriptError` where there is no such device, or an op fails on it.
  public static func run(_ name: String) throws -> Answer {
    let (device, host) = (
      Engine(backend: try EngineContext.backend(named: name)), Engine(backend: CPUBackend())
    )
    do {
      return answer(try OpAgreement.ops.map { try OpAgreement.measure($0, on: device, beside: host) })
    } catch let error as TensorError { throw ScriptError(error) }
  }

  private static func answer(_ ops: [OpAgreement]) -> Answer {
    let wrong = ops.filter { !($0.error <= tolerance) }
    let table = Table(
      header: ["op", "samples", "largest difference / 1e-6", "on the CPU", ""],
      rows: ops.map { op in
        [
          op.op, "\(op.samples)", millionths(op.error), op.fallbacks.joined(separator: ", "),
          op.error <= tolerance ? "" : "differs in \(op.place)",
        ]
      })
    let helped = ops.filter { !$0.fallbacks.isEmpty }.count
    let verdict =
      wrong.isEmpty
      ? "\(ops.count) ops agree with the CPU to \(millionths(tolerance))e-6"
      : "\(wrong.count) of \(ops.count) ops differ: " + wrong.map(\.op).joined(separator: ", ")
    return Answer(
      table: table, summary: verdict + (helped == 0 ? "" : "; \(helped) have samples that need the CPU"),
      passed: wrong.isEmpty)
  }

  private static func millionths(_ error: Double) -> String { ByteCount.fixed(error * 1e6, digits: 2) }
}
