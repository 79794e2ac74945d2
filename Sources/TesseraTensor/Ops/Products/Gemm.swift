import CKernels

/// One product `c = a b (+ bias)`; `c` has a column stride of 1.
///
/// Operands may be stored in another type than the product is computed in.
struct Gemm<Element: ProductElement>: @unchecked Sendable {
  var a: Matrix
  var b: Matrix
  var c: Matrix
  var bias: UnsafePointer<Element>?
  /// Whether the product is added to `c`, which then is stored as it is computed.
  var accumulates = false

  /// Floating-point operations of about 5 ms: long enough to hide a slab's cost, short enough to cancel.
  static var slabOperations: Int { 1 << 27 }

  private var operations: Int { 2 * c.rows * c.columns * max(1, a.columns) }

  /// Computes on the calling thread.
  func run() {
    guard c.rows > 0, c.columns > 0 else { return }
    let isStoredAsComputed = [a, b, c].allSatisfy { $0.dtype == Element.dtype }
    isStoredAsComputed ? multiply() : runInTiles()
  }

  /// Computes operands that are stored as the product is computed.
  private func multiply() {
    withReadable(a) { a in
      withReadable(b) { b in
        var product = TesseraProduct(
          m: Int64(c.rows), n: Int64(c.columns), k: Int64(a.columns), transposeA: a.isTransposed == true,
          transposeB: b.isTransposed == true, lda: Int64(a.leadingDimension), ldb: Int64(b.leadingDimension),
          ldc: Int64(c.rowStride), accumulate: accumulates)
        Scratch.withBytes(Element.gemmScratch(&product)) {
          Element.gemm(&product, 1, a.elements(), b.elements(), bias, c.elements(), $0)
        }
      }
    }
  }

  /// Computes on all cores: by rows, or by depth where the result is small and the sum long.
  func run(_ parallel: Parallel) throws {
    if splitCount > 1 { return try runByDepth(parallel) }
    // A slab packs b anew, so it takes enough rows to make that cheap.
    let rows = max(96, Self.slabOperations / max(1, operations / max(1, c.rows)) / 96 * 96)
    let shared = min(rows, max(96, (c.rows / (4 * parallel.threadCount) + 95) / 96 * 96))
    try parallel.run(count: c.rows, slab: shared) { range in
      var slab = self
      slab.a = a.rows(range)
      slab.c = c.rows(range)
      slab.run()
    }
  }

  /// How many partial sums the depth is cut into; depends on the shape alone, so that bits do not depend on threads.
  private var splitCount: Int {
    guard a.columns >= 4096, c.rows * c.columns <= 1 << 16, c.rows < 2048 else { return 1 }
    return min(32, a.columns / 2048)
  }

  private func runByDepth(_ parallel: Parallel) throws {
    let (count, depth) = (splitCount, a.columns)
    let size = c.rows * c.columns
    try Scratch.withElements(Element.self, count: count * size) { partials in
      try parallel.run(count: count, slab: 1) { range in
        for part in range {
          let slice = part * depth / count..<(part + 1) * depth / count
          let target = Matrix(partials + part * size, rows: c.rows, columns: c.columns)
          Gemm(a: a.columns(slice), b: b.rows(slice), c: target, bias: nil).run()
        }
      }
      addPartials(partials, count: count)
    }
  }

  private func addPartials(_ partials: SharedElements<Element>, count: Int) {
    Element.sumSlabs(
      Int64(count), Int64(c.rows * c.columns), partials.base, partials.base, 0, Int64(c.rows * c.columns))
    if let bias {
      for row in 0..<c.rows {
        let sums = partials + row * c.columns
        for column in 0..<c.columns { sums[column] += bias[column] }
      }
    }
    Matrix(partials.base, rows: c.rows, columns: c.columns).convert(to: c)
  }

  /// Calls `body` with the matrix, copied where neither of its strides is 1.
  private func withReadable(_ matrix: Matrix, _ body: (Matrix) -> Void) {
    if matrix.isTransposed != nil { return body(matrix) }
    Scratch.withElements(Element.self, count: matrix.rows * matrix.columns) { scratch in
      let copy = Matrix(scratch.base, rows: matrix.rows, columns: matrix.columns)
      matrix.convert(to: copy)
      body(copy)
    }
  }
}
