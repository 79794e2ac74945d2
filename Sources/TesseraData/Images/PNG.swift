/// Pictures as PNG files: one byte a pixel, which is what planes of a volume and their labels need.
public enum PNG {
  /// A colour, and how much of what lies below shows through: 0 is clear, 255 solid.
  public struct Color: Sendable, Equatable {
    /// The parts, from 0 to 255.
    public let red, green, blue, alpha: UInt8

    /// Names a colour by its parts.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8, alpha: UInt8 = 255) {
      (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
    }
  }

  /// A picture from black to white, row by row.
  ///
  /// Each byte is stored as its distance from what its neighbours predict, which halves the file of a scan.
  public static func gray(_ pixels: [UInt8], width: Int) throws -> [UInt8] {
    let rows = stride(from: 0, to: pixels.count, by: max(1, width)).map { start in
      [Filter.paeth] + (start..<start + width).map { pixels[$0] &- prediction(pixels, $0, width) }
    }
    return try file(rows, width: width, colorType: 0, chunks: [])
  }

  /// A picture whose pixels are numbers of colours.
  public static func indexed(_ pixels: [UInt8], width: Int, palette: [Color]) throws -> [UInt8] {
    let rows = stride(from: 0, to: pixels.count, by: max(1, width)).map { start in
      [Filter.none] + pixels[start..<start + width]
    }
    return try file(
      rows, width: width, colorType: 3,
      chunks: [
        chunk("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }), chunk("tRNS", palette.map(\.alpha)),
      ])
  }

  /// How a row's bytes are stored.
  private enum Filter {
    static let none: UInt8 = 0
    static let paeth: UInt8 = 4
  }

  /// Of left, above and above left the one nearest to left + above − above left; 0 beyond the edges.
  private static func prediction(_ pixels: [UInt8], _ place: Int, _ width: Int) -> UInt8 {
    let (hasLeft, hasAbove) = (place % width > 0, place >= width)
    let left = hasLeft ? Int(pixels[place - 1]) : 0
    let above = hasAbove ? Int(pixels[place - width]) : 0
    let corner = hasLeft && hasAbove ? Int(pixels[place - width - 1]) : 0
    let (toLeft, toAbove) = (abs(above - corner), abs(left - corner))
    let toCorner = abs(left + above - 2 * corner)
    if toLeft <= toAbove && toLeft <= toCorner { return UInt8(left) }
    return UInt8(toAbove <= toCorner ? above : corner)
  }

  private static func file(
    _ rows: [[UInt8]], width: Int, colorType: UInt8, chunks: [[UInt8]]
  ) throws -> [UInt8] {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Eight bits a sample; deflate, the five filters, no interlacing.
    let header = bigEndian(width) + bigEndian(rows.count) + [8, colorType, 0, 0, 0]
    let data = try Gzip.compressed(Array(rows.joined()), as: .zlib)
    return signature + chunk("IHDR", header) + chunks.joined() + chunk("IDAT", data) + chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return bigEndian(content.count) + body + bigEndian(Int(Gzip.checksum(body)))
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(value).bigEndian) { Array($0) }
  }
}
