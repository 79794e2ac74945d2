import Foundation
import Testing

@testable import TesseraData

@Suite struct SafetensorsTests {
  static let everyType: [(name: String, tensor: RawArray)] = ElementType.allCases.map { type in
    let bytes = (0..<6 * type.byteCount).map { type == .bool ? UInt8($0 % 2) : UInt8($0) }
    return ("t.\(type.rawValue)", RawArray(unchecked: type, shape: [2, 3], bytes: bytes))
  }

  @Test func `Every element type, an empty array and a scalar come back as written`() throws {
    let tensors =
      Self.everyType + [
        ("empty", try RawArray([Float](), shape: [0, 4])),
        ("scalar", try RawArray([3.5 as Float], shape: [])),
      ]
    let file = try Safetensors(bytes: Safetensors.encode(tensors))
    #expect(Set(file.names) == Set(tensors.map(\.name)))
    for (name, tensor) in tensors { #expect(try file.tensor(name) == tensor) }
  }

  @Test func `Metadata keeps its order and every kind of character`() throws {
    let metadata: Metadata = ["z": "1", "a": "quote \" back \\ line \n null \u{0} é 🧠", "m": ""]
    let file = try Safetensors(bytes: Safetensors.encode([], metadata: metadata))
    #expect(file.metadata == metadata)
  }

  @Test func `Data begins at a multiple of eight bytes and each array is aligned to its type`() throws {
    let bytes = try Safetensors.encode(Self.everyType)
    let file = try Safetensors(bytes: bytes)
    let headerLength = bytes.withUnsafeBytes { Int(word(of: $0, at: 0, false) as UInt64) }
    #expect(headerLength % 8 == 0)
    for entry in file.entries { #expect(entry.byteRange.lowerBound % entry.elementType.byteCount == 0) }
  }

  @Test func `Writing replaces a file whole and leaves nothing beside it`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("w.safetensors").path
      try Data("old".utf8).write(to: URL(fileURLWithPath: path))
      try Safetensors.write(Self.everyType, to: path)
      #expect(try Safetensors(path: path).entries.count == ElementType.allCases.count)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["w.safetensors"])
      let repeated = [Self.everyType[0], Self.everyType[0]]
      #expect(throws: DataError.self) { try Safetensors.write(repeated, to: path) }
      #expect(try Safetensors(path: path).entries.count == ElementType.allCases.count)
    }
  }

  @Test func `A write that cannot succeed names the path`() throws {
    let message = try dataError { try Safetensors.write([], to: "/nonexistent-folder/w.safetensors") }
    #expect(message == "cannot write /nonexistent-folder/w.safetensors: no such file or directory")
  }

  @Test(arguments: ["a_3d_fs12_64x64x32", "b_3d_fs24_64", "c_2d_fs12_64", "ops"])
  func `The files of the reference implementation are read whole`(name: String) throws {
    let file = try Safetensors(path: fixture("\(name).safetensors"))
    var bytes = 0
    for entry in file.entries {
      let tensor = try file.tensor(entry.name)
      let isFinite = tensor.floats().allSatisfy(\.isFinite)
      #expect(isFinite, "\(entry.name)")
      bytes += tensor.bytes.count
    }
    #expect(bytes > 100_000)
    if name.hasPrefix("a_") {
      #expect(abs(try file.tensor("loss").doubles()[0] - 0.350467628) < 1e-9)
      #expect(file.entry("output")?.shape == [1, 2, 64, 64, 32])
    }
  }

  @Test func `An unknown name is answered with the names there are`() throws {
    let file = try Safetensors(
      bytes: Safetensors.encode([("a", RawArray([1 as Float], shape: [1]))]), name: "x")
    #expect(try dataError { _ = try file.tensor("b") } == "x has no entry \"b\"; it has a")
  }

  @Test(arguments: [
    ("/no/such", "no such file or directory"), ("/", "it is a folder"),
    ("/dev/zero", "it is not a regular file"),
  ])
  func `What cannot be read is refused with the reason`(path: String, reason: String) throws {
    #expect(try dataError { _ = try Safetensors(path: path) } == "cannot read \(path): \(reason)")
  }
}
