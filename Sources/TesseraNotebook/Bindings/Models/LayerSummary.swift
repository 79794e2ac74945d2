import TesseraNet
import TesseraScript
import TesseraTensor

/// The table of `net.summary(x)`: a dry run, watched op by op.
final class LayerSummary: HostObject {
  private let table: Table
  private let rows: [Value]

  private init(table: Table, rows: [Value]) {
    self.table = table
    self.rows = rows
  }

  override var typeName: String { "summary" }
  override var attributeNames: [String] { ["rows"] }
  override func attribute(_ name: String) throws -> Value? { name == "rows" ? .list(ListObject(rows)) : nil }
  override func describe() -> String { table.rendered() }

  /// Runs the layer on shapes alone and tabulates it.
  static func make(_ call: Call) throws -> LayerSummary {
    let layer = try call.layer()
    let engine = call.engine
    let watch = OutputWatch(engine)
    let wasDry = engine.isDry
    let random = engine.random
    let hadGradients = engine.setGradientEnabled(true)
    engine.isDry = true
    defer {
      engine.isDry = wasDry
      engine.random = random
      engine.setGradientEnabled(hadGradients)
      watch.stop()
    }
    let output = try call.interpreter.call(call["self"], Arguments(call.elements("inputs")))
    let saved = output.tensor?.savedForBackward().filter { $0.category != .parameter } ?? []
    return table(of: layer, watch.outputs, saved)
  }

  private static func table(of layer: Layer, _ outputs: [String: Shape], _ saved: [SavedTensor])
    -> LayerSummary
  {
    let listed = layer.namedLayers.filter { !$0.path.isEmpty || layer.children.isEmpty }
    func savedBytes(_ path: String) -> Int {
      saved.filter { path.isEmpty || $0.layer == path || $0.layer.hasPrefix(path + ".") }.map(\.bytes).reduce(
        0, +)
    }
    let facts = listed.map { path, layer in
      (
        path: path, type: layer.typeName, shape: outputs[path], count: layer.parameterCount,
        bytes: savedBytes(path)
      )
    }
    let lines = facts.map { fact in
      [
        fact.path.isEmpty ? "(itself)" : fact.path, fact.type, fact.shape?.description ?? "",
        ByteText.grouped(fact.count), ByteText.text(fact.bytes),
      ]
    }
    let total = ["total", "", "", ByteText.grouped(layer.parameterCount), ByteText.text(savedBytes(""))]
    let rows = facts.map { fact in
      Value.map(
        MapObject(named: [
          ("layer", .string(fact.path)), ("type", .string(fact.type)),
          ("output", fact.shape.map { .tuple($0.extents.map { .int($0) }) } ?? .none),
          ("parameters", .int(fact.count)), ("saved", .int(fact.bytes)),
        ]))
    }
    return LayerSummary(
      table: Table(header: ["layer", "type", "output", "parameters", "saved"], rows: lines + [total]),
      rows: rows)
  }
}

/// The shape of the last result under every layer path while an engine runs.
private final class OutputWatch {
  private(set) var outputs: [String: Shape] = [:]
  private let engine: Engine
  private let before: ((any Op, [TensorSpec], [TensorSpec]) -> Void)?

  init(_ engine: Engine) {
    self.engine = engine
    let before = engine.opObserver
    self.before = before
    engine.opObserver = { [unowned self] op, inputs, results in
      before?(op, inputs, results)
      if let shape = results.first?.shape { note(shape) }
    }
  }

  func stop() { engine.opObserver = before }

  /// The op's layer and every layer around it: what ran last in a layer is what it returns.
  private func note(_ shape: Shape) {
    var path = Substring(engine.layerPath)
    outputs[String(path)] = shape
    while let dot = path.lastIndex(of: ".") {
      path = path[..<dot]
      outputs[String(path)] = shape
    }
    outputs[""] = shape
  }
}
