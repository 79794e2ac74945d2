/// Recognises files of `torch.save` and says how to export them.
enum PickleAdvice {
  /// Throws `DataError.pickle` when `source` is a pickle or a zip holding one.
  ///
  /// PyTorch has written a zip since version 1.6 and a bare pickle, protocols 2 to 5, before.
  static func refusePickle(_ source: ByteSource) throws {
    let prefix = try source.prefix(512)
    if prefix.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      guard !holdsArrays(zipPrefix: prefix) else {
        throw DataError.unsupported(
          .safetensors, file: source.name, what: "a zip of NumPy arrays",
          advice: "name it .npz to read it as such")
      }
      throw DataError.pickle(file: source.name)
    }
    if prefix.count >= 2, prefix[0] == 0x80, (2...5).contains(prefix[1]) {
      throw DataError.pickle(file: source.name)
    }
  }

  /// Whether the first member of the zip is an `.npy`: its name begins at byte 30, its length is at 26.
  private static func holdsArrays(zipPrefix prefix: [UInt8]) -> Bool {
    guard prefix.count > 30 else { return false }
    let length = Int(prefix[26]) | Int(prefix[27]) << 8
    return prefix.dropFirst(30).prefix(length).suffix(4).elementsEqual(".npy".utf8)
  }

  /// What the file is, why it is not read, and the three lines that export it.
  static func sentence(for file: String) -> String {
    let output = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    return """
      \(file) is a PyTorch pickle; reading one can run any code in it, so it is not read here. Export it once:
        import torch, safetensors.torch
        weights = torch.load(\(pythonLiteral(file)), map_location="cpu", weights_only=True)
        safetensors.torch.save_file({k: v.clone().contiguous() for k, v in weights.get("state_dict", weights).items()}, \
      \(pythonLiteral(output + ".safetensors")))
      """
  }

  private static func pythonLiteral(_ text: String) -> String {
    let escaped = text.flatMap { character -> [Character] in
      switch character {
      case "\\", "\"": ["\\", character]
      case "\n": ["\\", "n"]
      default: [character]
      }
    }
    return "\"\(String(escaped))\""
  }
}
