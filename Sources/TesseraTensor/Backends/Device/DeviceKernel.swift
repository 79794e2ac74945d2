import CKernels

/// What a device is asked to compute, as data: the families that ops are made of, and the kernels of single ops.
///
/// Views hold device addresses in place of pointers. A device that has no code for a case, or not for these types,
/// throws ``DeviceRefusal``.
package enum DeviceKernel {
  /// One result element from one element of each input; inputs broadcast to the output's shape.
  case elementwise(ElementwiseFunction, output: TensorView, inputs: [TensorView])
  /// Sums along `rows`, divided by `divisor`; the output is dense in the order of results.
  case sum(DeviceRows, input: TensorView, output: TensorView, divisor: Double)
  /// The largest or smallest element along `rows`, and where it is.
  case extremum(CKExtremum, DeviceRows, input: TensorView, values: TensorView?, positions: TensorView?)
  /// Whether all, or any, of the elements along `rows` are true.
  case truth(all: Bool, DeviceRows, input: TensorView, output: TensorView)
  /// Elements of `source` at positions of `axis` that `index`, stretched to the output's shape, names.
  case gather(axis: Int, source: TensorView, index: TensorView, output: TensorView)
  /// Zeros, to which elements of `source` are added at positions of `axis`.
  case scatterAdd(axis: Int, source: TensorView, index: TensorView, output: TensorView)
  /// Random numbers; element i depends on the stream and on i alone.
  case draw(DeviceDraw, RandomStream, output: TensorView)
  /// A batch of matrix products, plus a bias on columns.
  case product(a: TensorView, b: TensorView, bias: TensorView?, output: TensorView)
  /// Either pass of a convolution; `adds` to what the output holds.
  case convolution(
    TesseraConvolution, TesseraConvolutionPass, DeviceMap, weight: TensorView, bias: TensorView?, adds: Bool,
    output: TensorView)
  case convolutionWeight(TesseraConvolution, x: DeviceMap, dy: TensorView, output: TensorView)
  case softmax(DeviceRows, logarithm: Bool, x: TensorView, y: TensorView)
  case softmaxBackward(DeviceRows, logarithm: Bool, y: TensorView, dy: TensorView, dx: TensorView)
  case layerNorm(epsilon: Double, inputs: [TensorView], outputs: [TensorView])
  case layerNormBackward(inputs: [TensorView], dx: TensorView)
  case layerNormParameters(inputs: [TensorView], outputs: [TensorView])
  case instanceNorm(epsilon: Double, slope: Double, inputs: [TensorView], outputs: [TensorView])
  case instanceNormBackward(slope: Double, inputs: [TensorView], outputs: [TensorView])
  /// Mean and 1/deviation of every channel of every image.
  case instanceStatistics(epsilon: Double, x: TensorView, outputs: [TensorView])
  /// The sum of two branches behind their norms, and a leaky ReLU.
  case residualNorm(slope: Double, [DeviceBranch], output: TensorView)
  /// Its gradients, which may lie over the branches.
  case residualNormBackward(slope: Double, [DeviceBranch], dy: TensorView, outputs: [TensorView])
  /// A pointwise convolution of that sum, which is not stored.
  case projection(
    slope: Double, [DeviceBranch], weight: TensorView, bias: TensorView?, output: TensorView)
  /// Its gradients for the branches, which may lie over them, for the weight and for the bias.
  case projectionBackward(
    slope: Double, [DeviceBranch], weight: TensorView, dy: TensorView, outputs: [TensorView])
  /// The sums of Dice and cross entropy.
  case diceSums(TesseraDice, x: TensorView, target: TensorView, outputs: [TensorView])
  /// Their gradient for x, which may lie over x.
  case diceBackward(
    TesseraDice, x: TensorView, target: TensorView, gradients: [TensorView], dx: TensorView)
  case resize(TesseraResize, x: TensorView, y: TensorView)
  case resizeBackward(TesseraResize, dy: TensorView, dx: TensorView)
  case adamW(TesseraAdamW, gradient: TensorView, parameter: TensorView, moments: [TensorView])
  case windowAttention(TesseraWindowAttention, inputs: [TensorView], outputs: [TensorView])
  case windowAttentionBackward(TesseraWindowAttention, inputs: [TensorView], outputs: [TensorView])
  /// 0 between tokens of a window that come from one region, -100 otherwise.
  case windowMask(DeviceWindows, output: TensorView)
}

/// What a convolution reads.
package enum DeviceMap {
  case plain(TensorView)
  /// A tensor behind its instance norm and a leaky ReLU.
  case normalized(TensorView, mean: TensorView, inverseDeviation: TensorView, slope: Double)
  /// The channels of two tensors side by side.
  case joined(TensorView, TensorView)
}

/// A branch of a residual block; without statistics it has no norm.
package struct DeviceBranch {
  package let x: TensorView
  package let mean: TensorView?
  package let inverseDeviation: TensorView?
}

/// A padded map cut into windows: extents, an entry an axis.
package struct DeviceWindows {
  package let padded: [Int]
  package let window: [Int]
  package let shift: [Int]

  package init(padded: [Int], window: [Int], shift: [Int]) {
    self.padded = padded
    self.window = window
    self.shift = shift
  }
}

/// One function of the elementwise family; scalars `p` and `q` as the CPU's kernels take them.
package enum ElementwiseFunction {
  case unary(CKUnaryOp, p: Double, q: Double)
  case integerUnary(CKIntegerUnaryOp, p: Double, q: Double)
  case binary(CKBinaryOp, p: Double, q: Double)
  case integerBinary(CKIntegerBinaryOp)
  case compare(CKCompareOp)
  case logical(CKLogicalOp)
  case logicalNot
  case cast
  case copy
  /// The value everywhere.
  case fill(Double)
  /// The second input where the first is true, else the third.
  case select
  /// The value where the first input equals `truth`, else the second input.
  case fillWhere(truth: Bool, Double)
}

/// Elements along an axis: `outer` blocks of `count` rows of `inner` neighbours; results number `outer * inner`.
package struct DeviceRows {
  package let outer: Int
  package let count: Int
  package let inner: Int

  package init(outer: Int, count: Int, inner: Int) {
    self.outer = outer
    self.count = count
    self.inner = inner
  }
}

/// A distribution to draw from.
package enum DeviceDraw {
  case uniform(scale: Double, shift: Double)
  case normal(scale: Double, shift: Double)
  case bernoulli(probability: Double)
  case integer(low: Int, range: UInt64)
}

/// A device lacks a kernel for these inputs; the engine runs the CPU's instead.
package struct DeviceRefusal: Error {
  package init() {}
}

/// A device that runs kernels on addresses of its own.
package protocol KernelDevice: AnyObject, Sendable {
  /// Runs a kernel after what was issued before.
  func issue(_ kernel: DeviceKernel) throws
  /// Memory for intermediate values, until the running op ends.
  func scratch(_ layout: Layout, _ dtype: DType) throws -> TensorView
  /// Reads the indices in an input of the running op and returns the first outside `-limit..<limit`.
  func wrongIndex(inInput input: Int, limit: Int) throws -> Int?
}
