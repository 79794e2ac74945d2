/// Weights, inputs and targets from a name alone, the same in any language.
///
/// Reference outputs were computed elsewhere with values filled by this recipe, so neither weights nor inputs need
/// be stored:
/// ```
/// x(name, i) = mix(fnv1a64(name) + (i + 1) · 0x9E3779B97F4A7C15)      64-bit, wrapping
/// u(name, i) = (x >> 40) / 2^24                                        in [0, 1)
/// value      = float32(offset + (2u − 1) · a)                          in float64, rounded once
/// ```
/// where `i` is the row-major index in PyTorch's layout of the tensor.
public enum FixtureRecipe {
  /// FNV-1a of the name's UTF-8.
  public static func fnv1a64(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// `count` uniform numbers in [0, 1), exact in single precision.
  public static func uniform(_ name: String, count: Int) -> [Double] {
    let base = fnv1a64(name)
    return (0..<count).map { index in
      Double(splitMix64(base, index) >> 40) / 16_777_216
    }
  }

  /// `count` values uniform in `offset` ± `amplitude`.
  public static func values(_ name: String, count: Int, amplitude: Double, offset: Double = 0) -> [Float] {
    uniform(name, count: count).map { Float(offset + (2 * $0 - 1) * amplitude) }
  }

  /// A model input: uniform in ±1.
  public static func input(_ name: String = "input", count: Int) -> [Float] {
    values(name, count: count, amplitude: 1)
  }

  /// A target of zeros and ones.
  public static func binaryTarget(_ name: String = "target", count: Int) -> [Float] {
    uniform(name, count: count).map { $0 > 0.5 ? 1 : 0 }
  }

  /// A parameter, scaled by what its name and shape say it is.
  ///
  /// - Parameters:
  ///   - name: its dotted name in MONAI, which seeds it too.
  ///   - shape: its shape in PyTorch's layout.
  public static func parameter(_ name: String, shape: [Int]) -> [Float] {
    let rule = rule(name, shape)
    return values(name, count: shape.reduce(1, *), amplitude: rule.amplitude, offset: rule.offset)
  }

  private static func rule(_ name: String, _ shape: [Int]) -> (amplitude: Double, offset: Double) {
    let last = name.split(separator: ".").last
    if last == "relative_position_bias_table" { return (0.1, 0) }
    if shape.count >= 2 { return (0.5 / Double(shape.dropFirst().reduce(1, *)).squareRoot(), 0) }
    return last == "weight" ? (0.1, 1) : (0.1, 0)
  }
}

/// Output `index` of the SplitMix64 generator with state `seed`.
func splitMix64(_ seed: UInt64, _ index: Int) -> UInt64 {
  var z = seed &+ (UInt64(truncatingIfNeeded: index) &+ 1) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
