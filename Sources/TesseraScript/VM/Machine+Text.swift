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
    var text = ""
    var isASCII = true
    for index in 0..<count {
      if first[index].tag == .int {
        text += String(first[index].int)
        continue
      }
      Unmanaged<StringObject>.fromOpaque(first[index].address)._withUnsafeGuaranteedRef { part in
        text += part.text
        isASCII = isASCII && part.isASCII
      }
      first[index].release()
    }
    first.update(repeating: .unset, count: count)
    return Slot(retaining: StringObject(text, isASCII: isASCII), .string)
  }
}
