/// The name closest to `word` by edit distance, when close enough to be a typing slip.
///
/// A third of the word's length may differ: one slip in a short word, two in a usual one.
public func nearestName(to word: String, among names: some Sequence<String>) -> String? {
  let limit = max(1, word.count / 3)
  let ranked = names.map { (name: $0, distance: editDistance($0, word)) }
  return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
func editDistance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first), Array(second))
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
