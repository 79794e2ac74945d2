/// The three entries of a `.npy` header, parsed from the Python literal they are written as.
///
/// Only what NumPy writes is taken: a dictionary of a string, a boolean and a tuple of non-negative integers, each
/// exactly once. A structured type's list of pairs is taken as an unknown descriptor.
struct NpyDictionary {
  private(set) var descriptor = ""
  private(set) var isFortranOrder = false
  private(set) var shape: [Int] = []

  private let text: [UInt8]
  private var position = 0
  private let failure: (String) -> DataError

  init(_ text: [UInt8], failure: @escaping (String) -> DataError) throws {
    self.text = text
    self.failure = failure
    try parse()
  }

  private mutating func parse() throws {
    var missing: Set = ["descr", "fortran_order", "shape"]
    try expect("{")
    while !take("}") {
      let key = try string()
      guard missing.remove(key) != nil else { throw failure("has an unknown or repeated key '\(key)'") }
      try expect(":")
      switch key {
      case "descr": descriptor = try descriptorText()
      case "fortran_order": isFortranOrder = try boolean()
      default: shape = try tuple()
      }
      guard take(",") else {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard missing.isEmpty else { throw failure("lacks '\(missing.sorted()[0])'") }
    guard position == text.count else { throw failure("goes on after its dictionary") }
  }

  private mutating func skipSpace() {
    while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw failure("lacks '\(character)'") }
  }

  private mutating func string() throws -> String {
    let isDouble = take("\"")
    if !isDouble { try expect("'") }
    let quote = UInt8(ascii: isDouble ? "\"" : "'")
    guard let end = text[position...].firstIndex(of: quote) else { throw failure("ends inside a string") }
    defer { position = end + 1 }
    return String(decoding: text[position..<end], as: UTF8.self)
  }

  private mutating func descriptorText() throws -> String {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: "[") else { return try string() }
    guard let end = text[position...].firstIndex(of: UInt8(ascii: "]")) else {
      throw failure("ends inside a list")
    }
    defer { position = end + 1 }
    return String(decoding: text[position...end], as: UTF8.self)
  }

  private mutating func boolean() throws -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure("has a fortran_order that is neither True nor False")
  }

  private mutating func tuple() throws -> [Int] {
    try expect("(")
    var extents: [Int] = []
    while !take(")") {
      extents.append(try integer())
      guard extents.count <= NpyHeader.maximumRank else { throw failure("has more than 64 axes") }
      guard take(",") else {
        try expect(")")
        break
      }
    }
    return extents
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw failure("has an extent that is not a non-negative 64-bit integer")
    }
    position += digits.count
    return value
  }
}
