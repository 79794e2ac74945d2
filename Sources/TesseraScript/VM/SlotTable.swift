/// Pairs in the order of insertion with a hash index over them; the storage of maps.
struct SlotTable {
  struct Entry {
    var key: Slot
    var value: Slot
    var hash: Int
    /// A removed entry stays, unset, until the table is rebuilt: by its number the index knows how full it is.
    var isLive: Bool { key.tag != .unset }
  }

  private(set) var entries: ContiguousArray<Entry> = []
  private(set) var count = 0
  /// Positions in `entries` by hash, found by `SlotHash.Probe`; its size is a power of two, at most 2/3 full.
  private var index: ContiguousArray<Int32> = []

  private static let free: Int32 = -1
  private static let removed: Int32 = -2

  func value(of key: Slot) throws -> Slot? {
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
    let hash: Int
    do { hash = try SlotHash.hash(key) } catch {
      value.release()
      throw error
    }
    if count >= Machine.longestList / 4, find(key, hash: hash) == nil {
      value.release()
      throw ScriptError(
        "a map of \(count + 1) pairs is too large", help: "work on the pairs piece by piece", code: "E0505")
    }
    set(key, hash: hash, to: value)
  }

  mutating func setString(_ text: String, to value: Slot) {
    let object = StringObject(text)
    let key = Slot(retaining: object, .string)
    defer { key.release() }
    set(key, hash: object.hash, to: value)
  }

  private mutating func set(_ key: Slot, hash: Int, to value: Slot) {
    if let place = find(key, hash: hash) {
      let old = entries[place].value
      entries[place].value = value
      old.release()
      return
    }
    if (entries.count + 1) * 3 > index.count * 2 { rebuild(for: count + 1) }
    insert(Int32(entries.count), hash: hash)
    entries.append(Entry(key: key.copied(), value: value, hash: hash))
    count += 1
  }

  /// Removes a pair; its value with the reference it had, or nil.
  mutating func remove(_ key: Slot) throws -> Slot? {
    guard let place = find(key, hash: try SlotHash.hash(key)) else { return nil }
    return removeEntry(at: place)
  }

  mutating func removeEntry(at place: Int) -> Slot {
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
    for entry in entries where entry.isLive {
      slots.append(entry.key)
      slots.append(entry.value)
    }
    entries = []
    index = []
    count = 0
    return slots
  }

  private func find(_ key: Slot, hash: Int) -> Int? {
    guard !index.isEmpty else { return nil }
    return index.withUnsafeBufferPointer { index in
      entries.withUnsafeBufferPointer { entries in
        var probe = SlotHash.Probe(hash, mask: index.count - 1)
        while true {
          let place = Int(index[probe.position])
          if place == Self.free { return nil }
          if place >= 0, entries[place].hash == hash, SlotHash.equalKeys(entries[place].key, key) {
            return place
          }
          probe.advance()
        }
      }
    }
  }

  private func position(of place: Int32, hash: Int) -> Int? {
    var probe = SlotHash.Probe(hash, mask: index.count - 1)
    while index[probe.position] != Self.free {
      if index[probe.position] == place { return probe.position }
      probe.advance()
    }
    return nil
  }

  private mutating func insert(_ place: Int32, hash: Int) {
    var probe = SlotHash.Probe(hash, mask: index.count - 1)
    while index[probe.position] >= 0 { probe.advance() }
    index[probe.position] = place
  }

  /// Drops removed entries and makes the index large enough for twice `needed`.
  private mutating func rebuild(for needed: Int) {
    if entries.count != count { entries.removeAll { !$0.isLive } }
    var size = 8
    while size < needed * 3 { size *= 2 }
    index = ContiguousArray(repeating: Self.free, count: size)
    for place in entries.indices { insert(Int32(place), hash: entries[place].hash) }
  }
}
