#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory for CPU buffers that keeps freed blocks, so that the next step does not fault its pages in again.
///
/// Freshly mapped pages cost about a third of a training step's time in page faults. Kept blocks never push
/// the process past the largest live total it has had: what is live plus what is kept stays below that mark.
final class Arena {
  private var kept: [Int: [UnsafeMutableRawPointer]] = [:]
  private var keptBytes = 0
  private var liveBytes = 0
  private var peakBytes = 0

  /// Cache lines and vector registers are 64 bytes; huge pages need no more from the caller.
  private static let alignment = 64

  deinit {
    for blocks in kept.values { blocks.forEach { free($0) } }
  }

  func allocate(_ bytes: Int) throws -> UnsafeMutableRawPointer {
    let size = Self.rounded(bytes)
    liveBytes += size
    peakBytes = max(peakBytes, liveBytes)
    if let block = kept[size]?.popLast() {
      keptBytes -= size
      return block
    }
    trim(to: peakBytes - liveBytes)
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, Self.alignment, size) == 0, let block else {
      liveBytes -= size
      throw TensorError.badParameter(
        op: "allocate", name: "bytes", value: "\(bytes)", rule: "the system has no such block of memory left")
    }
    return block
  }

  func release(_ block: UnsafeMutableRawPointer, bytes: Int) {
    let size = Self.rounded(bytes)
    liveBytes -= size
    kept[size, default: []].append(block)
    keptBytes += size
    trim(to: peakBytes - liveBytes)
  }

  /// Frees kept blocks, largest first, until at most `limit` bytes are kept.
  private func trim(to limit: Int) {
    guard keptBytes > limit else { return }
    for size in kept.keys.sorted(by: >) {
      while keptBytes > limit, let block = kept[size]?.popLast() {
        free(block)
        keptBytes -= size
      }
      if keptBytes <= limit { return }
    }
  }

  private static func rounded(_ bytes: Int) -> Int {
    max(alignment, (bytes + alignment - 1) / alignment * alignment)
  }
}
