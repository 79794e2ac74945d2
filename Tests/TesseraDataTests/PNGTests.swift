import Testing

@testable import TesseraData

/// Pictures read back by a decoder of their own.
@Suite struct PNGTests {
  /// The chunks of a file whose checksums hold.
  private func chunks(_ file: [UInt8]) throws -> [(name: String, content: [UInt8])] {
    #expect(Array(file.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var found: [(name: String, content: [UInt8])] = []
    var place = 8
    func number() -> Int {
      defer { place += 4 }
      return file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    while place < file.count {
      let count = number()
      let body = Array(file[place..<place + 4 + count])
      place += 4 + count
      #expect(number() == Int(Gzip.checksum(body)))
      found.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
    }
    return found
  }

  /// The rows of a file with their filters undone.
  private func pixels(_ file: [UInt8], width: Int, height: Int) throws -> [UInt8] {
    let data = try #require(chunks(file).first { $0.name == "IDAT" }).content
    // Two bytes of zlib's header before, four of its checksum behind.
    let raw = try #require(
      Gzip.decompressed(rawDeflate: Array(data.dropFirst(2).dropLast(4)), size: (width + 1) * height))
    var result: [[Int]] = []
    for row in 0..<height {
      let line = raw[row * (width + 1)..<(row + 1) * (width + 1)].map(Int.init)
      var values: [Int] = []
      for column in 0..<width {
        let (left, above) = (column > 0 ? values[column - 1] : 0, row > 0 ? result[row - 1][column] : 0)
        let corner = row > 0 && column > 0 ? result[row - 1][column - 1] : 0
        let estimate = left + above - corner
        let nearest = [left, above, corner].min { abs(estimate - $0) < abs(estimate - $1) } ?? 0
        values.append((line[column + 1] + (line[0] == 4 ? nearest : 0)) & 255)
      }
      result.append(values)
    }
    return result.joined().map { UInt8($0) }
  }

  @Test(arguments: [(1, 1), (7, 5), (64, 3)])
  func `a gray picture comes back byte for byte`(width: Int, height: Int) throws {
    let values = (0..<width * height).map { (place: Int) -> UInt8 in
      UInt8(truncatingIfNeeded: place * place * 31 + place / 3)
    }
    let file = try PNG.gray(values, width: width)
    #expect(try pixels(file, width: width, height: height) == values)
    let parts = try chunks(file)
    #expect(parts.map(\.name) == ["IHDR", "IDAT", "IEND"])
    let size = [0, 0, 0, width, 0, 0, 0, height].map { UInt8($0) }
    #expect(parts[0].content == size + [8, 0, 0, 0, 0])
  }

  @Test func `an indexed picture has its colours and how clear they are`() throws {
    let values: [UInt8] = [0, 1, 1, 0, 2, 2]
    let palette = [PNG.Color(0, 0, 0, alpha: 0), PNG.Color(1, 2, 3), PNG.Color(4, 5, 6, alpha: 7)]
    let file = try PNG.indexed(values, width: 3, palette: palette)
    #expect(try pixels(file, width: 3, height: 2) == values)
    let parts = try chunks(file)
    #expect(parts.map(\.name) == ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"])
    #expect(parts[1].content == [0, 0, 0, 1, 2, 3, 4, 5, 6])
    #expect(parts[2].content == [0, 255, 7])
  }

  @Test func `a smooth picture is much smaller than its pixels`() throws {
    let values = (0..<65536).map { (place: Int) -> UInt8 in UInt8((place / 256 + place % 256) / 2) }
    #expect(try PNG.gray(values, width: 256).count < values.count / 20)
  }
}
