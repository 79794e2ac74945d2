/// Fills the fields of a little-endian header through the layout table.
struct NIfTIHeaderWriter {
  let layout: NIfTILayout
  /// The header and the four zeros that say "no extensions".
  private(set) var bytes: [UInt8]

  init(layout: NIfTILayout) {
    self.layout = layout
    bytes = Array(repeating: 0, count: layout.singleFileStart)
    set(.init(offset: 0, kind: .int32), [Double(layout.headerSize)])
    bytes.replaceSubrange(
      layout.magicOffset..<layout.magicOffset + layout.singleFileMagic.count, with: layout.singleFileMagic)
  }

  mutating func describe(_ volume: Volume, as elementType: ElementType, scaling: Volume.Scaling) {
    let rank = volume.shape.count
    let padding = Array(repeating: 1.0, count: 7 - rank)
    set(layout.dim, [Double(rank)] + volume.shape.map(Double.init) + padding)
    set(layout.datatype, [Double(NIfTIDatatype.code(of: elementType) ?? 0)])
    set(layout.bitpix, [Double(elementType.byteCount * 8)])
    set(layout.voxOffset, [Double(layout.singleFileStart)])
    set(layout.sclSlope, [scaling.slope])
    set(layout.sclInter, [scaling.intercept])
    // 2 is millimetres.
    set(layout.xyztUnits, [Double(volume.header?.unitsCode ?? 2)])
    if let range = volume.header?.displayRange {
      set(layout.calMin, [range.lowerBound])
      set(layout.calMax, [range.upperBound])
    }
    describe(volume.affine, code: volume.header.map { max($0.sformCode, $0.qformCode) } ?? 1)
    let further = volume.header?.pixdim.suffix(4) ?? [1, 1, 1, 1]
    set(
      .init(offset: layout.pixdim.offset + 4 * layout.pixdim.kind.byteCount, kind: layout.pixdim.kind),
      Array(further))
    setDescription(volume.header?.description ?? "")
  }

  /// A file read without any code gets 1 ("scanner"): its affine is about to be stated outright.
  private mutating func describe(_ affine: Affine, code: Int) {
    let code = Double(max(code, 1))
    set(layout.sformCode, [code])
    set(layout.srow, affine.rows.flatMap(\.self))
    let quaternion = affine.quaternion
    set(layout.pixdim, [quaternion?.isMirrored == true ? -1 : 1] + affine.spacing)
    guard let quaternion else { return }
    set(layout.qformCode, [code])
    set(layout.quaternion, quaternion.parts)
    set(layout.qoffset, affine.rows.map { $0[3] })
  }

  private mutating func setDescription(_ text: String) {
    let fitting = Array(text.utf8.prefix(layout.description.count))
    bytes.replaceSubrange(
      layout.description.lowerBound..<layout.description.lowerBound + fitting.count, with: fitting)
  }

  private mutating func set(_ field: NIfTILayout.Field, _ values: [Double]) {
    let words = values.flatMap { Self.encoded($0, field.kind) }
    bytes.replaceSubrange(field.offset..<field.offset + words.count, with: words)
  }

  /// Only the kinds that occur in the layout table.
  private static func encoded(_ value: Double, _ kind: ElementType) -> [UInt8] {
    switch kind {
    case .float32: packed([Float(value)]) { $0.bitPattern.littleEndian }
    case .float64: packed([value]) { $0.bitPattern.littleEndian }
    case .int64: packed([Int64(value)]) { $0.littleEndian }
    case .int32: packed([Int32(clamping: Int(value))]) { $0.littleEndian }
    case .int16: packed([Int16(clamping: Int(value))]) { $0.littleEndian }
    default: [UInt8(clamping: Int(value))]
    }
  }
}
