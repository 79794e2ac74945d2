import CKernels

/// One number as it lies in memory in a given type.
package struct ElementBits: Sendable {
  package let bits: UInt64

  /// Rounds, truncates or saturates as a cast of a tensor does.
  package init(_ value: Double, as dtype: DType) {
    var bits: UInt64 = 0
    withUnsafeMutablePointer(to: &bits) { out in
      withUnsafePointer(to: value) { source in
        ck_cast(.float64, dtype.kernelType, 1, [1], source, [1], out, [1], 0, 1)
      }
    }
    self.bits = bits
  }

  /// Calls `body` with the element's address.
  func withPointer(_ body: (UnsafeRawPointer) -> Void) {
    withUnsafePointer(to: bits) { body(UnsafeRawPointer($0)) }
  }
}
