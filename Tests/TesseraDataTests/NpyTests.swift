import Foundation
import Testing

@testable import TesseraData

/// Files that numpy 2 wrote.
enum NumPyFiles {
  static func bytes(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }

  /// Made by `arange(6, dtype="<f4").reshape(2, 3)`.
  static let singles = bytes(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPwAAAEAAAEBAAACAQAAA\
    oEA=
    """)
  /// The same as big-endian 16-bit integers in Fortran order.
  static let fortran = bytes(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPmkyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAADAAEABAACAAU=
    """)
  /// Made by `savez_compressed(a=arange(6, dtype="u1"), b=array(2.5))`.
  static let compressed = bytes(
    """
    UEsDBC0AAAAIAAAAIQDrddcJ//////////8FABQAYS5ucHkBABAAhgAAAAAAAABKAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l\
    oF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GmY6mjoKtQoUAC4GRiZmFlYAUEsDBC0AAAAIAAAAIQA1tDqT////\
    //////8FABQAYi5ucHkBABAAiAAAAAAAAABHAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIK\
    EndLzClOBYoXZyQWpAL5Gpo6CrUKFAEuBjBgcQAAUEsBAi0DLQAAAAgAAAAhAOt11wlKAAAAhgAAAAUAAAAAAAAAAAAAAIABAAAA\
    AGEubnB5UEsBAi0DLQAAAAgAAAAhADW0OpNHAAAAiAAAAAUAAAAAAAAAAAAAAIABgQAAAGIubnB5UEsFBgAAAAACAAIAZgAAAP8A\
    AAAAAA==
    """)
  /// Made by `savez(a=arange(6, dtype="u1"))`.
  static let stored = bytes(
    """
    UEsDBC0AAAAAAAAAIQDrddcJ//////////8FABQAYS5ucHkBABAAhgAAAAAAAACGAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzog\
    J3x1MScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICg2LCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAECAwQFUEsBAi0DLQAAAAAAAAAhAOt11wmGAAAAhgAAAAUAAAAAAAAA\
    AAAAAIABAAAAAGEubnB5UEsFBgAAAAABAAEAMwAAAL0AAAAAAA==
    """)
}

@Suite struct NpyTests {
  static let typed = ElementType.allCases.filter { $0 != .bfloat16 }

  @Test(arguments: typed, [[], [0], [5], [2, 3], [2, 0, 3], [2, 3, 4]])
  func `Every type and shape comes back as written, its data aligned`(type: ElementType, shape: [Int]) throws
  {
    let count = try #require(byteCount(of: type, shape: shape))
    let array = try RawArray(elementType: type, shape: shape, bytes: (0..<count).map { UInt8($0 % 2) })
    let bytes = try Npy.encode(array)
    #expect(try Npy.decode(bytes) == array)
    #expect((bytes.count - count) % 64 == 0)
  }

  @Test func `What numpy wrote is read, and written again byte for byte`() throws {
    let array = try Npy.decode(NumPyFiles.singles)
    #expect(array.shape == [2, 3] && array.floats() == [0, 1, 2, 3, 4, 5])
    #expect(try Npy.encode(array) == NumPyFiles.singles)
  }

  @Test func `Fortran order and big-endian numbers become row-major and little-endian`() throws {
    let array = try Npy.decode(NumPyFiles.fortran)
    #expect(array.elementType == .int16 && array.shape == [2, 3] && array.integers() == [0, 1, 2, 3, 4, 5])
  }

  @Test func `A file is written and read through its path`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("x.npy").path
      let array = try RawArray([1.5, -2] as [Float], shape: [2])
      try Npy.write(array, to: path)
      #expect(try Npy.read(path: path) == array)
    }
  }

  static func file(_ header: String, data: Int = 8, version: UInt8 = 1) -> [UInt8] {
    let length = packed([UInt32(header.utf8.count)]) { $0.littleEndian }.prefix(version == 1 ? 2 : 4)
    return NpyHeader.magic + [version, 0] + length + Array(header.utf8) + Array(repeating: 1, count: data)
  }

  @Test(arguments: [2, 3] as [UInt8])
  func `Later versions with their longer header length are read`(version: UInt8) throws {
    let header = "{'shape': (2,), \"descr\": '<f4', 'fortran_order': True}\n"
    #expect(try Npy.decode(Self.file(header, version: version)).shape == [2])
  }

  @Test(arguments: [
    ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "pickled Python objects"),
    ("{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", "'<c16'"),
    ("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", "[('x', '<f4')]"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "shape [3] needs 12"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "overflows"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "extent"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "extent"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2), }", ""),
    ("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,), }", "neither True nor False"),
    ("{'descr': '<f4', 'fortran_order': False, }", "lacks 'shape'"),
    ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "repeated key 'descr'"),
    ("{'color': 1}", "unknown or repeated key 'color'"), ("{", "lacks"), ("", "lacks"),
    ("{'descr': '<f4", "string"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x", "goes on after"),
  ])
  func `A lying or unsupported header is answered with what is wrong`(header: String, message: String) throws
  {
    let answer = try dataError { _ = try Npy.decode(Self.file(header)) }
    if message.isEmpty {
      #expect(answer == nil)
    } else {
      #expect(answer?.contains(message) == true, "\(answer ?? "accepted")")
    }
  }

  @Test(arguments: [NumPyFiles.singles, NumPyFiles.fortran])
  func `Every truncation is an error and damage never crashes`(bytes: [UInt8]) throws {
    for length in bytes.indices {
      let message = try dataError { _ = try Npy.decode(Array(bytes.prefix(length))) }
      #expect(names(message, of: "npy", [""]), "\(length) bytes: \(message ?? "accepted")")
    }
    for position in bytes.indices {
      for damage in damages(bytes[position]) {
        var damaged = bytes
        damaged[position] = damage
        _ = try dataError {
          let array = try Npy.decode(damaged)
          #expect(array.bytes.count <= bytes.count, "byte \(position) as \(damage)")
        }
      }
    }
  }

  @Test func `bfloat16, which numpy lacks, is refused`() throws {
    let array = try RawArray([1], shape: [1], halfPrecision: .bfloat16)
    #expect(try dataError { _ = try Npy.encode(array) }?.contains("BF16") == true)
  }
}

@Suite struct NpzTests {
  @Test func `What numpy wrote, stored or compressed, is read`() throws {
    let compressed = try Npz(bytes: NumPyFiles.compressed)
    #expect(compressed.names == ["a", "b"])
    #expect(try compressed.array("a").integers() == [0, 1, 2, 3, 4, 5])
    #expect(try compressed.array("b").doubles() == [2.5] && compressed.array("b").shape == [])
    #expect(try Npz(bytes: NumPyFiles.stored).array("a").integers() == [0, 1, 2, 3, 4, 5])
  }

  @Test func `Arrays come back as written, in order`() throws {
    let arrays = try [
      ("weights", RawArray([1, 2, 3, 4] as [Float], shape: [2, 2])),
      ("empty", RawArray([Float](), shape: [0])),
      ("é", RawArray([7] as [Int64], shape: [])),
    ]
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("x.npz").path
      try Npz.write(arrays, to: path)
      let file = try Npz(path: path)
      #expect(file.names == arrays.map(\.0))
      for (name, array) in arrays { #expect(try file.array(name) == array) }
      #expect(try dataError { _ = try file.array("bias") }?.contains("it has weights, empty, é") == true)
    }
    #expect(throws: DataError.self) { try Npz.encode([arrays[0], arrays[0]]) }
  }

  @Test func `No arrays make an empty file`() throws {
    #expect(try Npz(bytes: Npz.encode([])).names.isEmpty)
  }

  @Test(arguments: [NumPyFiles.compressed, NumPyFiles.stored])
  func `Every truncation is an error, and damage is noticed wherever it touches an array`(bytes: [UInt8])
    throws
  {
    let whole = try Npz(bytes: bytes)
    let expected = try whole.names.map { try whole.array($0) }
    for length in bytes.indices {
      let message = try dataError { _ = try Npz(bytes: Array(bytes.prefix(length))) }
      #expect(names(message, of: "npz", [""]), "\(length) bytes: \(message ?? "accepted")")
    }
    for position in bytes.indices {
      for damage in damages(bytes[position]) {
        var damaged = bytes
        damaged[position] = damage
        _ = try dataError {
          let file = try Npz(bytes: damaged)
          for name in file.names {
            let array = try file.array(name)
            #expect(expected.contains(array), "byte \(position) as \(damage)")
          }
        }
      }
    }
  }

  @Test func `A member that claims more than its bytes can expand to is refused before allocation`() throws {
    #expect(Gzip.decompressed(rawDeflate: [0x03, 0], size: 1 << 31) == nil)
    #expect(Gzip.decompressed(rawDeflate: [0x03, 0], size: -1) == nil)
    #expect(Gzip.decompressed(rawDeflate: [0x03, 0], size: 0) == [])
  }
}
