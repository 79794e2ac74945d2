import Foundation
import TesseraTensor

/// What this machine can compute on, as a table: one row a backend.
public enum DeviceTable {
  /// One device.
  public struct Row: Sendable {
    /// What `--device` takes.
    public let name: String
    /// What the system calls it.
    public let device: String
    /// Its memory and the largest single allocation, in bytes; nil for a device without bytes.
    public let limits: BackendLimits?
    /// What else a reader should know.
    public let note: String

    /// A device of its parts.
    public init(name: String, device: String, limits: BackendLimits?, note: String) {
      (self.name, self.device, self.limits, self.note) = (name, device, limits, note)
    }
  }

  /// The devices that every machine has: the processor, and shapes without bytes.
  public static var builtIn: [Row] {
    let cpu = CPUBackend()
    let budget = DefaultBudget.current.map {
      "; default budget \(ByteCount.size($0.bytes)) (\($0.source.rawValue))"
    }
    return [
      Row(
        name: cpu.name, device: processorName, limits: cpu.limits,
        note: "\(cpu.parallel.threadCount) threads\(budget ?? "")"),
      Row(name: "dry", device: "shapes alone", limits: nil, note: "counts every byte and uses none"),
    ]
  }

  /// The rows as text.
  public static func table(_ rows: [Row]) -> Table {
    Table(
      header: ["device", "name", "memory", "largest tensor", ""],
      rows: rows.map { row in
        [
          row.name, row.device, row.limits.map { ByteCount.size($0.totalMemory) } ?? "-",
          row.limits.map { ByteCount.size($0.largestAllocation) } ?? "-", row.note,
        ]
      })
  }

  private static var processorName: String {
    let text = FileManager.default.contents(atPath: "/proc/cpuinfo").map {
      String(decoding: $0, as: UTF8.self)
    }
    let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingBlanks } ?? "processor"
  }
}
