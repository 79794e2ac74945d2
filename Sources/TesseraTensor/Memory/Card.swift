/// A graphics card as a budget: what a program can use of the memory on its box.
public struct Card: Sendable, Equatable {
  /// How the card's numbers are known.
  public enum Evidence: String, Sendable {
    /// Read off an error message of that card.
    case measured
    /// The measured card's shares, applied to this card's memory.
    case derived
    /// A number that somebody chose: no card at all.
    case chosen
  }

  /// The name, such as `RTX 4070`.
  public let name: String
  /// What is printed on the box, in bytes (a card's GB are GiB).
  public let nominalBytes: Int
  /// What a program sees as the card's capacity.
  public let visibleBytes: Int
  /// What the program's own context takes before its first tensor.
  public let contextBytes: Int
  /// What the desktop, the driver and other programs hold.
  public let otherBytes: Int
  /// How the numbers are known.
  public let evidence: Evidence

  /// What is left for tensors.
  public var usableBytes: Int { visibleBytes - contextBytes - otherBytes }

  /// One line on where the numbers come from.
  public var provenance: String {
    switch evidence {
    case .measured:
      "measured: from the error message of this card in issue 8042 of Project-MONAI/MONAI"
    case .derived:
      "derived: the shares of the RTX 4070 (11.71 of 12 GiB visible, 0.64 not usable), applied to "
        + "\(nominalBytes >> 30) GiB"
    case .chosen: "chosen: all of it is left to tensors"
    }
  }
}

extension Card {
  /// A budget to judge by as if it were a card, all of it for tensors.
  public init(budget bytes: Int) {
    self.init(
      name: "budget", nominalBytes: bytes, visibleBytes: bytes, contextBytes: 0, otherBytes: 0,
      evidence: .chosen)
  }

  /// The card of that name; case and blanks do not matter, and `8` or `8 GiB` mean the plain `8 GB`.
  public static func named(_ name: String) -> Card? {
    let key = normalized(name)
    return all.first { normalized($0.name) == key || normalized($0.name) == key + "gb" }
  }

  /// Every name, for completion and for guessing what was meant.
  public static var names: [String] { all.map(\.name) }

  /// Every card, by memory.
  public static let all: [Card] =
    [measured]
    + [
      ("8 GB", 8), ("10 GB", 10), ("11 GB", 11), ("12 GB", 12), ("16 GB", 16), ("20 GB", 20), ("24 GB", 24),
      ("32 GB", 32), ("40 GB", 40), ("48 GB", 48), ("80 GB", 80), ("RTX 2080 Ti", 11), ("RTX 3060", 12),
      ("RTX 3070", 8), ("RTX 3080", 10), ("RTX 3090", 24), ("RTX 4060", 8), ("RTX 4060 Ti 16 GB", 16),
      ("RTX 4080", 16), ("RTX 4090", 24), ("RTX 5070", 12), ("RTX 5080", 16), ("RTX 5090", 32), ("T4", 16),
      ("L4", 24), ("A10", 24), ("RTX A6000", 48), ("L40S", 48), ("V100 16 GB", 16), ("V100 32 GB", 32),
      ("A100 40 GB", 40), ("A100 80 GB", 80), ("H100 80 GB", 80), ("RX 7900 XTX", 24),
    ].map { derived($0.0, nominal: Double($0.1)) }

  /// Capacity 11.71 GiB; the process held 10.59, of which 0.19 were no tensors' and no cache; 0.67 were free, which
  /// leaves 0.45 to others.
  private static let measured = Card(
    name: "RTX 4070", nominalBytes: gib(12), visibleBytes: gib(11.71), contextBytes: gib(0.19),
    otherBytes: gib(0.45), evidence: .measured)

  private static func derived(_ name: String, nominal: Double) -> Card {
    let share = nominal / 12
    return Card(
      name: name, nominalBytes: gib(nominal), visibleBytes: gib(11.71 * share),
      contextBytes: gib(0.19 * share), otherBytes: gib(0.45 * share), evidence: .derived)
  }

  private static func gib(_ value: Double) -> Int { Int((value * 0x1p30).rounded()) }

  private static func normalized(_ name: String) -> String {
    let plain = name.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" }
    return plain.hasSuffix("gib") ? String(plain.dropLast(3)) + "gb" : plain
  }
}
