/// Why data could not be read, written or used: facts, rendered in one place.
public enum DataError: Error, Equatable, Sendable {
  /// The operating system refused to open or read `path`.
  case cannotRead(path: String, reason: String)
  /// The operating system refused to create or replace `path`.
  case cannotWrite(path: String, reason: String)
  /// A field of the file contradicts the format, the file's size or another field.
  case malformed(FileFormat, file: String, field: String, reason: String)
  /// The file is well formed but holds something this reader does not take, and here is what to do.
  case unsupported(FileFormat, file: String, what: String, advice: String)
  /// The file is a Python pickle: reading it would mean running it.
  case pickle(file: String)
  /// The file has no entry of this name.
  case noSuchEntry(file: String, name: String, known: [String])
  /// A folder lacks files that its layout requires.
  case missingFiles(folder: String, missing: [String])
  /// An argument does not fit the others.
  case invalidArgument(String, reason: String)
}

/// The file formats this module reads, for error messages.
public enum FileFormat: String, Sendable {
  /// Hugging Face's tensor container.
  case safetensors
  /// Neuroimaging volumes, versions 1 and 2.
  case nifti = "NIfTI"
  /// The gzip wrapper around a volume.
  case gzip
  /// One NumPy array.
  case npy
  /// A zip of NumPy arrays.
  case npz
}

extension DataError: CustomStringConvertible {
  /// One sentence with the place, the reason and, where there is one, the next step.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "cannot read \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .malformed(let format, let file, let field, let reason):
      "\(file) is not a valid \(format.rawValue) file: \(field) \(reason)"
    case .unsupported(_, let file, let what, let advice): "\(file) holds \(what); \(advice)"
    case .pickle(let file): PickleAdvice.sentence(for: file)
    case .noSuchEntry(let file, let name, let known):
      "\(file) has no entry \"\(name)\"; it has \(Self.summary(of: known))"
    case .missingFiles(let folder, let missing):
      "\(folder) lacks \(missing.joined(separator: ", "))"
    case .invalidArgument(let argument, let reason): "\(argument) \(reason)"
    }
  }

  private static func summary(of names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
