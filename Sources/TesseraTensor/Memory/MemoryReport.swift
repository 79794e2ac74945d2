/// What happened to memory between two moments: a value, built from the ledger's events alone.
///
/// Sums by category, by layer and by module each equal the total at the peak.
public struct MemoryReport: Sendable {
  /// The name the program gave it.
  public let label: String
  /// The engine's modes while it ran.
  public let setting: Setting
  /// Live bytes at entry.
  public let entryBytes: Int
  /// Live bytes at the end.
  public let exitBytes: Int
  /// The largest total.
  public let peakBytes: Int
  /// Where the largest total was.
  public let peak: Peak
  /// What was live then.
  public let atPeak: Holdings
  /// The end of forward; nil when backward did not run.
  public let forwardEnd: ForwardEnd?
  /// The segments that backward computed again, in order.
  public let recomputed: [String]
  /// The largest amount of library scratch, which is not part of any total.
  public let workspacePeak: Int
  /// The largest amount that was kept for backward outside memory, which is not part of any total either.
  public let offloadedPeak: Int
  /// The process beside the ledger; nil in a dry run, which uses no memory, and where the system tells no sizes.
  public let resident: ResidentSpan?
  /// What the device's driver counted for this process at the end; nil where no driver says.
  ///
  /// Blocks that stay for later tensors are in it, as are staging memory and pipelines.
  public let deviceBytes: Int?
  /// Gradients that an earlier report keeps alive, part of ``entryBytes``.
  public let keptByReportsAtEntry: Int
  /// Seconds in all, without the time that digests took.
  public let seconds: Double
  /// Seconds by phase, in the order of a step; phases that did not occur are left out.
  public let phaseSeconds: [(phase: MemoryPhase.Kind, seconds: Double)]
  /// One digest a leaf that received a gradient, in the order in which the leaves were made.
  public let gradients: [GradientDigest]
  /// Parameters seen.
  public let parameters: Tally
  /// Inputs seen.
  public let inputs: Tally
  /// Every change of memory.
  public let timeline: MemoryTimeline

  /// Peak above what was live at entry.
  public var peakAboveEntry: Int { peakBytes - entryBytes }

  /// What the process held at its largest beside the ledger's peak: program, free blocks of the arena, library scratch.
  ///
  /// Negative where the system had not handed out every page that the ledger counts.
  public var besideLedger: Int? { resident.map { $0.peakBytes - peakBytes } }
}

extension MemoryReport {
  /// The engine's modes while a report's program ran.
  public struct Setting: Sendable, Equatable {
    /// The seed of random numbers.
    public var seed: UInt64
    /// The backend's name.
    public var device: String
    /// Whether tensors had shapes and no bytes.
    public var isDry: Bool
    /// Whether layers called fused ops.
    public var isFused: Bool

    /// Names the modes.
    public init(seed: UInt64, device: String, isDry: Bool, isFused: Bool) {
      self.seed = seed
      self.device = device
      self.isDry = isDry
      self.isFused = isFused
    }

    /// `real, fused`.
    public var mode: String { "\(isDry ? "dry" : "real"), \(isFused ? "fused" : "unfused")" }
  }

  /// Where the largest total was reached.
  public struct Peak: Sendable, Equatable {
    /// The number of the change in the timeline; nil when nothing rose above entry.
    public let event: Int?
    /// What the program was doing.
    public let phase: MemoryPhase
    /// The layer path of the allocation that made it.
    public let layer: String
    /// Its op.
    public let op: String
    /// Its script line.
    public let mark: SourceMark?
    /// Whether the layer's values had been dropped and computed again by then.
    public let isRecomputed: Bool
  }

  /// One storage at the peak.
  public struct Holder: Sendable, Equatable {
    /// Its layer path.
    public let layer: String
    /// The op that made it.
    public let op: String
    /// The script line that made it.
    public let mark: SourceMark?
    /// What it is for.
    public let category: MemoryCategory
    /// Its size.
    public let bytes: Int
  }

  /// A name and the bytes that belong to it.
  public struct Share: Sendable, Equatable {
    /// A layer path or a module.
    public let name: String
    /// Its bytes.
    public let bytes: Int
  }

  /// What was live at one moment, seen in four ways.
  public struct Holdings: Sendable {
    /// By category; library scratch is in it but in none of the other views.
    public let categories: CategoryBytes
    /// By layer path, largest first.
    public let layers: [Share]
    /// By top-level module, largest first.
    public let modules: [Share]
    /// The ten largest storages.
    public let largest: [Holder]
  }

  /// The moment at which backward began for the first time.
  public struct ForwardEnd: Sendable {
    /// Live bytes.
    public let liveBytes: Int
    /// Bytes that the graph kept for backward, parameters left out.
    public let savedBytes: Int
    /// The same by the module whose node kept each storage first, largest first.
    public let savedByModule: [Share]
    /// The same by layer path.
    public let savedByLayer: [Share]
  }

  /// How many storages of a kind, and how large together.
  public struct Tally: Sendable, Equatable {
    /// Storages.
    public let count: Int
    /// Bytes.
    public let bytes: Int
  }
}

/// The part of a network that a layer path belongs to, as tables by module name it.
public enum MemoryModule {
  /// What ran outside every layer, such as a loss written in a script.
  public static let outside = "outside layers"

  /// Modules whose children are listed in their stead: MONAI's SwinUNETR has its encoder's stages under one name.
  private static let containers: Set<Substring> = ["swinViT"]

  /// Whether reports list the children of a network's member of that name in its stead.
  public static func isContainer(_ name: String) -> Bool { containers.contains(Substring(name)) }

  /// `layers1` for `swinViT.layers1.0.blocks.0.attn`.
  public static func name(of path: String) -> String {
    let parts = path.split(separator: ".", maxSplits: 2)
    guard let first = parts.first else { return outside }
    return String(containers.contains(first) && parts.count > 1 ? parts[1] : first)
  }
}
