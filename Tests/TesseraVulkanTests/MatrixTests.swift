import CVulkan
import Testing

@testable import TesseraTensor
@testable import TesseraVulkan

extension OnSharedDevice {
  /// Products by the device's own matrices.
  @Suite(.enabled(if: TestDevice.hasMatrices, "the device multiplies no matrices by itself"))
  struct VulkanMatrixTests {
    /// Edges within fragments and tiles, transposed operands, batches that are repeated, a depth cut into parts.
    private static let samples = [
      OpSample(MatMul(), .init([1, 1]), .init([1, 1])), OpSample(MatMul(), .init([3, 0]), .init([0, 2])),
      OpSample(MatMul(), .init([70, 33]), .init([33, 65])),
      OpSample(MatMul(), .init([64, 64]), .init([64, 64])),
      OpSample(MatMul(), .init([2, 3, 17, 5]), .init([3, 5, 66])),
      OpSample(MatMul(), .init([9, 700]), .init([700, 20])),
      OpSample(Linear(), .init([2, 37, 24]), .init([72, 24]), .init([72])),
      OpSample(
        Convolution(ConvolutionGeometry(padding: [1])), .init([2, 24, 5, 7, 3], channelsLast: true),
        .init([70, 24, 3, 3, 3]), .init([70])),
      OpSample(
        Convolution(ConvolutionGeometry(stride: [2])), .init([1, 48, 5, 7, 3], channelsLast: true),
        .init([17, 48, 2, 2, 2])),
      OpSample(
        JoinedConvolution(), .init([1, 33, 3, 4, 5], channelsLast: true),
        .init([1, 18, 3, 4, 5], channelsLast: true), .init([20, 51, 3, 3, 3])),
      OpSample(
        ConvolutionTranspose(ConvolutionGeometry(stride: [2])), .init([1, 33, 5, 7, 3], channelsLast: true),
        .init([33, 16, 2, 2, 2])),
    ]

    private static var dtypes: [DType] {
      ((try? TestDevice.shared())?.device.matrixShapes.keys).map(Array.init) ?? []
    }

    @Test func `a device that claims matrices multiplies small integers exactly`() throws {
      let products = try TestDevice.shared().matrixProducts()
      #expect(!products.isEmpty && products.allSatisfy { $0.use != .wrong }, "\(products)")
    }

    @Test func `a device in software does not use them, others do`() throws {
      let (products, device) = (try TestDevice.shared().matrixProducts(), try TestDevice.shared().device)
      #expect(products.allSatisfy { ($0.use == .slower) == (device.kind == .processor) })
    }

    @Test func `results and gradients are the plain shader's but for a last place, and the same each time`()
      throws
    {
      let backend = try TestDevice.shared()
      let used = backend.matrixShapes
      defer { backend.matrixShapes = used }
      for dtype in Self.dtypes {
        for sample in Self.samples {
          backend.matrixShapes = [:]
          let wanted = try OpAgreement.outcome(of: sample, on: Engine(backend: backend), dtype)
          backend.matrixShapes = backend.device.matrixShapes
          let device = Engine(backend: backend)
          let results = try OpAgreement.outcome(of: sample, on: device, dtype)
          for (index, (got, wanted)) in zip(results, wanted).enumerated() {
            #expect(places(between: got, wanted, dtype) <= 1, "\(sample.op) \(sample.inputs), value \(index)")
          }
          #expect(try OpAgreement.outcome(of: sample, on: device, dtype) == results, "\(sample.op)")
          #expect(device.fallbacks == [:])
        }
      }
      #expect(backend.instance.messages == [])
    }

    @Test func `products of float32 are the plain shader's to the last bit`() throws {
      let backend = try TestDevice.shared()
      let used = backend.matrixShapes
      defer { backend.matrixShapes = used }
      let outcomes = try [backend.device.matrixShapes, [:]].map { shapes in
        backend.matrixShapes = shapes
        return try Self.samples.map { try OpAgreement.outcome(of: $0, on: Engine(backend: backend)) }
      }
      #expect(outcomes[0] == outcomes[1])
    }

    @Test func `a driver that does not take the shader leaves products to the plain one`() throws {
      let backend = try TestDevice.backend()
      backend.matrixShapes = backend.device.matrixShapes
      let engine = Engine(backend: backend)
      for dtype in Self.dtypes {
        let x = try engine.full([5, 5], 2).cast(to: dtype)
        backend.connection.device.fault = { $0 == .makePipeline ? -13 : nil }
        #expect(throws: TensorError.self) { try engine.run(MatMul(), x, x) }
        backend.connection.device.fault = { _ in nil }
        #expect(try engine.run(MatMul(), x, x).doubles() == Array(repeating: 20, count: 25))
      }
      #expect(try backend.matrixProducts().allSatisfy { $0.use == .wrong })
    }
  }
}

/// Which of a driver's claims are taken, and which product is believed.
@Suite struct MatrixShapeTests {
  /// A device of 32 invocations a subgroup.
  private var facts: cv_description {
    var facts = cv_description()
    (facts.subgroupSize, facts.groupInvocations, facts.sharedMemory) = (32, 1024, 32768)
    return facts
  }

  /// A claim: extents, types of a, b, c and the result, and whether sums saturate, at the scope of a subgroup.
  private func claim(
    _ extents: (UInt32, UInt32, UInt32), _ types: [Int32] = [0, 0, 1, 1], saturates: UInt32 = 0,
    scope: UInt32 = 3
  ) -> cv_matrix_shape {
    let types = types.map { UInt32($0) }
    return cv_matrix_shape(
      rows: extents.0, columns: extents.1, depth: extents.2, a: types[0], b: types[1], c: types[2],
      result: types[3], saturates: saturates, scope: scope)
  }

  private func best(_ claims: [cv_matrix_shape], on facts: cv_description? = nil) -> [DType: String] {
    MatrixShape.best(among: claims, on: facts ?? self.facts).mapValues(\.description)
  }

  @Test func `of the shapes with float32 sums the largest that fits is taken, for each type`() {
    let bfloat16: [Int32] = [1_000_141_000, 1_000_141_000, 1, 1]
    #expect(best([claim((16, 8, 8)), claim((16, 16, 16)), claim((16, 8, 16))]) == [.float16: "16×16×16"])
    #expect(
      best([claim((8, 8, 16)), claim((8, 16, 16), bfloat16)]) == [.float16: "8×8×16", .bfloat16: "8×16×16"])
    #expect(best([claim((16, 16, 16)), claim((64, 16, 16)), claim((16, 16, 12))]) == [.float16: "16×16×16"])
  }

  @Test func `other types, scopes and extents are not taken`() {
    let others = [
      claim((16, 16, 16), [0, 0, 0, 0]), claim((16, 16, 16), [0, 0, 0, 1]),
      claim((16, 16, 16), [1, 1, 1, 1]),
      claim((16, 16, 16), [3, 3, 5, 5]), claim((16, 16, 16), [0, 1_000_141_000, 1, 1]),
      claim((16, 16, 16), saturates: 1), claim((16, 16, 16), scope: 2), claim((16, 16, 4)), claim((0, 0, 0)),
    ]
    #expect(best(others) == [:])
    #expect(best([]) == [:])
  }

  @Test func `a shape whose workgroup does not fit is not taken`() {
    var small = facts
    small.sharedMemory = 16384
    #expect(best([claim((16, 16, 16)), claim((32, 32, 16))], on: small) == [.float16: "16×16×16"])
    #expect(best([claim((32, 32, 16))]) == [.float16: "32×32×16"])
    small.groupInvocations = 64
    #expect(best([claim((16, 16, 16))], on: small) == [:])
  }

  @Test func `a device names what it claims, and one without names nothing`() {
    #expect(VulkanDevice(index: 0, facts, shapes: [claim((16, 16, 16))]).features == ["cooperative matrix"])
    #expect(VulkanDevice(index: 0, facts).features == [])
  }

  @Test func `one wrong element, or one too few, is not believed`() {
    let trial = TrialProduct()
    let products = (0..<trial.rows * trial.columns).map {
      Float(trial.element($0 / trial.columns, $0 % trial.columns))
    }
    #expect(trial.isExact(products))
    #expect(Set(products).count > 50)
    for index in [0, 1000, products.count - 1] {
      var wrong = products
      wrong[index] += 1
      #expect(!trial.isExact(wrong))
      wrong[index] = .nan
      #expect(!trial.isExact(wrong))
    }
    #expect(!trial.isExact(Array(products.dropLast())))
  }
}
