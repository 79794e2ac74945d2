import Foundation
import Testing

/// Lessons on a BraTS folder in the place of the shipped volume.
@Suite struct BraTSLessonTests {
  static var lessons: String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return tests.deletingLastPathComponent().appendingPathComponent("lessons").path
  }

  /// A set of two phantoms, and the folder it is in.
  private func phantoms(size: String) throws -> Scratch {
    let scratch = try Scratch()
    let code = """
      for seed in [1, 2] { save_brats_case("set", phantom(seed, \(size)), name=f"BraTS-GLI-0000{seed}-000") }
      print(brats_cases("set"))
      """
    let result = try Command.run(["-c", code], in: scratch)
    #expect(result.output.contains("set/BraTS-GLI-00001-000', 'set/BraTS-GLI-00002-000"), "\(result.errors)")
    return scratch
  }

  @Test func `a network trains on the four channels of a BraTS set and on one case`() throws {
    let scratch = try phantoms(size: "(64, 64, 32)")
    for folder in ["set", "set/BraTS-GLI-00002-000"] {
      let lesson = Self.lessons + "/5-swin-unetr/09-a-real-volume.md"
      let result = try Command.run([lesson, "--param", "data=\(folder)"], in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("(4, 64, 64, 32)"))
      #expect(result.output.contains("(1, 4, 64, 64) (1, 1, 64, 64)"))
      #expect(result.output.contains("the loss fell by a third or more: True"))
    }
  }

  @Test func `a folder without a case says what a case is`() throws {
    let result = try Command.run(["-c", "brats_cases(\".\")"])
    #expect(result.status == 1)
    #expect(result.errors.contains("holds no BraTS case") && result.errors.contains("-t1c"))
  }
}
