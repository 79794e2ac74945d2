extension Phantom {
  /// Writes the phantom as a case of the 2023 layout: `root/name/name-t1c.nii.gz` and so on, with `-seg`.
  ///
  /// - Returns: the case's folder.
  @discardableResult
  public func writeBraTSFolder(at root: String, name: String = "BraTS-GLI-00000-000") throws -> String {
    let folder = "\(root)/\(name)"
    try Folder.create(folder)
    for modality in BraTSCase.Modality.allCases {
      try Volume(values(modality), shape: shape)
        .write(to: "\(folder)/\(name)-\(modality.rawValue).nii.gz", as: .int16)
    }
    try Volume(labels, shape: shape).write(to: "\(folder)/\(name)-seg.nii.gz", as: .uint8)
    return folder
  }

  /// Writes `count` phantoms of seeds `seed`, `seed` + 1, … and returns their folders.
  @discardableResult
  public static func writeBraTSSet(
    at root: String, count: Int, seed: UInt64 = 0, size: [Int] = [64, 64, 64]
  ) throws -> [String] {
    try (0..<count).map { index in
      let number = "\(index)"
      let name = "BraTS-GLI-\(String(repeating: "0", count: max(0, 5 - number.count)))\(number)-000"
      return try make(seed: seed &+ UInt64(index), size: size).writeBraTSFolder(at: root, name: name)
    }
  }
}
