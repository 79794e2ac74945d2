/// f-strings. Results are owned by the caller.
extension Machine {
  func formatted(_ slot: Slot, isRepr: Bool) throws -> Slot {
    let value = slot.value
    if !isRepr, case .host(let object) = value, let text = try object.format(spec: "") {
      return Slot(.string(text))
    }
    return Slot(.string(isRepr ? Describer.repr(value) : Text.plain(value)))
  }

  func formatted(_ slot: Slot, spec: Slot) throws -> Slot {
    Slot(.string(try FormatSpec.format(slot.value, spec: spec.object(StringObject.self).text)))
  }

  /// Joins texts and integers and moves them out of their registers.
  func joined(_ first: UnsafeMutablePointer<Slot>, _ count: Int) -> Slot {
    var byteCount = 0
    var isASCII = true
    for index in 0..<count {
      if first[index].tag == .int {
        byteCount += TextWriter.length(of: first[index].int)
        continue
      }
      first[index].with(StringObject.self) { part in
        byteCount += part.text.utf8.count
        isASCII = isASCII && part.isASCII
      }
    }
    let text = TextWriter.text(byteCount: byteCount, isASCII: isASCII) { writer in
      for index in 0..<count {
        if first[index].tag == .int {
          writer.write(first[index].int)
        } else {
          first[index].with(StringObject.self) {
            writer.write($0.text)
          }
          first[index].release()
        }
      }
    }
    first.update(repeating: .unset, count: count)
    return Slot(retaining: text, .string)
  }
}
