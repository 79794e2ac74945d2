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

  /// Cache lines and vector registers are 64 bytes.
  private static let alignment = 64

  /// From here on a block has pages of its own, which go back to the system when it is freed.
  ///
  /// The C library would put blocks of up to 32 MiB into its heap, whose holes keep a third more memory resident than
  /// is live.
  private static let mappedBytes = 128 << 10
  private static let pageBytes = 4096

  /// From here on huge pages are asked for where the system allows them: one fault for 2 MiB in place of 512.
  ///
  /// Smaller blocks would keep more resident than they use.
  private static let hugeBytes = 8 << 20

  deinit {
    for (size, blocks) in kept { blocks.forEach { Self.unmap($0, size) } }
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
    guard let block = Self.map(size) else {
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
        Self.unmap(block, size)
        keptBytes -= size
      }
      if keptBytes <= limit { return }
    }
  }

  private static func rounded(_ bytes: Int) -> Int {
    let unit = bytes < mappedBytes ? alignment : pageBytes
    return max(unit, (bytes + unit - 1) / unit * unit)
  }

  private static func map(_ size: Int) -> UnsafeMutableRawPointer? {
    if size < mappedBytes {
      var block: UnsafeMutableRawPointer?
      return posix_memalign(&block, alignment, size) == 0 ? block : nil
    }
    let block = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let block, block != MAP_FAILED else { return nil }
    if size >= hugeBytes { madvise(block, size, Int32(MADV_HUGEPAGE)) }
    return block
  }

  private static func unmap(_ block: UnsafeMutableRawPointer, _ size: Int) {
    if size < mappedBytes { free(block) } else { munmap(block, size) }
  }
}
