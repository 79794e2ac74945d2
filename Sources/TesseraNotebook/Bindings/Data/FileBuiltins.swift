import TesseraData
import TesseraScript
import TesseraTensor

/// Tensors and volumes in files.
enum FileBuiltins {
  static var all: [Builtin] { [load, save, loadVolume, saveVolume] }

  private static let load = Builtin(
    "load(path)",
    "Reads tensors: a map from a .safetensors or .npz file, one tensor from a .npy file; values from a .json file.",
    details: "Relative paths are looked for beside the script, then in the project. "
      + "A .pt file is a Python program and is refused, with the lines that export it.",
    example: """
      save("example.npy", tensor([1.0, 2.0]))
      print(load("example.npy").tolist())
      """, output: "[1.0, 2.0]"
  ) { call in
    let path = try call.context.readPath(call.string("path"))
    switch FileKind(path) {
    case .json: return try JSONFile.read(path)
    case .npy: return call.value(try call.engine.tensor(Npy.read(path: path)))
    case .npz: return try map(Npz(path: path).tensors(in: call.engine), call)
    case .nifti:
      throw ScriptError("\(path) is a volume", help: "use load_volume(\"\(path)\")", code: "E0852")
    // Whatever else it is, this reader knows pickles by their first bytes and says what to do.
    case .safetensors, .unknown: return try map(TensorFiles.read(path, into: call.engine), call)
    }
  }

  private static let save = Builtin(
    "save(path, value)", "Writes tensors: a map to .safetensors or .npz, one tensor to .npy.",
    details: "A good file is never left half replaced.",
    example: """
      save("example.safetensors", {"w": ones(2)})
      print(load("example.safetensors").keys())
      """, output: "['w']"
  ) { call in
    let path = try call.context.writePath(call.string("path"))
    switch (FileKind(path), call["value"]) {
    case (.npy, let value):
      guard let tensor = value.tensor else { throw call.mismatch("value", "a tensor for a .npy file") }
      try Npy.write(tensor.rawArray(), to: path)
    case (.npz, .map):
      try Npz.write(call.context.weights(call["value"]).map { ($0.name, try $0.tensor.rawArray()) }, to: path)
    case (.safetensors, .map): try TensorFiles.write(call.context.weights(call["value"]), to: path)
    case (.npz, _), (.safetensors, _): throw call.mismatch("value", "a map from names to tensors")
    default:
      throw ScriptError(
        "save() writes .safetensors, .npz and .npy files, not \"\(path)\"",
        help: "save_volume writes .nii.gz",
        code: "E0852")
    }
    return .none
  }

  private static let loadVolume = Builtin(
    "load_volume(path)",
    "Opens a NIfTI volume (.nii, .nii.gz), or a BraTS case's folder with its four modalities.",
    details:
      "Attributes: data (a tensor, read when asked for), affine, spacing, axes, shape; of a case also labels "
      + "and channels (tumour core, whole tumour, enhancing tumour).",
    example: """
      save_volume("example.nii.gz", zeros(4, 5, 6))
      print(load_volume("example.nii.gz").data.shape)
      """, output: "(4, 5, 6)"
  ) { call in
    let path = try call.context.readPath(call.string("path"))
    return .host(try VolumeObject(VolumeSource(path: path), call.context))
  }

  private static let saveVolume = Builtin(
    "save_volume(path, data, like=None, dtype=\"float32\")",
    "Writes a tensor of three axes as a NIfTI volume.",
    details: "like is a volume whose place in space is taken over. dtype is float32, uint8 or int16.",
    example: """
      save_volume("labels.nii.gz", ones(4, 4, 4), dtype="uint8")
      print(load_volume("labels.nii.gz").data.sum().item())
      """, output: "64.0"
  ) { call in
    let types: [String: Volume.StoredType] = ["float32": .float32, "uint8": .uint8, "int16": .int16]
    guard let type = types[try call.string("dtype")] else {
      throw call.mismatch("dtype", "\"float32\", \"uint8\" or \"int16\"")
    }
    let data = try call.tensor("data")
    var affine = Affine()
    if !call.isNone("like") {
      guard case .host(let object) = call["like"], let volume = object as? VolumeObject else {
        throw call.mismatch("like", "a volume")
      }
      affine = volume.source.affine
    }
    try Volume(data.floats(), shape: data.shape.extents, affine: affine)
      .write(to: call.context.writePath(call.string("path")), as: type)
    return .none
  }

  private static func map(_ tensors: [(name: String, tensor: Tensor)], _ call: Call) throws -> Value {
    .map(MapObject(named: tensors.map { ($0.name, call.value($0.tensor)) }))
  }
}

/// What a file's name says it holds.
private enum FileKind {
  case safetensors, npy, npz, nifti, json, unknown

  init(_ path: String) {
    let name = path.lowercased()
    let endings: [(String, FileKind)] = [
      (".safetensors", .safetensors), (".npy", .npy), (".npz", .npz), (".nii", .nifti), (".nii.gz", .nifti),
      (".json", .json),
    ]
    self = endings.first { name.hasSuffix($0.0) }?.1 ?? .unknown
  }
}

extension Npz {
  /// Every array as an input tensor.
  fileprivate func tensors(in engine: Engine) throws -> [(name: String, tensor: Tensor)] {
    try names.map { ($0, try engine.tensor(array($0))) }
  }
}
