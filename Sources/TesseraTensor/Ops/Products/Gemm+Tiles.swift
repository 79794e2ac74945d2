// Products of operands that are stored in 16 bits: a tile at a time is widened into scratch and multiplied as wide operands
// are, or multiplied as it is stored where the processor can; and rounded once, when its whole depth is summed.
import CKernels

/// Rows of the result and depth that are widened at a time: some 256 KiB of each operand.
private struct TileSize {
  let rows: Int
  let depth: Int

  init(rows: Int, columns: Int, depth: Int) {
    let most = 1 << 16
    self.rows = min(rows, max(96, most / max(1, columns) / 96 * 96))
    self.depth = min(depth, max(256, most / max(1, self.rows, columns) / 256 * 256))
  }
}

extension Gemm {
  /// Computes on the calling thread, tile by tile.
  func runInTiles() {
    if multiplyPairs() { return }
    let size = TileSize(rows: c.rows, columns: c.columns, depth: max(1, a.columns))
    let counts = (size.rows * size.depth, size.depth * c.columns, size.rows * c.columns)
    Scratch.withElements(Element.self, count: counts.0 + counts.1 + counts.2) { scratch in
      let (second, third) = (scratch + counts.0, scratch + (counts.0 + counts.1))
      for first in stride(from: 0, to: c.rows, by: size.rows) {
        let rows = first..<min(c.rows, first + size.rows)
        let target = c.rows(rows)
        let sums = c.dtype == Element.dtype ? target : Matrix(third, rows: rows.count, columns: c.columns)
        addDepths(rows, size.depth, to: sums, scratch: (scratch.base, second))
        if c.dtype != Element.dtype { sums.convert(to: target) }
      }
    }
  }

  /// Sums the products of all depths of some rows; an empty depth is still written.
  private func addDepths(
    _ rows: Range<Int>, _ step: Int, to sums: Matrix,
    scratch: (UnsafeMutablePointer<Element>, UnsafeMutablePointer<Element>)
  ) {
    var first = 0
    repeat {
      let depth = first..<min(a.columns, first + step)
      var tile = self
      tile.a = a.rows(rows).columns(depth)
      tile.b = b.rows(depth)
      tile.c = sums
      tile.bias = first == 0 ? bias : nil
      tile.accumulates = first > 0 || accumulates
      if !tile.multiplyPairs() {
        tile.a = tile.a.widened(into: scratch.0)
        tile.b = tile.b.widened(into: scratch.1)
        tile.run()
      }
      first += step
    } while first < a.columns
  }
}

extension Gemm {
  /// Multiplies bfloat16 operands into bfloat16 or float32 by the processor's instructions for them; false where it has none,
  /// an operand is of another type or lies dense along neither axis, or a narrow result needs sums of its own.
  private func multiplyPairs() -> Bool {
    guard a.dtype == .bfloat16, b.dtype == .bfloat16, a.columns > 0, tessera_gemm_bf16_available(),
      let transposeA = a.isTransposed, let transposeB = b.isTransposed
    else { return false }
    let isNarrow = c.dtype == .bfloat16
    let fits = isNarrow ? a.columns <= tessera_gemm_bf16_narrow_depth() && !accumulates : c.dtype == .float32
    guard fits else { return false }
    var product = TesseraProduct(
      m: Int64(c.rows), n: Int64(c.columns), k: Int64(a.columns), transposeA: transposeA,
      transposeB: transposeB, lda: Int64(a.leadingDimension), ldb: Int64(b.leadingDimension),
      ldc: Int64(c.rowStride), accumulate: accumulates)
    let addend = bias.map { UnsafeRawPointer($0).assumingMemoryBound(to: Float.self) }
    Scratch.withBytes(tessera_gemm_bf16_scratch(&product)) {
      tessera_gemm_bf16(
        &product, a.elements(), b.elements(), addend, isNarrow ? nil : c.elements(),
        isNarrow ? c.elements() : nil, $0)
    }
    return true
  }
}

extension Matrix {
  /// The matrix where it is stored as `Element`, or else its elements in scratch, along the axis that lies dense.
  fileprivate func widened<Element: ProductElement>(into scratch: UnsafeMutablePointer<Element>) -> Matrix {
    if dtype == Element.dtype { return self }
    let copy = Matrix(scratch, rows: rows, columns: columns, isTransposed: isTransposed == true)
    convert(to: copy)
    return copy
  }
}
