/// Pairs in the order of insertion with a hash index over them; the storage of maps.
///
/// It manages its memory itself: a look-up is a few loads, and going through arrays would count references around each.
struct SlotTable: ~Copyable {
  struct Entry {
    var key: Slot
    var value: Slot
    var hash: Int
    /// A removed entry stays, unset, until the table is rebuilt: by its number the index knows how full it is.
    var isLive: Bool { key.tag != .unset }
  }

  /// How many pairs there are.
  private(set) var count = 0
  /// How many places of `entries` are in use, by pairs or by what removed pairs left.
  private(set) var placeCount = 0
  /// Two for every three places of the index: at most so full is it.
  private var capacity = 0
  private var entries = Self.noEntries
  /// Positions in `entries` by hash, found by `SlotHash.Probe`; as many as a power of two.
  private var index = Self.noIndex
  private var mask = 0

  private static let free: Int32 = -1
  private static let removed: Int32 = -2
  private static let smallestIndex = 8
  // What an empty table points at, and never reads.
  private static var noEntries: UnsafeMutablePointer<Entry> { .init(bitPattern: 16).unsafelyUnwrapped }
  private static var noIndex: UnsafeMutablePointer<Int32> { .init(bitPattern: 16).unsafelyUnwrapped }

  deinit { deallocate() }

  private func deallocate() {
    guard capacity > 0 else { return }
    entries.deallocate()
    index.deallocate()
  }

  /// The pairs in order; setting and removing does not change what was returned.
  var pairs: ContiguousArray<Entry> {
    ContiguousArray(UnsafeBufferPointer(start: entries, count: placeCount).lazy.filter(\.isLive))
  }

  /// The key at a place, or nil where it was removed; the reference is the table's.
  @inline(__always) func key(at place: Int) -> Slot? { entries[place].isLive ? entries[place].key : nil }

  /// The value of a key; the reference is the table's.
  @inline(__always) func value(of key: Slot) throws -> Slot? {
    guard let place = find(key, hash: try SlotHash.hash(key)) else { return nil }
    return entries[place].value
  }

  func valueOfString(_ text: String) -> Slot? {
    let object = StringObject(text)
    let key = Slot(retaining: object, .string)
    defer { key.release() }
    guard let place = find(key, hash: object.hash) else { return nil }
    return entries[place].value
  }

  /// Sets a pair: copies `key` when it is new, takes over the reference of `value`.
  mutating func set(_ key: Slot, to value: Slot) throws {
    do {
      let hash = try SlotHash.hash(key)
      if let place = find(key, hash: hash) { return replaceValue(at: place, by: value) }
      try add(key, value, hash: hash)
    } catch {
      value.release()
      throw error
    }
  }

  mutating func setString(_ text: String, to value: Slot) {
    let object = StringObject(text)
    let key = Slot(retaining: object, .string)
    defer { key.release() }
    if let place = find(key, hash: object.hash) { return replaceValue(at: place, by: value) }
    append(key, value, hash: object.hash)
  }

  @inline(__always) private func replaceValue(at place: Int, by value: Slot) {
    let old = entries[place].value
    entries[place].value = value
    old.release()
  }

  private mutating func add(_ key: Slot, _ value: Slot, hash: Int) throws {
    if count >= Machine.longestList / 4 {
      throw ScriptError(
        "a map of \(count + 1) pairs is too large", help: "work on the pairs piece by piece", code: "E0505")
    }
    append(key, value, hash: hash)
  }

  private mutating func append(_ key: Slot, _ value: Slot, hash: Int) {
    if placeCount == capacity { rebuild() }
    insert(Int32(placeCount), hash: hash)
    (entries + placeCount).initialize(to: Entry(key: key.copied(), value: value, hash: hash))
    placeCount += 1
    count += 1
  }

  /// Removes a pair; its value with the reference it had, or nil.
  mutating func remove(_ key: Slot) throws -> Slot? {
    guard let place = find(key, hash: try SlotHash.hash(key)) else { return nil }
    let entry = entries[place]
    if let position = position(of: Int32(place), hash: entry.hash) { index[position] = Self.removed }
    entries[place].key = .unset
    entries[place].value = .unset
    entry.key.release()
    count -= 1
    return entry.value
  }

  /// Empties the table; the references are the caller's.
  mutating func takeAll() -> ContiguousArray<Slot> {
    var slots: ContiguousArray<Slot> = []
    for place in 0..<placeCount where entries[place].isLive {
      if entries[place].key.isObject { slots.append(entries[place].key) }
      if entries[place].value.isObject { slots.append(entries[place].value) }
    }
    deallocate()
    (entries, index) = (Self.noEntries, Self.noIndex)
    (count, placeCount, capacity, mask) = (0, 0, 0, 0)
    return slots
  }

  // MARK: The index

  @inline(__always) private func find(_ key: Slot, hash: Int) -> Int? {
    guard count > 0 else { return nil }
    var probe = SlotHash.Probe(hash, mask: mask)
    while true {
      let place = Int(index[probe.position])
      if place == Self.free { return nil }
      if place >= 0, entries[place].hash == hash, SlotHash.equalKeys(entries[place].key, key) { return place }
      probe.advance()
    }
  }

  private func position(of place: Int32, hash: Int) -> Int? {
    var probe = SlotHash.Probe(hash, mask: mask)
    while index[probe.position] != Self.free {
      if index[probe.position] == place { return probe.position }
      probe.advance()
    }
    return nil
  }

  @inline(__always) private func insert(_ place: Int32, hash: Int) {
    var probe = SlotHash.Probe(hash, mask: mask)
    while index[probe.position] >= 0 { probe.advance() }
    index[probe.position] = place
  }

  /// Drops removed entries and makes room for twice as many as are left.
  private mutating func rebuild() {
    var live = 0
    for place in 0..<placeCount where entries[place].isLive {
      entries[live] = entries[place]
      live += 1
    }
    placeCount = live
    var size = Self.smallestIndex
    while size < (live + 1) * 3 { size *= 2 }
    resize(toIndex: size)
    for place in 0..<live { insert(Int32(place), hash: entries[place].hash) }
  }

  /// Makes an index of `size` free positions, and room for the entries that it may have.
  private mutating func resize(toIndex size: Int) {
    let kept = UnsafeMutablePointer<Entry>.allocate(capacity: size * 2 / 3)
    kept.moveInitialize(from: entries, count: placeCount)
    deallocate()
    entries = kept
    index = .allocate(capacity: size)
    index.initialize(repeating: Self.free, count: size)
    (capacity, mask) = (size * 2 / 3, size - 1)
  }
}
