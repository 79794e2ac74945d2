/// Changes to values that leave every voxel where it is.
public enum Intensity {
  /// `(value − mean) / deviation`, with the population's deviation, 1 where that is 0.
  ///
  /// - Parameters:
  ///   - values: `[channels] + shape`, row-major.
  ///   - channels: how many channels `values` holds.
  ///   - nonzero: whether zeros (background) are left out of the mean and stay zero; negative values count.
  ///   - channelwise: whether each channel has its own mean and deviation.
  public static func normalized(
    _ values: [Float], channels: Int, nonzero: Bool = true, channelwise: Bool = true
  ) -> [Float] {
    precondition(channels > 0 && values.count % channels == 0, "values fill channels")
    var result = values
    let groupSize = channelwise ? values.count / channels : values.count
    for start in stride(from: 0, to: values.count, by: max(groupSize, 1)) {
      normalize(&result[start..<start + groupSize], nonzero: nonzero)
    }
    return result
  }

  private static func normalize(_ group: inout ArraySlice<Float>, nonzero: Bool) {
    func counts(_ value: Float) -> Bool { !nonzero || value != 0 }
    // In double precision and two passes: a volume has millions of voxels far from zero.
    var (sum, count) = (0.0, 0)
    for value in group where counts(value) {
      sum += Double(value)
      count += 1
    }
    guard count > 0 else { return }
    let mean = sum / Double(count)
    var squares = 0.0
    for value in group where counts(value) { squares += (Double(value) - mean) * (Double(value) - mean) }
    let deviation = (squares / Double(count)).squareRoot()
    let divisor = deviation == 0 ? 1 : deviation
    for index in group.indices where counts(group[index]) {
      group[index] = Float((Double(group[index]) - mean) / divisor)
    }
  }

  /// `value · (1 + factor)`, as random scaling applies its drawn factor.
  public static func scaled(_ values: [Float], by factor: Float) -> [Float] {
    values.map { $0 * (1 + factor) }
  }

  /// `value + offset`, as random shifting applies its drawn offset; zeros move too.
  public static func shifted(_ values: [Float], by offset: Float) -> [Float] {
    values.map { $0 + offset }
  }
}
