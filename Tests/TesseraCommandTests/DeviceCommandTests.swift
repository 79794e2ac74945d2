import Foundation
import Testing

/// Devices as a user meets them: none there, one there, two programs at once.
@Suite struct DeviceCommandTests {
  /// A loader that finds no driver.
  private static let noDriver = ["VK_ICD_FILENAMES": "/nonexistent", "VK_DRIVER_FILES": "/nonexistent"]

  /// Why no program can use a Vulkan device; nil where one can.
  static let absence: String? = {
    let result = try? Command.run(["--device", "vulkan", "-c", "zeros(1).device"])
    return result?.status == 0 ? nil : result?.errors ?? "tessera does not start"
  }()

  @Test func `without a driver devices lists the rest and says why, and a session for one is refused`() throws
  {
    let listed = try Command.run(["devices"], environment: Self.noDriver)
    #expect(listed.status == 0 && listed.output.contains("cpu"), "\(listed.errors)")
    let refused = try Command.run(["--device", "vulkan", "-c", "1"], environment: Self.noDriver)
    #expect(refused.status == 1 && refused.output.isEmpty)
    for text in [listed.output, refused.errors] {
      // A machine without a loader has no driver either.
      #expect(
        text.contains("found no driver where VK_DRIVER_FILES points") || text.contains("no Vulkan"), "\(text)"
      )
      #expect(!text.contains("VkResult"))
      #expect(text.contains("unset VK_DRIVER_FILES") || text.contains("mesa-vulkan-drivers"), "\(text)")
    }
  }

  @Test(arguments: ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"])
  func `a file that names no driver is the reason, by the variable that names the file`(variable: String)
    throws
  {
    let scratch = try Scratch()
    let file = try scratch.file("empty.json", "")
    let refused = try Command.run(["--device", "vulkan", "-c", "1"], environment: [variable: file.path])
    #expect(refused.status == 1 && refused.output.isEmpty)
    #expect(
      refused.errors.contains("found no driver where \(variable) points")
        || refused.errors.contains("no Vulkan"), "\(refused.errors)")
  }

  @Test func `the lesson on devices passes where there is none, and says what it left out`() throws {
    let name = "lessons/2-tensors/04-devices.md"
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let scratch = try Scratch()
    try scratch.file(name, String(decoding: Data(contentsOf: root.appending(path: name)), as: UTF8.self))
    let result = try Command.run(["test", name], environment: Self.noDriver, in: scratch)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("skipped"))
  }

  @Test func `a device that nobody makes is refused with those that are known`() throws {
    let cuda = try Command.run(["--device", "cuda", "-c", "1"])
    #expect(
      cuda.status == 1 && cuda.errors.contains("graphics cards compute as \"vulkan\""), "\(cuda.errors)")
    let typo = try Command.run(["--device", "vulcan", "-c", "1"])
    #expect(typo.status == 1 && typo.errors.contains("there is no device \"vulcan\""), "\(typo.errors)")
  }

  @Test(.enabled(if: absence == nil, "\(absence ?? "")"))
  func `two programs use one device at once, and both are right`() async throws {
    let program = """
      seed(3)
      net = Sequential(Linear(64, 128), GELU(), Linear(128, 64))
      optimizer = AdamW(net.parameters(), lr=1e-3)
      x = rand(256, 64)
      for turn in range(20) {
          net(x).square().mean().backward()
          optimizer.step()
          optimizer.zero_grad()
      }
      print(net(x).square().mean().item())
      """
    let run: @Sendable () throws -> Command.Result = {
      try Command.run(["--device", "vulkan", "-c", program])
    }
    async let first = Task.detached { try run() }.value
    async let second = Task.detached { try run() }.value
    let (a, b) = try await (first, second)
    #expect(a.status == 0 && b.status == 0, "\(a.errors)\(b.errors)")
    #expect(!a.output.isEmpty && a.output == b.output)
  }

  @Test(.enabled(if: absence == nil, "\(absence ?? "")"))
  func `one session computes on two devices, and never on both in one op`() throws {
    let program = """
      with device("vulkan") { a = rand(3, 4) }
      b = a.cpu()
      print(a.device, b.device, (a * 2).device, zeros_like(a).device, zeros(1, device="vulkan").device)
      print(allclose((a + a).cpu(), b + b), allclose(b.to("vulkan").cpu(), b))
      with timer() as t { a.exp() }
      print(t.device_seconds == None)
      with device("vulkan") { with timer() as t { a.exp() } }
      print(t.device_seconds > 0)
      try { a + b } catch e { print(e) }
      """
    let result = try Command.run(["-c", program])
    #expect(
      result.output == """
        vulkan cpu vulkan vulkan vulkan
        True True
        True
        True
        add: one tensor lives on "vulkan", another on "cpu"

        """, "\(result.output)\(result.errors)")
  }

  @Test(.enabled(if: absence == nil, "\(absence ?? "")"))
  func `devices shows heaps and limits, and --check compares every op with the CPU`() throws {
    let listed = try Command.run(["devices"])
    for fact in ["memory heaps", "range of a descriptor", "subgroup"] {
      #expect(listed.output.contains(fact))
    }
    let checked = try Command.run(["devices", "--check", "vulkan"])
    #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
    #expect(checked.output.contains("ops agree with the CPU to 4.00e-6"))
  }

  @Test(.enabled(if: absence == nil, "\(absence ?? "")"))
  func `a step is timed on a device, by its own clock and with what the CPU did for it`() throws {
    let result = try Command.run([
      "bench", "step", "--device", "vulkan", "--size", "64", "--dims", "2", "--features", "12", "--rounds",
      "1",
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("vulkan: SwinUNETR 4×64², F 12, fused, off: "), "\(result.output)")
    #expect(!result.output.contains("on the CPU:"), "\(result.output)")
  }
}
