import Testing

@testable import TesseraData

@Suite struct SafetensorsMalformedTests {
  /// A file with this header and this many data bytes.
  static func file(_ header: String, data: Int = 0) -> [UInt8] {
    packed([UInt64(header.utf8.count)]) { $0.littleEndian } + Array(header.utf8)
      + Array(repeating: 7, count: data)
  }

  static func entry(
    _ name: String, dtype: String = "F32", shape: String = "[1]", offsets: String = "[0,4]"
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  struct Lie: Sendable {
    let header: String
    let data: Int
    let message: String

    init(_ members: String, data: Int = 0, _ message: String) {
      self.init(header: "{\(members)}", data: data, message)
    }

    init(header: String, data: Int = 0, _ message: String) {
      self.header = header
      self.data = data
      self.message = message
    }
  }

  static let longShape = "[\(Array(repeating: "1", count: 65).joined(separator: ","))]"

  static let lies: [Lie] = [
    Lie(entry("t", offsets: "[0,5]"), data: 5, "data_offsets of \"t\""),
    Lie(entry("t", offsets: "[4,0]"), data: 4, "data_offsets of \"t\""),
    Lie(entry("t", offsets: "[0]"), data: 4, "data_offsets of \"t\""),
    Lie(entry("t", offsets: "[0,4,8]"), data: 4, "data_offsets of \"t\""),
    Lie(entry("t", offsets: "[-4,0]"), data: 4, "data_offsets of \"t\""),
    Lie(entry("t"), data: 3, "data_offsets of \"t\" end at 4"),
    Lie(entry("t"), data: 5, "data has 1 bytes after the last tensor"),
    Lie(entry("t", offsets: "[4,8]"), data: 8, "leave a gap"),
    Lie(entry("t") + "," + entry("u", offsets: "[8,12]"), data: 12, "data_offsets of \"u\""),
    Lie(entry("t") + "," + entry("u"), data: 4, "overlap"),
    Lie(entry("t", shape: "[2]", offsets: "[0,8]") + "," + entry("u", offsets: "[4,8]"), data: 8, "overlap"),
    Lie(entry("t") + "," + entry("t", offsets: "[4,8]"), data: 8, "the key \"t\" twice"),
    Lie(
      "\"t\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}",
      "the key \"dtype\" twice"),
    Lie("\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}", "__metadata__ has the key \"a\" twice"),
    Lie("\"__metadata__\":{\"a\":1}", "__metadata__"),
    Lie(entry("t", dtype: "F33"), data: 4, "dtype of \"t\" is \"F33\""),
    Lie(entry("t", shape: "[4294967296,4294967296,4294967296]"), data: 4, "shape of \"t\""),
    Lie(entry("t", shape: "[0,9223372036854775807,9223372036854775807]", offsets: "[0,0]"), "shape of \"t\""),
    Lie(entry("t", shape: "[99999999999999999999]"), data: 4, "shape of \"t\" has a number beyond 64 bits"),
    Lie(entry("t", shape: "[-1]"), data: 4, "shape of \"t\""),
    Lie(entry("t", shape: "[1.0]"), data: 4, "shape of \"t\""),
    Lie(entry("t", shape: "[01]"), data: 4, "leading zero"),
    Lie(entry("t", shape: longShape), data: 4, "more than 64"),
    Lie(entry("t", shape: "[[[["), data: 4, "shape of \"t\""),
    Lie("\"t\":{\"dtype\":\"F32\",\"shape\":[1]}", data: 4, "data_offsets of \"t\" is missing"),
    Lie("\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}", data: 4, "shape of \"t\" is missing"),
    Lie("\"t\":{\"shape\":[1],\"data_offsets\":[0,4]}", data: 4, "dtype of \"t\" is missing"),
    Lie("\"t\":{\"color\":1}", "color of \"t\" is not a field"),
    Lie("\"t\":7", "entry \"t\""),
    Lie(entry("t") + ",", data: 4, "header"),
    Lie(",", "header"), Lie("\"a\"", "header"), Lie("\"\\q\":1", "unknown escape"),
    Lie("\"\\ud800\":1", "surrogate"), Lie("\"\\udc00\":1", "surrogate"),
    Lie("\"a\nb\":1", "control character"),
    Lie(header: "{} x", "goes on after"), Lie(header: "{", "header"),
    Lie(header: "[]", "does not begin with a brace"),
    Lie(header: "", "does not begin with a brace"),
  ]

  @Test(arguments: lies)
  func `A lying header is answered with the field that lies`(lie: Lie) throws {
    let message = try dataError {
      _ = try Safetensors(bytes: Self.file(lie.header, data: lie.data), name: "f")
    }
    #expect(message?.hasPrefix("f is not a valid safetensors file: ") == true)
    #expect(message?.contains(lie.message) == true, "\(message ?? "accepted")")
  }

  @Test func `A header length beyond the file or 100 MB is refused before anything is allocated`() throws {
    for length: UInt64 in [3, 100_000_001, 1 << 40, .max, 1 << 63] {
      let bytes = packed([length]) { $0.littleEndian } + Array("{}".utf8)
      let message = try dataError { _ = try Safetensors(bytes: bytes) }
      #expect(message?.contains("header length is \(length)") == true, "\(message ?? "accepted")")
    }
  }

  @Test func `Bad UTF-8 in a name is refused`() throws {
    var bytes = Self.file("{\(Self.entry("x"))}", data: 4)
    bytes[10] = 0xFF
    #expect(try dataError { _ = try Safetensors(bytes: bytes) }?.contains("bad UTF-8") == true)
  }

  static let small: [UInt8] = {
    let members = [
      "\"__metadata__\":{\"k\":\"v\"}", entry("a", shape: "[2,1]", offsets: "[0,8]"),
      entry("b", dtype: "U8", shape: "[3]", offsets: "[8,11]"),
    ]
    return file("{\(members.joined(separator: ","))}", data: 11)
  }()

  @Test func `Every truncation is an error that names the header or the offsets`() throws {
    for length in 0..<Self.small.count {
      let message = try dataError { _ = try Safetensors(bytes: Array(Self.small.prefix(length))) }
      #expect(
        names(message, of: "safetensors", ["header", "data_offsets"]),
        "\(length) bytes: \(message ?? "accepted")")
    }
  }

  @Test func `A damaged header byte gives an error or arrays that lie within the file`() throws {
    let headerEnd = Self.small.count - 11
    for position in 0..<headerEnd {
      for damage in damages(Self.small[position]) {
        var bytes = Self.small
        bytes[position] = damage
        _ = try dataError {
          let file = try Safetensors(bytes: bytes)
          let total = try file.names.reduce(0) { try $0 + file.tensor($1).bytes.count }
          #expect(total == 11, "byte \(position) as \(damage)")
        }
      }
    }
  }

  @Test func `A deleted or doubled header byte is an error, for no length then fits`() throws {
    for position in 8..<Self.small.count - 11 {
      var shorter = Self.small
      shorter.remove(at: position)
      #expect(throws: DataError.self, "without byte \(position)") { try Safetensors(bytes: shorter) }
      var longer = Self.small
      longer.insert(Self.small[position], at: position)
      #expect(throws: DataError.self, "with byte \(position) twice") { try Safetensors(bytes: longer) }
    }
  }
}

@Suite struct PickleTests {
  /// A zip's first member, up to its name.
  static func zipPrefix(_ member: String) -> [UInt8] {
    [0x50, 0x4B, 3, 4] + Array(repeating: 0, count: 22) + [UInt8(member.utf8.count), 0, 0, 0]
      + Array(member.utf8)
  }

  @Test(arguments: [
    zipPrefix("archive/data.pkl"), zipPrefix("x"), [0x80, 2, 0x8A, 10], [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0],
  ])
  func `A PyTorch file is refused with the lines that export it`(bytes: [UInt8]) throws {
    let message = try dataError { _ = try Safetensors(bytes: bytes, name: "runs/model.pt") }
    #expect(message?.contains("import torch, safetensors.torch") == true)
    #expect(message?.contains("torch.load(\"runs/model.pt\"") == true)
    #expect(message?.contains("\"runs/model.safetensors\")") == true)
    #expect(message?.split(separator: "\n").count == 4)
  }

  @Test func `A zip of arrays is sent to the right reader`() throws {
    let message = try dataError { _ = try Safetensors(bytes: Self.zipPrefix("a.npy")) }
    #expect(message?.contains(".npz") == true)
  }

  @Test func `A header whose length looks like a pickle's first bytes is read`() throws {
    // 0x0280 bytes of header: the file begins 80 02, as protocol 2 does.
    let header = "{}" + String(repeating: " ", count: 0x27E)
    #expect(try Safetensors(bytes: SafetensorsMalformedTests.file(header)).entries.isEmpty)
  }
}

@Suite struct SwinUNETRKeysTests {
  @Test(arguments: [
    ("module.swinViT.layers1.0.blocks.0.mlp.fc1.weight", "swinViT.layers1.0.blocks.0.mlp.linear1.weight"),
    ("swinViT.layers1.0.blocks.0.mlp.fc2.bias", "swinViT.layers1.0.blocks.0.mlp.linear2.bias"),
    ("swinViT.layers1.0.blocks.0.mlp.linear1.bias", "swinViT.layers1.0.blocks.0.mlp.linear1.bias"),
    ("module.module.out.conv.conv.bias", "out.conv.conv.bias"), ("head.fc1.weight", "head.fc1.weight"),
    ("module", "module"), ("", ""), ("a..b", "a..b"), ("mlp.fc1", "mlp.linear1"), ("modules.x", "modules.x"),
  ])
  func `Keys of older checkpoints become today's and others stay`(key: String, expected: String) {
    #expect(SwinUNETRKeys.normalized(key) == expected)
    #expect(SwinUNETRKeys.normalized(expected) == expected)
  }
}
