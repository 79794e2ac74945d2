/// "Did you mean …": the nearest of the known names.
enum Suggestion {
  /// The nearest known name within a third of the length in edits, or nil.
  static func best(for name: String, among known: some Sequence<String>) -> String? {
    let typed = Array(name.unicodeScalars)
    let limit = max(1, typed.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in known where candidate != name && !candidate.isEmpty {
      if candidate.lowercased() == name.lowercased() { return candidate }
      let distance = distance(typed, Array(candidate.unicodeScalars), atMost: best?.distance ?? limit)
      guard distance <= limit, distance < typed.count, best.map({ distance < $0.distance }) ?? true else {
        continue
      }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// Whether a name is another one with a single slip of the fingers: a letter left out, added, changed, or swapped with
  /// its neighbour.
  ///
  /// Short names, numbered ones and plurals are near each other on purpose.
  static func isSlip(_ name: String, for other: String) -> Bool {
    let (typed, meant) = (Array(name.unicodeScalars), Array(other.unicodeScalars))
    guard name != other, min(typed.count, meant.count) >= 4, name + "s" != other, other + "s" != name else {
      return false
    }
    let isNumbered =
      typed.contains { $0.properties.numericType != nil }
      || meant.contains { $0.properties.numericType != nil }
    return !isNumbered && distance(typed, meant, atMost: 1) == 1
  }

  static func sentence(for name: String, among known: some Sequence<String>) -> String? {
    best(for: name, among: known).map { "did you mean `\($0)`?" }
  }

  /// Edits between two names, a swap of neighbours counting as one.
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost limit: Int) -> Int
  {
    if abs(left.count - right.count) > limit { return limit + 1 }
    var before: [Int] = []
    var previous = Array(0...right.count)
    for (row, scalar) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var cost = min(
          previous[column] + (scalar == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
          cost = min(cost, before[column - 1] + 1)
        }
        current.append(cost)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
