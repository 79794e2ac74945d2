import TesseraData
import TesseraScript
import TesseraTensor

/// Brain tumour data sets in folders.
enum BraTSBuiltins {
  static var all: [Builtin] { [cases, saveCase] }

  private static let cases = Builtin(
    "brats_cases(folder)",
    "The folders of the cases in a BraTS data set, by name; or the folder, if it is a case.",
    details:
      "A case holds files that end in -t1c, -t1n, -t2f, -t2w and, where it has labels, -seg (.nii.gz); the "
      + "names up to 2021 (t1ce, t1, flair, t2) will do. load_volume reads a case.",
    example: """
      save_brats_case("set", phantom(1, 16), name="BraTS-GLI-00001-000")
      print(len(brats_cases("set")))
      """, output: "1"
  ) { call in
    let folder = try call.context.readPath(call.string("folder"))
    if (try? BraTSCase(folder, requiresLabels: false)) != nil { return .list(ListObject([.string(folder)])) }
    let found = try BraTSCase.folders(in: folder)
    guard !found.isEmpty else {
      throw ScriptError(
        "\(folder) holds no BraTS case",
        help: "a case is a folder with files ending in -t1c, -t1n, -t2f and -t2w (.nii.gz)", code: "E0850")
    }
    return .list(ListObject(found.map { .string($0) }))
  }

  private static let saveCase = Builtin(
    "save_brats_case(folder, phantom, name=\"BraTS-GLI-00000-000\")",
    "Writes a phantom as a case of a BraTS data set, in a folder of its name; returns that folder.",
    example: """
      path = save_brats_case("set", phantom(2, 16))
      print(load_volume(path).channels.shape)
      """, output: "(3, 16, 16, 16)"
  ) { call in
    guard case .host(let object) = call["phantom"], let volume = object as? VolumeObject,
      case .phantom(let phantom) = volume.source
    else { throw call.mismatch("phantom", "what phantom(…) returns") }
    let root = try call.context.writePath(call.string("folder"))
    return .string(try phantom.writeBraTSFolder(at: root, name: call.string("name")))
  }
}
