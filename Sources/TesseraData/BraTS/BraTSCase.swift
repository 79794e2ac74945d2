/// One case of a brain tumour data set: four modalities and, where it is not for testing, a label map.
public struct BraTSCase: Sendable {
  /// The modalities in the order of the channels of `image()`.
  public enum Modality: String, CaseIterable, Sendable {
    /// T1 after a contrast medium: enhancing tumour is bright.
    case t1c
    /// T1 before it.
    case t1n
    /// T2 with fluid suppressed (FLAIR): edema is bright.
    case t2f
    /// T2: fluid and edema are bright.
    case t2w

    /// File name endings: those since 2023 and those up to 2021.
    var suffixes: [String] {
      switch self {
      case .t1c: ["t1c", "t1ce"]
      case .t1n: ["t1n", "t1"]
      case .t2f: ["t2f", "flair"]
      case .t2w: ["t2w", "t2"]
      }
    }
  }

  /// The folder's path.
  public let folder: String
  /// The path of each modality, in the order of `Modality.allCases`.
  public let modalityPaths: [String]
  /// The path of the label map; nil where the folder has none and none was required.
  public let labelPath: String?

  /// Finds the files of `folder` by their endings, such as `BraTS-GLI-00000-000-t1c.nii.gz`.
  ///
  /// - Throws: `DataError.missingFiles` naming every ending that no file has; `invalidArgument` where two have one.
  public init(_ folder: String, requiresLabels: Bool = true) throws {
    let names = try Folder.names(in: folder)
    var missing: [String] = []
    func path(_ suffixes: [String], isRequired: Bool) throws -> String? {
      let found = names.filter { Self.matches($0, suffixes) }
      guard found.count <= 1 else {
        throw DataError.invalidArgument(
          "folder \(folder)", reason: "has \(found.joined(separator: " and ")) for one volume")
      }
      if found.isEmpty, isRequired { missing.append("a file ending in -\(suffixes[0]).nii.gz") }
      return found.first.map { "\(folder)/\($0)" }
    }
    let paths = try Modality.allCases.map { try path($0.suffixes, isRequired: true) }
    labelPath = try path(["seg"], isRequired: requiresLabels)
    guard missing.isEmpty else { throw DataError.missingFiles(folder: folder, missing: missing) }
    modalityPaths = paths.compactMap(\.self)
    self.folder = folder
  }

  /// The folders in `root` that hold a case, sorted by name.
  public static func folders(in root: String) throws -> [String] {
    try Folder.names(in: root).map { "\(root)/\($0)" }.filter { path in
      Folder.exists(path) && (try? BraTSCase(path, requiresLabels: false)) != nil
    }
  }

  private static func matches(_ name: String, _ suffixes: [String]) -> Bool {
    let lowercased = name.lowercased()
    for ending in [".nii.gz", ".nii"] where lowercased.hasSuffix(ending) {
      let stem = lowercased.dropLast(ending.count)
      return suffixes.contains { stem == $0 || stem.hasSuffix("-\($0)") || stem.hasSuffix("_\($0)") }
    }
    return false
  }
}

extension BraTSCase {
  /// The four modalities as one array.
  public struct Image: Sendable {
    /// `[4] + shape`, row-major.
    public let values: [Float]
    /// The extents of each modality.
    public let shape: [Int]
    /// The first modality's map to millimetres.
    public let affine: Affine
  }

  /// Reads the four modalities.
  ///
  /// - Throws: what reading a file throws; `invalidArgument` where the shapes differ.
  public func image() throws -> Image {
    let volumes = try modalityPaths.map { try Volume(path: $0) }
    let first = volumes[0]
    for (volume, path) in zip(volumes, modalityPaths) { try check(volume, path, matches: first) }
    return Image(values: try volumes.flatMap { try $0.values() }, shape: first.shape, affine: first.affine)
  }

  /// Reads the label map; nil where the case has none.
  public func labels() throws -> [Float]? {
    guard let labelPath else { return nil }
    let volume = try Volume(path: labelPath)
    try check(volume, labelPath, matches: Volume(path: modalityPaths[0]))
    return try volume.values()
  }

  private func check(_ volume: Volume, _ path: String, matches first: Volume) throws {
    guard volume.shape == first.shape else {
      throw DataError.invalidArgument(
        path, reason: "has shape \(volume.shape), \(modalityPaths[0]) has \(first.shape)")
    }
  }
}
