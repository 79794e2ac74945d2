import CVulkan

/// The embedded shaders; each is a file of `Shaders` under the same name.
enum Shader: String, CaseIterable {
  case adamw, attention, binary, cast, compare, convolution, dice, extremum, gather, integer, move, product,
    projection, random, resize
  case softmax, sums, unary
  case attentionBackward = "attention_backward"
  case convolutionBFloat16 = "convolution_bfloat16"
  case convolutionFloat16 = "convolution_float16"
  case convolutionWeight = "convolution_weight"
  case instanceNorm = "instance_norm"
  case integerSums = "integer_sums"
  case layerNorm = "layer_norm"
  case productBFloat16 = "product_bfloat16"
  case productFloat16 = "product_float16"
  case residualNorm = "residual_norm"
  case scatterAdd = "scatter_add"
  case windowMask = "window_mask"

  /// Whether its subgroups hold matrices together.
  var multipliesMatrices: Bool {
    [.productFloat16, .productBFloat16, .convolutionFloat16, .convolutionBFloat16].contains(self)
  }

  /// Its SPIR-V, or that of its variant in which invocations of a subgroup add up.
  func code(bySubgroups: Bool = false) -> UnsafeRawBufferPointer? {
    Self.entries[rawValue + (bySubgroups ? "_subgroups" : "")].map {
      UnsafeRawBufferPointer(start: $0.code, count: $0.codeSize)
    }
  }

  /// What was embedded, by name.
  static var entries: [String: cv_shader] {
    var found: [String: cv_shader] = [:]
    for index in 0... {
      guard let entry = cv_shader_at(Int32(index)) else { break }
      found[String(cString: entry.pointee.name)] = entry.pointee
    }
    return found
  }
}
