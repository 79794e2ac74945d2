extension Engine {
  /// Runs `body` dry and without a trace: no bytes, no budget, no event in a report, no random number drawn, nothing
  /// recorded in an open segment, nothing put outside memory.
  ///
  /// What `body` writes to its own objects, such as a parameter's gradient, is the caller's to put back.
  ///
  /// - Parameter observer: sees every op before it runs; the ledger's peak is its to take.
  public func trial(
    observer: ((any Op, [TensorSpec], [TensorSpec]) -> Void)? = nil, _ body: () throws -> Void
  ) rethrows {
    let before = (isDry, random, segments, gradientObservers, opObserver, warn, recomputedSegments, offload)
    (isDry, offload) = (true, nil)
    (segments, gradientObservers, opObserver, warn) = ([], [], observer, { _ in })
    defer {
      (isDry, random, segments, gradientObservers, opObserver, warn, recomputedSegments, offload) = before
    }
    try ledger.unobserved(body)
  }

  /// The most that `body` would hold above what is live now, by a ``trial(observer:_:)``.
  public func trialPeak(_ body: () throws -> Void) rethrows -> Int {
    let start = ledger.liveBytes
    var peak = start
    try trial {
      try body()
      peak = ledger.takePeak()
    }
    return peak - start
  }
}
