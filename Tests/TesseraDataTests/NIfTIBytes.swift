@testable import TesseraData

/// Builds a NIfTI file byte by byte from the standard's own offsets, independently of the reader's table.
struct NIfTIBytes {
  var version = 1
  var bigEndian = false
  var shape = [3, 2, 4]
  var datatype = 2
  var bitpix: Int?
  var magic: [UInt8]?
  var slope = 0.0
  var intercept = 0.0
  var pixdim = [1.0, 1, 1, 1]
  var qform: (code: Int, quaternion: [Double], offset: [Double])?
  var sform: (code: Int, rows: [[Double]])?
  var voxelOffset: Double?
  /// Stored values in file order; as many as the shape has voxels.
  var stored: [Double] = (0..<24).map(Double.init)

  static let types: [(code: Int, type: ElementType)] = [
    (2, .uint8), (4, .int16), (8, .int32), (16, .float32), (64, .float64), (256, .int8), (512, .uint16),
    (768, .uint32), (1024, .int64), (1280, .uint64),
  ]

  var type: ElementType { Self.types.first { $0.code == datatype }?.type ?? .uint8 }

  var bytes: [UInt8] {
    header + [0, 0, 0, 0] + voxels
  }

  var voxels: [UInt8] { stored.flatMap { number($0, type) } }

  var header: [UInt8] { version == 1 ? version1Header : version2Header }

  private var version1Header: [UInt8] {
    var header = [UInt8](repeating: 0, count: 348)
    func put(_ offset: Int, _ type: ElementType, _ values: [Double]) { write(&header, offset, type, values) }
    put(0, .int32, [348])
    put(40, .int16, [Double(shape.count)] + shape.map(Double.init))
    put(70, .int16, [Double(datatype)])
    put(72, .int16, [Double(bitpix ?? type.byteCount * 8)])
    put(76, .float32, pixdim)
    put(108, .float32, [voxelOffset ?? 352])
    put(112, .float32, [slope, intercept])
    if let qform {
      put(252, .int16, [Double(qform.code)])
      put(256, .float32, qform.quaternion + qform.offset)
    }
    if let sform {
      put(254, .int16, [Double(sform.code)])
      put(280, .float32, sform.rows.flatMap(\.self))
    }
    header.replaceSubrange(344..<348, with: magic ?? Array("n+1\0".utf8))
    return header
  }

  private var version2Header: [UInt8] {
    var header = [UInt8](repeating: 0, count: 540)
    func put(_ offset: Int, _ type: ElementType, _ values: [Double]) { write(&header, offset, type, values) }
    put(0, .int32, [540])
    header.replaceSubrange(4..<12, with: magic ?? [0x6E, 0x2B, 0x32, 0, 0x0D, 0x0A, 0x1A, 0x0A])
    put(12, .int16, [Double(datatype)])
    put(14, .int16, [Double(bitpix ?? type.byteCount * 8)])
    put(16, .int64, [Double(shape.count)] + shape.map(Double.init))
    put(104, .float64, pixdim)
    put(168, .int64, [voxelOffset ?? 544])
    put(176, .float64, [slope, intercept])
    if let qform {
      put(344, .int32, [Double(qform.code)])
      put(352, .float64, qform.quaternion + qform.offset)
    }
    if let sform {
      put(348, .int32, [Double(sform.code)])
      put(400, .float64, sform.rows.flatMap(\.self))
    }
    return header
  }

  private func write(_ header: inout [UInt8], _ offset: Int, _ type: ElementType, _ values: [Double]) {
    let bytes = values.flatMap { number($0, type) }
    header.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  private func number(_ value: Double, _ type: ElementType) -> [UInt8] {
    let littleEndian: [UInt8]
    switch type {
    case .float64: littleEndian = packed([value]) { $0.bitPattern.littleEndian }
    case .float32: littleEndian = packed([Float(value)]) { $0.bitPattern.littleEndian }
    case .uint64: littleEndian = packed([UInt64(value)]) { $0.littleEndian }
    default: littleEndian = Array(packed([Int64(value)]) { $0.littleEndian }.prefix(type.byteCount))
    }
    return bigEndian ? littleEndian.reversed() : littleEndian
  }
}
