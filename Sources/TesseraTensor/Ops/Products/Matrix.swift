import CKernels

/// A matrix in memory: rows × columns with strides in elements.
struct Matrix: @unchecked Sendable {
  var base: UnsafeMutableRawPointer
  let dtype: DType
  var rows: Int
  var columns: Int
  var rowStride: Int
  var columnStride: Int

  /// The same memory read with rows and columns exchanged.
  var transposed: Matrix {
    Matrix(
      base: base, dtype: dtype, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride
    )
  }

  /// Whether the kernel must read it as a transposed one; nil where neither stride is 1 and it must be copied.
  var isTransposed: Bool? {
    if columnStride == 1 || columns == 1 && rowStride >= 1 { return false }
    return rowStride == 1 || rows == 1 && columnStride >= 1 ? true : nil
  }

  /// Elements between rows of the matrix as it is stored.
  var leadingDimension: Int { isTransposed == true ? columnStride : rowStride }

  /// The memory as elements of `Element`, which must be the matrix's type.
  func elements<Element>(_ type: Element.Type = Element.self) -> UnsafeMutablePointer<Element> {
    base.assumingMemoryBound(to: type)
  }

  /// The same matrix from element `offset` on.
  func advanced(by offset: Int) -> Matrix {
    var part = self
    part.base += offset * dtype.byteCount
    return part
  }

  /// Rows `range` alone.
  func rows(_ range: Range<Int>) -> Matrix {
    var part = advanced(by: range.lowerBound * rowStride)
    part.rows = range.count
    return part
  }

  /// Columns `range` alone.
  func columns(_ range: Range<Int>) -> Matrix { transposed.rows(range).transposed }

  /// Converts the elements into `target`, which has as many rows and columns.
  func convert(to target: Matrix) {
    let (shape, from, to): ([Int64], [Int64], [Int64]) = (
      [Int64(rows), Int64(columns)], [Int64(rowStride), Int64(columnStride)],
      [Int64(target.rowStride), Int64(target.columnStride)]
    )
    ck_cast(
      dtype.kernelType, target.dtype.kernelType, 2, shape, base, from, target.base, to, 0,
      Int64(rows * columns))
  }
}

extension Matrix {
  /// A tensor's memory as rows of `columns` elements.
  init(_ view: TensorView, rows: Int, columns: Int) {
    self.init(
      base: view.pointer, dtype: view.dtype, rows: rows, columns: columns, rowStride: columns, columnStride: 1
    )
  }

  /// Scratch as rows of `columns` elements, or as columns of `rows` where the matrix it stands for is transposed.
  init<Element: ProductElement>(
    _ scratch: UnsafeMutablePointer<Element>, rows: Int, columns: Int, isTransposed: Bool = false
  ) {
    self.init(
      base: UnsafeMutableRawPointer(scratch), dtype: Element.dtype, rows: rows, columns: columns,
      rowStride: isTransposed ? 1 : columns, columnStride: isTransposed ? rows : 1)
  }
}
