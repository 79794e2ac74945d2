/// What a `for` loop over anything but a range or a list advances.
final class IteratorObject: CountedObject {
  enum Source {
    case tuple(TupleObject)
    case string(StringObject)
    /// Walks over keys; a map must keep its size meanwhile.
    case map(MapObject, count: Int)
    case host(any IteratorProtocol<Value>)
  }
  @exclusivity(unchecked) private var source: Source
  @exclusivity(unchecked) private var index = 0

  init(_ source: Source) { self.source = source }

  /// The next value with a reference of its own; nil at the end.
  func next() throws -> Slot? {
    switch source {
    case .tuple(let tuple):
      guard index < tuple.slots.count else { return nil }
      index += 1
      return tuple.slots[index - 1].copied()
    case .string(let string):
      guard index < string.count else { return nil }
      index += 1
      return Slot(retaining: StringObject(string.character(index - 1)), .string)
    case .map(let map, let count): return try nextKey(map, count)
    case .host(var iterator):
      let value = iterator.next()
      source = .host(iterator)
      return value.map { Slot($0) }
    }
  }

  private func nextKey(_ map: MapObject, _ count: Int) throws -> Slot? {
    guard map.count == count else {
      throw ScriptError(
        "the map changed its size while a loop walked over it",
        help: "walk over a copy: for k in list(m) { … }",
        code: "E0408")
    }
    while index < map.table.placeCount {
      index += 1
      if let key = map.table.key(at: index - 1) { return key.copied() }
    }
    return nil
  }
}

/// `start:stop:step` between index brackets.
final class SliceObject: CountedObject {
  let start: Int?
  let stop: Int?
  let step: Int?

  init(start: Int?, stop: Int?, step: Int?) {
    self.start = start
    self.stop = stop
    self.step = step
  }

  /// The positions it names in a sequence of `count` elements, by Python's rules.
  func positions(count: Int) throws -> StrideTo<Int> {
    let (from, to, step) = try bounds(count: count)
    return stride(from: from, to: to, by: step)
  }

  /// The first position, the one that is not reached, and the distance between neighbours.
  func bounds(count: Int) throws -> (from: Int, to: Int, step: Int) {
    let step = self.step ?? 1
    if step == 0 { throw ScriptError("a slice's step cannot be 0", code: "E0406") }
    func clamp(_ bound: Int, _ low: Int, _ high: Int) -> Int {
      min(max(bound < 0 ? bound &+ count : bound, low), high)
    }
    if step > 0 {
      let from = start.map { clamp($0, 0, count) } ?? 0
      let to = stop.map { clamp($0, 0, count) } ?? count
      return (from, to, step)
    }
    let from = start.map { clamp($0, -1, count - 1) } ?? count - 1
    let to = stop.map { clamp($0, -1, count - 1) } ?? -1
    return (from, to, step)
  }
}

extension StringObject {
  /// The code point at `index` as a string.
  func character(_ index: Int) -> String {
    if isASCII {
      return String(Unicode.Scalar(text.utf8[text.utf8.index(text.utf8.startIndex, offsetBy: index)]))
    }
    return String(Character(scalars[index]))
  }
}
