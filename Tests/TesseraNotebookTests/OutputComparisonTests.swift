import Testing

@testable import TesseraNotebook

@Suite struct OutputComparisonTests {
  @Test(arguments: [
    // Text
    ("hello", "hello"), ("a  b", "a b"), ("hello   ", "hello"), ("\n\nhello\n\n", "hello"),
    // Wildcards
    ("a…z", "abcz"), ("…", "one\ntwo\nthree"), ("first\n…\nlast", "first\n1\n2\nlast"), ("first\n…", "first"),
    ("…b…d", "abcbd"), ("x = …", "x = 12.5"),
    // Numbers
    ("loss 0.70001", "loss 0.70003"), ("1.0e-5", "1.00001e-05"), ("-2.50001", "-2.50002"),
    ("1411788000", "1411788000"), ("[0.10001, 0.2]", "[0.10001, 0.20001]"),
    // Durations
    ("took 1.2 s", "took 12 s"), ("340 ms", "2.1 s"), ("in 12 µs", "in 340 ms"), ("3 min", "2 s"),
    // Devices
    ("on NVIDIA H100 PCIe", "on llvmpipe (LLVM 15.0.6, 256 bits)"),
    ("device: AMD EPYC 9R14, 2 threads", "device: Intel(R) Xeon(R) CPU, 2 threads"),
    // Workspace belongs to the processor
    ("workspace 12 MiB", "workspace 48 MiB"), ("workspace 812 KiB", "workspace 48 MiB"),
    // What the process holds belongs to the system
    ("process, resident at most  812 MiB", "process, resident at most  1.02 GiB"),
    // Places in sources: folders, lines and columns may move
    ("  at lessons/a.md:12:5", "  at a.md:40:5"), ("  12 | x = y", "  140 | x = y"),
    ("     | ^", "      | ^"),
  ])
  func `these match`(expected: String, actual: String) {
    #expect(OutputComparison().matches(expected: expected, actual: actual))
  }

  @Test(arguments: [
    ("hello", "Hello"), ("a", "a\nb"), ("a\nb", "a"), ("a…z", "abc"), ("", "x"), ("x", ""),
    ("(2, 3)", "(2, 4)"), ("343 tokens", "344 tokens"), ("1.31 GiB", "1.32 GiB"),
    ("1411788000 B", "1411788001 B"),
    ("0.7", "0.71"), ("0.0", "1e-9"), ("loss 0.5", "loss -0.5"), ("1.0", "1"), ("conv2d", "conv3d"),
    ("loss 0.7", "loss nan"), ("  at a.md:1:1", "  at b.md:1:1"),
  ])
  func `these differ`(expected: String, actual: String) {
    #expect(!OutputComparison().matches(expected: expected, actual: actual))
  }

  @Test func `a mark on the fence changes how close numbers must be`() {
    #expect(!OutputComparison(precision: .exact).matches(expected: "0.70001", actual: "0.70002"))
    #expect(OutputComparison(precision: .relative(0.1)).matches(expected: "0.70", actual: "0.75"))
  }

  @Test func `an ellipsis that is printed is an ordinary character`() {
    #expect(!OutputComparison().matches(expected: "abc", actual: "a…"))
    #expect(OutputComparison().matches(expected: "a…", actual: "a…"))
  }

  @Test func `a difference shows both sides and their neighbours`() {
    let difference = OutputDifference(
      expected: "one\ntwo\nthree\nfour\nfive", actual: "one\ntwo\nthree\n4\nfive",
      comparison: OutputComparison())
    #expect(difference.rendered() == "    two\n    three\n  - four\n  + 4\n    five")
  }

  @Test func `a number within tolerance is no difference`() {
    let difference = OutputDifference(
      expected: "0.70001\nsame", actual: "0.70002\nother", comparison: OutputComparison())
    #expect(difference.lines == [.same("0.70002"), .missing("same"), .extra("other")])
  }

  @Test func `the distance between names counts slips`() {
    #expect(editDistance("kernal", "kernel") == 1)
    #expect(editDistance("dmi", "dim") == 1)
    #expect(editDistance("", "abc") == 3)
    #expect(nearestName(to: "tmeout", among: ["timeout", "role"]) == "timeout")
    #expect(nearestName(to: "zebra", among: ["timeout", "role"]) == nil)
  }
}

@Suite struct ColorModeTests {
  @Test(
    arguments: [
      (ColorMode.auto, true, [:], true), (.auto, false, [:], false), (.auto, true, ["NO_COLOR": "1"], false),
      (.auto, true, ["NO_COLOR": ""], true), (.auto, true, ["TERM": "dumb"], false),
      (.auto, false, ["FORCE_COLOR": "1"], true), (.auto, false, ["FORCE_COLOR": "0"], false),
      (.auto, false, ["CLICOLOR_FORCE": "1"], true),
      (.auto, true, ["NO_COLOR": "1", "FORCE_COLOR": "1"], false),
      (.always, false, ["NO_COLOR": "1"], true), (.never, true, ["FORCE_COLOR": "1"], false),
    ] as [(ColorMode, Bool, [String: String], Bool)])
  func `colour is decided by the option, then the environment, then the stream`(
    mode: ColorMode, isTerminal: Bool, environment: [String: String], isColored: Bool
  ) {
    let style = mode.style(isTerminal: isTerminal, environment: environment)
    #expect(style.apply(.red, "x") == (isColored ? "\u{1B}[31mx\u{1B}[0m" : "x"))
  }
}
