import Foundation
import Testing

@testable import TesseraData

@Suite struct BraTSTests {
  @Test func `A phantom written to a folder is read back as a case`() throws {
    try withTemporaryFolder { root in
      let phantom = try Phantom.make(seed: 7, size: [16, 20, 24])
      let folder = try phantom.writeBraTSFolder(at: root.appendingPathComponent("a/b").path)
      let brats = try BraTSCase(folder)
      let image = try brats.image()
      #expect(image.shape == phantom.shape && image.values == phantom.image)
      #expect(try brats.labels() == phantom.labels)
    }
  }

  @Test func `A set has one folder a case, each found and each different`() throws {
    try withTemporaryFolder { root in
      let folders = try Phantom.writeBraTSSet(at: root.path, count: 3, seed: 5, size: [16, 16, 16])
      #expect(try BraTSCase.folders(in: root.path) == folders)
      let labels = try folders.map { try BraTSCase($0).labels() ?? [] }
      #expect(Set(labels).count == 3)
    }
  }

  static let names2023 = ["t1c", "t1n", "t2f", "t2w", "seg"].map { "BraTS-GLI-00000-000-\($0).nii.gz" }
  static let names2021 = ["t1ce", "t1", "flair", "t2", "seg"].map { "BraTS2021_00000_\($0).nii.gz" }

  private func withFiles(_ names: [String], _ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for name in names { try Data().write(to: folder.appendingPathComponent(name)) }
      try body(folder.path)
    }
  }

  @Test(arguments: [
    names2023, names2021, ["T1C.nii", "t1n.nii", "x-t2f.nii", "x_t2w.nii.gz", "seg.nii", "notes.txt"],
  ])
  func `Either year's names, compressed or not, are found in the order of the modalities`(names: [String])
    throws
  {
    try withFiles(names) { folder in
      let brats = try BraTSCase(folder)
      #expect(brats.modalityPaths == names.prefix(4).map { "\(folder)/\($0)" })
      #expect(brats.labelPath == "\(folder)/\(names[4])")
    }
  }

  @Test func `What a folder lacks is named, every subset of it`() throws {
    for bits in 0..<32 {
      let present = Self.names2023.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element)
      try withFiles(present) { folder in
        let message = try dataError { _ = try BraTSCase(folder) }
        for (index, suffix) in ["t1c", "t1n", "t2f", "t2w", "seg"].enumerated() {
          let isMissing = bits >> index & 1 == 0
          #expect((message?.contains("-\(suffix).nii.gz") ?? false) == isMissing, "\(message ?? "complete")")
        }
        let withoutLabels = try dataError { _ = try BraTSCase(folder, requiresLabels: false) }
        #expect((withoutLabels == nil) == (bits & 15 == 15))
      }
    }
  }

  @Test func `Two files for one volume, a missing folder and differing shapes are refused`() throws {
    try withFiles(Self.names2023 + ["other-t1c.nii"]) { folder in
      let message = try dataError { _ = try BraTSCase(folder) }
      #expect(message?.contains("other-t1c.nii for one volume") == true)
    }
    #expect(
      try dataError { _ = try BraTSCase("/no/such") } == "cannot read /no/such: no such file or directory")
    try withTemporaryFolder { root in
      let folder = try Phantom.make(seed: 1, size: [16, 16, 16]).writeBraTSFolder(at: root.path, name: "c")
      try Volume([Float](repeating: 0, count: 8), shape: [2, 2, 2]).write(to: "\(folder)/c-t2w.nii.gz")
      let message = try dataError { _ = try BraTSCase(folder).image() }
      #expect(message?.contains("has shape [2, 2, 2]") == true)
    }
  }
}

@Suite struct PhantomTests {
  @Test(arguments: 0..<24 as Range<UInt64>)
  func `Every seed has all labels inside the head at the smallest size`(seed: UInt64) throws {
    let phantom = try Phantom.make(seed: seed, size: [16, 16, 16])
    #expect(Set(phantom.labels) == [0, 1, 2, 3])
    let contrast = phantom.values(.t1c)
    let isInside = zip(phantom.labels, contrast).allSatisfy { $0 == 0 || $1 > 0 }
    let isWhole = phantom.image.allSatisfy { $0 == $0.rounded() && (0...32767).contains($0) }
    #expect(isInside && isWhole && contrast[0] == 0)
  }

  @Test func `A seed gives the same volumes on every machine`() throws {
    let phantom = try Phantom.make(seed: 42, size: [16, 18, 20])
    #expect(try Phantom.make(seed: 42, size: [16, 18, 20]) == phantom)
    #expect(try Phantom.make(seed: 43, size: [16, 18, 20]) != phantom)
    let bytes = phantom.image.map { UInt8(truncatingIfNeeded: Int($0)) } + phantom.labels.map { UInt8($0) }
    #expect(Gzip.checksum(bytes) == 2_254_288_679)
  }

  @Test func `Enhancing tumour is bright after contrast and edema in T2`() throws {
    let phantom = try Phantom.make(seed: 3, size: [32, 32, 32])
    func mean(_ modality: BraTSCase.Modality, _ label: Float) -> Float {
      let values = zip(phantom.values(modality), phantom.labels).filter { $1 == label }.map(\.0)
      return values.reduce(0, +) / Float(values.count)
    }
    #expect(mean(.t1c, 3) > 1.5 * mean(.t1n, 3))
    #expect(mean(.t2f, 2) > mean(.t2f, 1) && mean(.t2w, 2) > mean(.t1n, 2))
  }

  @Test(arguments: [[15, 16, 16], [16, 16], [16, 16, 4096], []])
  func `A size without room for every label, or beyond reason, is refused`(size: [Int]) {
    #expect(throws: DataError.self) { try Phantom.make(seed: 0, size: size) }
  }
}
