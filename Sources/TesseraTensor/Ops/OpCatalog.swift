/// Every op that tests, benchmarks, help and scripts walk; a new op adds one line.
public let opCatalog: [any Op.Type] = [
  Add.self,
  Copy.self,
  Fill.self,
  MatMul.self,
  Linear.self,
  Convolution.self,
  ConvolutionTranspose.self,
  Softmax.self,
  LogSoftmax.self,
  LayerNorm.self,
  InstanceNorm.self,
  Interpolate.self,
]
