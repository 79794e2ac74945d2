import CKernels

/// Strides and padding of a convolution, an entry a spatial axis or one for all.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Output steps, in input positions.
  public let stride: [Int]
  /// Zeros in front of and behind each axis.
  public let padding: [Int]

  /// Makes a geometry; one entry stands for every axis.
  public init(stride: [Int] = [1], padding: [Int] = [0]) {
    self.stride = stride
    self.padding = padding
  }

  /// The two lists with an entry an axis.
  ///
  /// - Throws: when a list has neither one entry nor `axes`, a stride is below 1, or a padding negative.
  func resolved(axes: Int, op: String) throws -> ConvolutionGeometry {
    func spread(_ values: [Int], _ name: String, least: Int) throws -> [Int] {
      guard values.count == 1 || values.count == axes, values.allSatisfy({ $0 >= least }) else {
        throw TensorError.badParameter(
          op: op, name: name, value: "\(values)",
          rule: "it takes one or \(axes) integers of at least \(least)")
      }
      return values.count == axes ? values : [Int](repeating: values[0], count: axes)
    }
    return ConvolutionGeometry(
      stride: try spread(stride, "stride", least: 1), padding: try spread(padding, "padding", least: 0))
  }

  /// Output extents of a convolution over `input`.
  func output(input: [Int], kernel: [Int], op: String) throws -> [Int] {
    try input.indices.map { axis in
      let free = input[axis] + 2 * padding[axis] - kernel[axis]
      guard free >= 0 else {
        throw TensorError.badParameter(
          op: op, name: "kernel", value: "\(Shape(kernel))",
          rule: "it must fit into the padded input \(Shape(zip(input, padding).map { $0 + 2 * $1 }))")
      }
      return free / stride[axis] + 1
    }
  }

  /// The kernel's description of a convolution from `input` `[N, in, …]` to `output` `[N, out, …]`.
  func problem(input: Shape, output: Shape, kernel: [Int]) -> TesseraConvolution {
    func three(_ values: [Int], _ fill: Int) -> (Int64, Int64, Int64) {
      let all = [Int](repeating: fill, count: 3 - values.count) + values
      return (Int64(all[0]), Int64(all[1]), Int64(all[2]))
    }
    return TesseraConvolution(
      batch: Int64(input[0]), inputChannels: Int64(input[1]), outputChannels: Int64(output[1]),
      input: three(Array(input.extents.dropFirst(2)), 1),
      output: three(Array(output.extents.dropFirst(2)), 1),
      kernel: three(kernel, 1), stride: three(stride, 1), padding: three(padding, 0))
  }
}

extension TesseraConvolution {
  /// Lines of the target: (batch, depth, height).
  func lines(of pass: TesseraConvolutionPass) -> Int {
    Int(batch) * (pass == TesseraForward ? Int(output.0 * output.1) : Int(input.0 * input.1))
  }

  /// Elements of the weights.
  var weightCount: Int { Int(kernel.0 * kernel.1 * kernel.2 * inputChannels * outputChannels) }

  /// Multiplies and adds of any one pass, padding included.
  var operations: Int {
    2 * Int(batch * output.0 * output.1 * output.2 * kernel.0 * kernel.1 * kernel.2)
      * Int(inputChannels * outputChannels)
  }
}
