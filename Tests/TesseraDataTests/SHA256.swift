/// SHA-256 as FIPS 180-4 defines it, for checking shipped files; slow and only for tests.
func sha256(_ message: [UInt8]) -> String {
  let constants = firstPrimes(64).map { rootFraction($0, cubic: true) }
  var state = firstPrimes(8).map { rootFraction($0, cubic: false) }
  var padded = message + [0x80]
  padded += Array(repeating: 0, count: (120 - padded.count % 64) % 64)
  padded += (0..<8).reversed().map {
    UInt8(truncatingIfNeeded: (message.count * 8) >> (8 * $0))
  }
  for start in stride(from: 0, to: padded.count, by: 64) {
    state = compressed(state, padded[start..<start + 64], constants)
  }
  return state.map { word in
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }.joined()
}

private func compressed(_ state: [UInt32], _ block: ArraySlice<UInt8>, _ constants: [UInt32]) -> [UInt32] {
  func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }
  var schedule = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
    block[index..<index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
  }
  for index in 16..<64 {
    let (early, late) = (schedule[index - 15], schedule[index - 2])
    let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
    let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
    schedule.append(schedule[index - 16] &+ first &+ schedule[index - 7] &+ second)
  }
  var s = state
  for index in 0..<64 {
    let choice = s[4] & s[5] ^ ~s[4] & s[6]
    let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
    let upper =
      s[7] &+ (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) &+ choice &+ constants[index]
      &+ schedule[index]
    let lower = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) &+ majority
    s = [upper &+ lower, s[0], s[1], s[2], s[3] &+ upper, s[4], s[5], s[6]]
  }
  return zip(state, s).map { $0 &+ $1 }
}

private func firstPrimes(_ count: Int) -> [Int] {
  Array((2...400).filter { number in !(2..<number).contains { number.isMultiple(of: $0) } }.prefix(count))
}

/// The first 32 bits of the fraction of a prime's square or cube root, by search over 40-bit fixed point.
private func rootFraction(_ prime: Int, cubic: Bool) -> UInt32 {
  var root: UInt64 = 0
  for bit in (0..<40).reversed() {
    let candidate = root | 1 << UInt64(bit)
    // Compares candidate^n with prime · 2^(32 n), in 128 bits.
    let square = UInt128(candidate) * UInt128(candidate)
    let power = cubic ? square * UInt128(candidate) : square
    if power <= UInt128(prime) << (cubic ? 96 : 64) { root = candidate }
  }
  return UInt32(truncatingIfNeeded: root)
}
