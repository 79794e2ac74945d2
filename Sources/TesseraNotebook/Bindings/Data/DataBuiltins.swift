import TesseraData
import TesseraScript
import TesseraTensor

/// Transforms, inference in windows and metrics, after MONAI.
enum DataBuiltins {
  static var all: [Builtin] {
    [phantom, randomCrop, normalize, scale, slidingWindow, dice, hausdorff]
  }

  private static let phantom = Builtin(
    "phantom(seed=0, size=64)",
    "A made-up head with a tumour from a seed: four modalities and labels 1, 2, 3.",
    details: "Attributes as of load_volume: data (4, …), labels, channels (3, …).",
    example: "phantom(1, 16).data.shape", output: "(4, 16, 16, 16)"
  ) { call in
    let seed = UInt64(bitPattern: Int64(try call.int("seed")))
    return .host(
      VolumeObject(.phantom(try Phantom.make(seed: seed, size: call.perAxis("size", 3))), call.context))
  }

  private static let randomCrop = Builtin(
    "random_crop(*tensors, size)", "The same random box cut out of the last axes of each tensor; a copy.",
    details: "Axes smaller than the box stay whole.",
    example: """
      image, labels = random_crop(zeros(4, 8, 8, 8), zeros(8, 8, 8), size=(4, 4, 4))
      print(image.shape, labels.shape)
      """, output: "(4, 4, 4, 4) (4, 4, 4)"
  ) { call in
    let tensors = try call.tensors("tensors")
    let size = try call.ints("size")
    guard let first = tensors.first, tensors.allSatisfy({ $0.rank >= size.count }),
      size.allSatisfy({ $0 > 0 })
    else {
      throw call.mismatch("size", "one extent for each of the last axes")
    }
    let spatial = Array(first.shape.extents.suffix(size.count))
    for tensor in tensors where Array(tensor.shape.extents.suffix(size.count)) != spatial {
      throw TensorError.shapeMismatch(
        op: "random_crop", expected: "last axes \(Shape(spatial))", got: tensor.shape,
        argument: "one of the tensors")
    }
    let starts = try zip(spatial, size).map { try call.engine.drawStart(below: max(0, $0 - $1) + 1) }
    let crops = try tensors.map { try $0.cropped(from: starts, size: size) }
    return crops.count == 1 ? call.value(crops[0]) : .tuple(crops.map(call.value))
  }

  private static let normalize = Builtin(
    "normalize_intensity(x, nonzero=True, channel_wise=True)",
    "(x − mean)/deviation for each channel of (C, …); zeros, the background, are left out and stay zero.",
    example: "normalize_intensity(tensor([[0., 1., 3.]]))",
    output: "tensor([[ 0., -1.,  1.]], shape (1, 3), float32)"
  ) { call in
    let x = try call.tensor("x")
    let (nonzero, channelwise) = try (call.bool("nonzero"), call.bool("channel_wise"))
    return call.value(
      try x.mappedOnHost { values in
        Intensity.normalized(
          values, channels: max(1, x.rank > 0 ? x.shape[0] : 1), nonzero: nonzero, channelwise: channelwise)
      })
  }

  private static let scale = Builtin(
    "scale_intensity(x, minv=0.0, maxv=1.0, factor=None)",
    "Values stretched to minv…maxv; with a factor, x·(1 + factor).",
    example: "scale_intensity(tensor([1., 3., 5.])).tolist()", output: "[0.0, 0.5, 1.0]"
  ) { call in
    let x = try call.tensor("x")
    if let factor = try call.optionalFloat("factor") {
      return call.value(try x.mappedOnHost { Intensity.scaled($0, by: Float(factor)) })
    }
    let (low, high) = try (Float(call.float("minv")), Float(call.float("maxv")))
    return call.value(
      try x.mappedOnHost { values in
        guard let least = values.min(), let most = values.max(), most > least else {
          return values.map { _ in low }
        }
        return values.map { ($0 - least) / (most - least) * (high - low) + low }
      })
  }

  private static let slidingWindow = Builtin(
    "sliding_window(x, roi_size, predictor, overlap=0.25, mode=\"constant\")",
    "A network's prediction for a large volume, window by window; where windows overlap, their weighted mean.",
    details:
      "x is (1, C, …). predictor is a model or a function of (1, C, window…). mode is constant or gaussian.",
    example: "sliding_window(ones(1, 1, 6, 6, 6), (4, 4, 4), fn(w) => w * 2).mean().item()", output: "2.0"
  ) { call in
    let x = try call.tensor("x")
    let axes = x.rank - 2
    guard axes >= 1, x.shape[0] == 1 else {
      throw TensorError.wrongRank(
        op: "sliding_window", argument: "x", expected: "(1, channels, extents…)", shape: x.shape)
    }
    let plan = try SlidingWindow(
      imageShape: Array(x.shape.extents.dropFirst(2)), windowSize: call.perAxis("roi_size", axes),
      overlap: call.float("overlap"))
    let mode = try call.string("mode")
    guard mode == "constant" || mode == "gaussian" else {
      throw call.mismatch("mode", "\"constant\" or \"gaussian\"")
    }
    let channels = x.shape[1]
    let stitched = try call.engine.withoutGradients {
      try plan.stitched(
        x.floats(), channels: channels, importance: mode == "gaussian" ? .gaussian() : .constant
      ) { window in
        let shape = Shape([1, channels] + plan.windowSize)
        let input = try call.engine.tensor(copying: window, shape, dtype: .float32, purpose: .temporary)
        let result = try call.interpreter.call(call["predictor"], Arguments([call.value(input)]))
        guard let prediction = result.tensor else {
          throw ScriptError(
            "sliding_window: the predictor returned \(result.typeName), not a tensor", code: "E0403")
        }
        return try prediction.floats()
      }
    }
    let voxels = plan.imageShape.reduce(1, *)
    let shape = Shape([1, stitched.count / max(1, voxels)] + plan.imageShape)
    return call.value(try call.engine.tensor(copying: stitched, shape, dtype: .float32))
  }

  private static let dice = Builtin(
    "dice(prediction, reference, ignore_empty=True)",
    "The Dice score of two masks: twice their overlap over their sizes. Values above 0.5 count as inside.",
    details: "nan where the reference is empty, or 1 and 0 with ignore_empty=False.",
    example: "dice(tensor([1, 1, 0]), tensor([1, 0, 0]))", output: "0.6666666666666666"
  ) { call in
    let (prediction, reference) = try call.masks()
    return .float(Overlap.dice(prediction, reference, ignoreEmpty: try call.bool("ignore_empty")))
  }

  private static let hausdorff = Builtin(
    "hausdorff95(prediction, reference, spacing=None)",
    "The 95th percentile of the distances between two masks' surfaces, in voxels or in the units of spacing.",
    example: """
      a, b = zeros(8, 8, 8), zeros(8, 8, 8)
      a[2:5, 2:5, 2:5] = 1
      b[2:5, 2:5, 3:6] = 1
      print(hausdorff95(a, b))
      """, output: "1.0"
  ) { call in
    let (prediction, reference) = try call.masks()
    let shape = try call.tensor("reference").shape.extents
    return .float(
      try SurfaceDistances.hausdorff95(
        prediction, reference, shape: shape, spacing: call.isNone("spacing") ? nil : call.numbers("spacing")))
  }
}

extension Call {
  /// Two tensors of one shape as masks.
  fileprivate func masks() throws -> (prediction: [Bool], reference: [Bool]) {
    let (prediction, reference) = try (tensor("prediction"), tensor("reference"))
    guard prediction.shape == reference.shape else {
      throw TensorError.shapeMismatch(
        op: functionName, expected: "\(reference.shape), the reference's", got: prediction.shape,
        argument: "prediction")
    }
    return (try prediction.doubles().map { $0 > 0.5 }, try reference.doubles().map { $0 > 0.5 })
  }
}

extension Engine {
  /// A random place in `0..<bound`; 0 in a dry run, where shapes are all that matters.
  fileprivate func drawStart(below bound: Int) throws -> Int {
    guard bound > 1 else { return 0 }
    let draw = try randomIntegers([1], high: bound)
    return draw.isDry ? 0 : try draw.integers()[0]
  }
}

extension Tensor {
  /// A copy of a box of the last axes, as an input.
  fileprivate func cropped(from starts: [Int], size: [Int]) throws -> Tensor {
    try engine.withoutGradients {
      var view = self
      let lead = rank - size.count
      for (axis, (start, extent)) in zip(starts, size).enumerated() {
        view = try view.sliced(dim: lead + axis, start: start, stop: start + extent)
      }
      let copy = try engine.run(Copy(order: .rowMajor), view)
      copy.storage.category = .input
      return copy
    }
  }

  /// A float32 input of the same shape whose values are computed outside the engine.
  fileprivate func mappedOnHost(_ change: ([Float]) -> [Float]) throws -> Tensor {
    guard !isDry else { return try engine.zeros(shape) }
    return try engine.tensor(copying: change(floats()), shape, dtype: .float32)
  }
}
