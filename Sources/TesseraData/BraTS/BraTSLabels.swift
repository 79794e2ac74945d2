/// The labels of a brain tumour and the three nested regions they are scored by.
///
/// 1 is necrotic core, 2 edema; enhancing tumour is 4 up to the challenge of 2021 and 3 since 2023. Reading one
/// year's files by the other's rule silently loses the enhancing tumour, so the rule is an argument.
public enum BraTSLabels {
  /// The label of enhancing tumour.
  public enum Enhancing: Int, Sendable {
    /// Since 2023.
    case three = 3
    /// Up to 2021.
    case four = 4
  }

  /// The rule `labels` follow: 4 where one occurs, else 3.
  ///
  /// - Throws: `DataError.invalidArgument` where both occur or a label is none of 0 to 4.
  public static func enhancing(in labels: [Float]) throws -> Enhancing {
    let present = Set(labels)
    guard present.isSubset(of: [0, 1, 2, 3, 4]), !present.isSuperset(of: [3, 4]) else {
      let shown = present.sorted().prefix(8).map { "\($0)" }.joined(separator: ", ")
      throw DataError.invalidArgument("labels", reason: "are \(shown), not 0 1 2 with either 3 or 4")
    }
    return present.contains(4) ? .four : .three
  }

  /// Three channels of 0 and 1 from one label map: tumour core (1 and enhancing), whole tumour (also 2) and
  /// enhancing tumour.
  public static func channels(_ labels: [Float], enhancing: Enhancing) -> [Float] {
    let top = Float(enhancing.rawValue)
    let rules: [(Float) -> Bool] = [
      { $0 == 1 || $0 == top }, { $0 == 1 || $0 == 2 || $0 == top }, { $0 == top },
    ]
    return rules.flatMap { rule in labels.map { rule($0) ? 1 : 0 } }
  }

  /// The label map of three channels of masks: whole tumour painted 2 first, then core 1, then enhancing.
  public static func labels(fromChannels channels: [Bool], enhancing: Enhancing) -> [Float] {
    precondition(channels.count % 3 == 0, "core, whole and enhancing fill three equal parts")
    let count = channels.count / 3
    return (0..<count).map { voxel in
      if channels[2 * count + voxel] { return Float(enhancing.rawValue) }
      if channels[voxel] { return 1 }
      return channels[count + voxel] ? 2 : 0
    }
  }
}
