extension Card {
  /// Whether a program fits, as far as that can be known without the card.
  public enum Verdict: Sendable, Equatable {
    /// What would be reserved is within the card.
    case fits(margin: Int)
    /// Live bytes are within the card; what fragmentation adds may not be.
    case fitsByLiveBytes(margin: Int)
    /// Live bytes alone are too many.
    case doesNotFit(missing: Int)

    /// The verdict in words.
    public var text: String {
      switch self {
      case .fits: "fits"
      case .fitsByLiveBytes(let margin):
        "fits by live bytes, fragmentation margin \(ByteCount.fixed(Double(margin) / 0x1p30, digits: 2)) GiB"
      case .doesNotFit: "does not fit"
      }
    }
  }

  /// Judges a peak of live bytes.
  ///
  /// - Parameter reservedPeak: what the allocator's replay reserved; without it nothing is known of fragmentation,
  ///   and live bytes are all that the verdict claims.
  public func verdict(livePeak: Int, reservedPeak: Int? = nil) -> Verdict {
    let margin = usableBytes - livePeak
    if margin < 0 { return .doesNotFit(missing: -margin) }
    guard let reservedPeak, reservedPeak <= usableBytes else { return .fitsByLiveBytes(margin: margin) }
    return .fits(margin: usableBytes - reservedPeak)
  }

  /// Judges a report by its peak and by the allocator's replay of it.
  public func verdict(_ report: MemoryReport) -> Verdict {
    verdict(livePeak: report.peakBytes, reservedPeak: AllocatorReplay(report.timeline).peakReserved)
  }
}
