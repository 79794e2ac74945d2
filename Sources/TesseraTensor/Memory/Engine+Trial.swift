extension Engine {
  /// The most that `body` would hold above what is live now, answered dry and without a trace: no bytes, no budget, no
  /// event in a report, no random number drawn, nothing recorded in an open segment.
  ///
  /// What `body` writes to its own objects, such as a parameter's gradient, is the caller's to put back.
  public func trialPeak(_ body: () throws -> Void) rethrows -> Int {
    let before = (isDry, random, segments, gradientObservers, opObserver, warn, recomputedSegments)
    isDry = true
    (segments, gradientObservers, opObserver, warn) = ([], [], nil, { _ in })
    defer {
      (isDry, random, segments, gradientObservers, opObserver, warn, recomputedSegments) = before
    }
    return try ledger.trialPeak(body)
  }
}
