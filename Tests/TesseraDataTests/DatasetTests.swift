import Foundation
import Testing

@testable import TesseraData

@Suite struct DatasetTests {
  static let folder = repositoryRoot.appendingPathComponent("datasets")

  /// A row of the table in `datasets/README.md`.
  struct Row: Sendable {
    let file: String
    let licence: String
    let shape: [Int]
    let elementType: String
    let bytes: Int
    let checksum: String

    var path: String { DatasetTests.folder.appendingPathComponent(file).path }

    init?(_ line: String) {
      let cells = line.split(separator: "|").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
      guard line.hasPrefix("| `"), cells.count == 7, let bytes = Int(cells[5]) else { return nil }
      file = cells[0]
      licence = cells[2]
      shape = cells[3].split(separator: "×").compactMap { Int($0) }
      elementType = cells[4]
      self.bytes = bytes
      checksum = cells[6]
    }
  }

  static func rows() throws -> [Row] {
    let text = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    return text.split(separator: "\n").compactMap { Row(String($0)) }
  }

  @Test func `Every row states the file's true shape, type, size and checksum`() throws {
    let rows = try Self.rows()
    #expect(rows.count == 2)
    for row in rows {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: row.path)))
      #expect(bytes.count == row.bytes && sha256(bytes) == row.checksum, "\(row.file)")
      let header = try #require(Volume(path: row.path).header)
      #expect(header.shape == row.shape && header.elementType.rawValue == row.elementType, "\(row.file)")
    }
  }

  @Test func `Every data file has a row and a licence beside it, and all are small`() throws {
    let rows = try Self.rows()
    let files = try #require(FileManager.default.enumerator(atPath: Self.folder.path)).compactMap {
      $0 as? String
    }
    let data = files.filter { $0.hasSuffix(".gz") }
    #expect(Set(data) == Set(rows.map(\.file)))
    for file in data {
      #expect(files.contains((file as NSString).deletingLastPathComponent + "/LICENSE"))
    }
    #expect(rows.reduce(0) { $0 + $1.bytes } < 5_000_000)
  }

  @Test func `The head and its labels lie in the same place, and a 128³ crop fits inside`() throws {
    let head = try Volume(path: Self.folder.appendingPathComponent("mni-icbm152/t1.nii.gz").path)
    let labels = try Volume(path: Self.folder.appendingPathComponent("mni-icbm152/labels.nii.gz").path)
    #expect(head.shape == labels.shape && head.affine == labels.affine)
    #expect(head.axisCodes == "RAS" && head.spacing == [1, 1, 1])
    #expect(head.affine.position(of: [0, 0, 0]) == [-72, -107, -72])
    #expect(head.shape.allSatisfy { $0 >= 128 })

    let (intensities, classes) = (try head.values(), try labels.values())
    let isLabelled = zip(intensities, classes).allSatisfy { ($0 > 0) == ($1 > 0) }
    #expect(isLabelled && Set(classes) == [0, 1, 2, 3])
    let brain = Box(foregroundOf: intensities, channels: 1, shape: head.shape)
    #expect(brain == Box(start: [0, 0, 0], end: head.shape))
    // White matter is brighter than grey, and grey than fluid, in T1.
    let means = [1, 2, 3].map { (label: Float) in
      let values = zip(intensities, classes).filter { $1 == label }.map { Double($0.0) }
      return values.reduce(0, +) / Double(values.count)
    }
    #expect(means[0] < means[1] && means[1] < means[2])
  }

  @Test func `The checksum function knows the standard's examples`() {
    #expect(sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let long = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
    #expect(sha256(long) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }
}
