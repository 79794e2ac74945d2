/// The methods of strings, as Python's.
///
/// Positions count code points.
enum StringMethods {
  static let table = Methods.table(cases + searches + pieces + paddings + [format])

  private static func text(_ value: Value) -> String {
    if case .string(let text) = value { return text }
    return ""
  }

  // MARK: Case and kind

  private static func change(_ name: String, _ body: @escaping (String) -> String) -> Method {
    Method("\(name)()") { receiver, _, _ in .string(body(text(receiver))) }
  }

  private static func test(_ name: String, _ body: @escaping (Unicode.Scalar) -> Bool) -> Method {
    Method("\(name)()") { receiver, _, _ in
      let scalars = text(receiver).unicodeScalars
      return .bool(!scalars.isEmpty && scalars.allSatisfy(body))
    }
  }

  private static let cases: [Method] = [
    change("upper") { $0.uppercased() },
    change("lower") { $0.lowercased() },
    change("capitalize") { text in
      let scalars = text.unicodeScalars
      let rest = String.UnicodeScalarView(scalars.dropFirst())
      return (scalars.first?.properties.titlecaseMapping ?? "") + String(rest).lowercased()
    },
    change("title") { titled($0) },
    change("swapcase") { text in
      String(
        text.map {
          $0.isUppercase ? Character($0.lowercased()) : $0.isLowercase ? Character($0.uppercased()) : $0
        })
    },
    test("isdigit") { $0.properties.numericType == .decimal || $0.properties.numericType == .digit },
    test("isalpha") { $0.properties.isAlphabetic },
    test("isalnum") { $0.properties.isAlphabetic || $0.properties.numericType != nil },
    test("isspace") { $0.properties.isWhitespace },
    Method("isupper()") { receiver, _, _ in
      let text = text(receiver)
      return .bool(text == text.uppercased() && text != text.lowercased())
    },
    Method("islower()") { receiver, _, _ in
      let text = text(receiver)
      return .bool(text == text.lowercased() && text != text.uppercased())
    },
  ]

  private static func titled(_ text: String) -> String {
    var result = ""
    var isInside = false
    for scalar in text.unicodeScalars {
      result += isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      isInside = scalar.properties.isCased
    }
    return result
  }

  // MARK: Searching

  private static func search(
    _ name: String, _ body: @escaping ([Unicode.Scalar], [Unicode.Scalar]) throws -> Value
  ) -> Method {
    Method("\(name)(part, /)") { receiver, arguments, _ in
      try body(Array(text(receiver).unicodeScalars), Array(try arguments.string("part").unicodeScalars))
    }
  }

  private static func affix(_ name: String, _ body: @escaping ([UInt8], [UInt8]) -> Bool) -> Method {
    Method("\(name)(part, /)") { receiver, arguments, _ in
      let bytes = Array(text(receiver).utf8)
      guard case .tuple(let options) = arguments["part"] else {
        return .bool(body(bytes, Array(try arguments.string("part").utf8)))
      }
      return .bool(options.contains { body(bytes, Array(text($0).utf8)) })
    }
  }

  private static let searches: [Method] = [
    affix("startswith") { $0.starts(with: $1) },
    affix("endswith") { $0.suffix($1.count).elementsEqual($1) },
    search("find") { .int(Text.find($0, $1, from: 0) ?? -1) },
    search("index") { text, part in
      guard let place = Text.find(text, part, from: 0) else {
        throw ScriptError(
          "the text does not contain that part", help: "find() gives -1 instead", code: "E0413")
      }
      return .int(place)
    },
    search("rfind") { text, part in
      let place = Text.find(text.reversed(), part.reversed(), from: 0)
      return .int(place.map { text.count - $0 - part.count } ?? -1)
    },
    search("count") { text, part in
      if part.isEmpty { return .int(text.count + 1) }
      var count = 0
      var start = 0
      while let place = Text.find(text, part, from: start) {
        count += 1
        start = place + part.count
      }
      return .int(count)
    },
  ]

  // MARK: Pieces

  private static let pieces: [Method] = [
    Method("split(separator=None, limit=-1, /)") { receiver, arguments, _ in
      let limit = try arguments.int("limit")
      guard let separator = try arguments.optionalString("separator") else {
        return list(words(text(receiver), limit: limit))
      }
      if separator.isEmpty { throw ScriptError("split() needs a separator that is not empty", code: "E0403") }
      return list(split(text(receiver), by: separator, limit: limit))
    },
    Method("splitlines()") { receiver, _, _ in
      var lines = text(receiver).split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
      if lines.last == "" { lines.removeLast() }
      return list(lines)
    },
    Method("join(parts, /)", counts: 1...1) { receiver, arguments, _, machine in
      try joined(receiver.object(StringObject.self), arguments[0], machine)
    },
    Method("replace(old, new, limit=-1, /)") { receiver, arguments, _ in
      let (old, new) = (try arguments.string("old"), try arguments.string("new"))
      let limit = try arguments.int("limit")
      let parts =
        old.isEmpty ? apart(text(receiver), limit: limit) : split(text(receiver), by: old, limit: limit)
      let (growth, overflow) = parts.count.multipliedReportingOverflow(by: new.utf8.count)
      try Machine.checkText(overflow ? .max : growth)
      return .string(parts.joined(separator: new))
    },
    Method("partition(separator, /)") { receiver, arguments, _ in
      let separator = try arguments.string("separator")
      let parts = split(text(receiver), by: separator, limit: 1)
      return .tuple(
        parts.count == 2
          ? [.string(parts[0]), .string(separator), .string(parts[1])] : [receiver, .string(""), .string("")])
    },
    strip("strip", front: true, back: true), strip("lstrip", front: true, back: false),
    strip("rstrip", front: false, back: true),
    Method("removeprefix(part, /)") { receiver, arguments, _ in
      let part = try arguments.string("part")
      return .string(
        text(receiver).hasPrefix(part) ? String(text(receiver).dropFirst(part.count)) : text(receiver))
    },
    Method("removesuffix(part, /)") { receiver, arguments, _ in
      let part = try arguments.string("part")
      return .string(
        text(receiver).hasSuffix(part) ? String(text(receiver).dropLast(part.count)) : text(receiver))
    },
  ]

  private static func list(_ texts: [String]) -> Value { .list(ListObject(texts.map { .string($0) })) }

  private static func joined(_ separator: StringObject, _ parts: Slot, _ machine: Machine) throws -> Slot {
    let slots = try machine.elements(of: parts)
    defer { for slot in slots { slot.release() } }
    var byteCount = separator.text.utf8.count * max(0, slots.count - 1)
    var isASCII = separator.isASCII || slots.count < 2
    for (index, slot) in slots.enumerated() {
      guard slot.tag == .string else {
        throw ScriptError(
          "join() takes strings; part \(index) is \(slot.value.typeName)",
          help: "write sep.join([str(x) for x in xs])", code: "E0403")
      }
      slot.with(StringObject.self) { part in
        byteCount += part.text.utf8.count
        isASCII = isASCII && part.isASCII
      }
    }
    try Machine.checkText(byteCount)
    let text = TextWriter.text(byteCount: byteCount, isASCII: isASCII) { writer in
      for (index, slot) in slots.enumerated() {
        if index > 0 { writer.write(separator.text) }
        slot.with(StringObject.self) { writer.write($0.text) }
      }
    }
    return Slot(retaining: text, .string)
  }

  private static func words(_ text: String, limit: Int) -> [String] {
    let isBlank: (Character) -> Bool = { $0.isWhitespace }
    if limit < 0 { return text.split(whereSeparator: isBlank).map(String.init) }
    let trimmed = text.drop(while: isBlank)
    var parts = trimmed.split(maxSplits: limit, whereSeparator: isBlank).map(String.init)
    if parts.count == limit + 1, let last = parts.last {
      parts[limit] = String(String(last.drop(while: isBlank)))
      while parts[limit].last?.isWhitespace ?? false { parts[limit].removeLast() }
      if parts[limit].isEmpty { parts.removeLast() }
    }
    return parts
  }

  /// A text cut before each of its characters and at its end: between all of them lies the empty text.
  private static func apart(_ text: String, limit: Int) -> [String] {
    let scalars = text.unicodeScalars
    let count = limit < 0 ? scalars.count + 1 : min(limit, scalars.count + 1)
    if count == 0 { return [text] }
    let singles = scalars.prefix(count - 1).map { String(Character($0)) }
    return [""] + singles + [String(String.UnicodeScalarView(scalars.dropFirst(count - 1)))]
  }

  private static func split(_ text: String, by separator: String, limit: Int) -> [String] {
    let bytes = Array(text.utf8)
    let mark = Array(separator.utf8)
    var parts: [String] = []
    var start = 0
    guard !mark.isEmpty else { return [text] }
    while limit < 0 || parts.count < limit, let place = Text.find(bytes, mark, from: start) {
      parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + mark.count
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }

  private static func strip(_ name: String, front: Bool, back: Bool) -> Method {
    Method("\(name)(characters=None, /)") { receiver, arguments, _ in
      let set = try arguments.optionalString("characters").map { Set($0.unicodeScalars) }
      var scalars = text(receiver).unicodeScalars[...]
      func strips(_ scalar: Unicode.Scalar) -> Bool {
        set?.contains(scalar) ?? scalar.properties.isWhitespace
      }
      while front, let first = scalars.first, strips(first) { scalars.removeFirst() }
      while back, let last = scalars.last, strips(last) { scalars.removeLast() }
      return .string(String(scalars))
    }
  }

  // MARK: Width

  private static func pad(_ name: String, _ align: String) -> Method {
    Method("\(name)(width, fill=\" \", /)") { receiver, arguments, _ in
      let (width, fill) = (try arguments.int("width"), try arguments.string("fill"))
      guard fill.unicodeScalars.count == 1 else { throw arguments.mismatch("fill", "one character") }
      return .string(try FormatSpec.format(receiver, spec: "\(fill)\(align)\(max(0, width))"))
    }
  }

  private static let paddings: [Method] = [
    pad("ljust", "<"), pad("rjust", ">"),
    Method("center(width, fill=\" \", /)") { receiver, arguments, _ in
      let (width, fill) = (try arguments.int("width"), try arguments.string("fill"))
      guard fill.unicodeScalars.count == 1 else { throw arguments.mismatch("fill", "one character") }
      // Of an odd number of blanks the larger part stands left where the width is odd too: Python's rule.
      let count = text(receiver).unicodeScalars.count
      let missing = max(0, width - count)
      let right = missing - missing / 2 - (missing & width & 1)
      let start = try FormatSpec.format(receiver, spec: "\(fill)<\(count + right)")
      return .string(try FormatSpec.format(.string(start), spec: "\(fill)>\(max(0, width))"))
    },
    Method("zfill(width, /)") { receiver, arguments, _ in
      var digits = text(receiver)
      let sign = digits.hasPrefix("-") || digits.hasPrefix("+") ? String(digits.removeFirst()) : ""
      let width = try arguments.int("width") - sign.count
      return .string(sign + (try FormatSpec.format(.string(digits), spec: "0>\(max(0, width))")))
    },
  ]

  private static let format = Method("format(*values, **named)") { receiver, arguments, interpreter in
    .string(
      try TemplateFormatter(
        template: text(receiver), values: try arguments.elements("values"), named: arguments.options("named"),
        interpreter: interpreter
      ).formatted())
  }
}
