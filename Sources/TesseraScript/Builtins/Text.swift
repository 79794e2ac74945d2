/// Text as `print` and `str` make it, and searching by code points.
enum Text {
  /// A string as it is; any other value as code would write it; an error as its message.
  static func plain(_ value: Value) -> String {
    switch value {
    case .string(let text): text
    case .host(let object as ErrorValue): object.diagnostic.title
    default: Describer.repr(value)
    }
  }

  static func contains(_ text: String, _ part: String) -> Bool {
    find(Array(text.utf8), Array(part.utf8), from: 0) != nil
  }

  /// The first place of `part` at or after `start`, in elements.
  static func find<T: Equatable>(_ text: [T], _ part: [T], from start: Int) -> Int? {
    guard let first = part.first else { return start <= text.count ? start : nil }
    guard part.count <= text.count else { return nil }
    var place = start
    while place <= text.count - part.count {
      if text[place] == first, text[place..<(place + part.count)].elementsEqual(part) { return place }
      place += 1
    }
    return nil
  }
}
