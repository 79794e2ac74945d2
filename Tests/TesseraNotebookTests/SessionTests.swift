import Testing
import TesseraScript

@testable import TesseraNotebook

@Suite struct SessionTests {
  private func cell(_ text: String, _ change: (inout CellSource) -> Void = { _ in }) -> CellSource {
    var cell = CellSource(text, name: "cell")
    change(&cell)
    return cell
  }

  @Test func `a cell gives what it printed, then its value`() throws {
    let session = try Session()
    let result = session.run(cell("print(1)\nprint(2)\n3"))
    #expect(result.text == "1\n2\n3\n")
    #expect(result.outputs.count == 1)
    #expect(result.error == nil)
  }

  @Test(arguments: ["x = 1", "1;", "None", "print(1);"])
  func `statements, None and a semicolon show no value`(text: String) throws {
    let result = try Session().run(cell(text))
    #expect(result.text == (text.hasPrefix("print") ? "1\n" : ""))
  }

  @Test func `the sink sees outputs as they appear`() throws {
    let session = try Session()
    var seen: [String] = []
    session.sink = { seen.append($0.rendered()) }
    _ = session.run(cell("print(1)\nprint(2)"))
    #expect(seen == ["1\n", "2\n"])
  }

  @Test func `only what is typed keeps its value as _`() throws {
    let session = try Session()
    _ = session.run(cell("5"))
    #expect(session.interpreter.global("_") == nil)
    _ = session.run(cell("6") { $0.keepsValue = true })
    #expect(session.run(cell("_ + 1")).text == "7\n")
  }

  @Test func `an error is the last output and the variables stay`() throws {
    let session = try Session()
    let result = session.run(cell("kept = 1\nprint(\"so far\")\nnope"))
    #expect(result.error?.location.line == 3)
    #expect(result.outputs.count == 2)
    #expect(session.run(cell("kept")).text == "1\n")
  }

  @Test func `an interrupt that came before a cell does not stop it`() throws {
    let session = try Session()
    session.interpreter.interrupt.raise()
    #expect(session.run(cell("1")).text == "1\n")
  }

  @Test(arguments: [
    ("3", "3"), ("-2", "-2"), ("0.5", "0.5"), ("True", "True"), ("text", "'text'"), ("'quoted'", "'quoted'"),
    ("a/b.nii", "'a/b.nii'"), ("nan", "'nan'"), ("", "''"),
  ])
  func `a parameter is a literal or else its text`(text: String, shown: String) throws {
    var configuration = Session.Configuration()
    configuration.parameters = [("p", text)]
    let session = try Session(configuration: configuration)
    let quoted = shown.replacing("'", with: "\"")
    #expect([shown + "\n", quoted + "\n"].contains(session.run(cell("param(\"p\")")).text))
    #expect(session.unusedParameters == [])
  }

  @Test func `a parameter cell is overridden and other cells are not`() throws {
    var configuration = Session.Configuration()
    configuration.parameters = [("epochs", "2"), ("other", "1")]
    let session = try Session(configuration: configuration)
    _ = session.run(cell("epochs = 10") { $0.options.isParameters = true })
    #expect(session.run(cell("epochs")).text == "2\n")
    _ = session.run(cell("epochs = 7"))
    #expect(session.run(cell("epochs")).text == "7\n")
    #expect(session.unusedParameters == ["other"])
  }

  @Test func `an extension surrounds cells, shows values and brings commands`() throws {
    let probe = Probe()
    let session = try Session(extensions: [probe])
    #expect(session.run(cell("1")).text == "one\n")
    #expect(session.run(cell("2")).text == "2\n")
    #expect(session.run(cell("skip me") { $0.options.device = "vulkan" }).skipReason == "no vulkan")
    _ = session.run(cell("nope"))
    #expect(probe.calls == ["install", "will", "did", "will", "did", "will", "failed"])
    #expect(session.commands.map(\.name) == ["probe"])
  }

  private final class Probe: SessionExtension {
    var calls: [String] = []
    func install(into session: Session) throws { calls.append("install") }
    func willRunCell(_ cell: CellSource, in session: Session) throws {
      if let device = cell.options.device { throw SkipCell("no \(device)") }
      calls.append("will")
    }
    func didRunCell(_ cell: CellSource, in session: Session) throws { calls.append("did") }
    func cellFailed(_ cell: CellSource, in session: Session) { calls.append("failed") }
    func outputs(for value: Value, in session: Session) -> [Output]? {
      if case .int(1) = value { return [.text("one\n")] }
      return nil
    }
    var commands: [SessionCommand] { [SessionCommand("probe", summary: "nothing") { _, _ in }] }
  }
}

@Suite struct CompletionTests {
  @Test(arguments: [
    (":he", CompletionContext.Place.command, "he"), ("%ti", .command, "ti"), (":run les", .path, "les"),
    ("load(\"da", .path, "da"), ("x = 'a/b", .path, "a/b"), ("net.enc", .attribute(owner: ["net"]), "enc"),
    ("y = net.encoder.f", .attribute(owner: ["net", "encoder"]), "f"), ("f(x).s", .attribute(owner: []), "s"),
    ("pri", .name(call: nil), "pri"), ("f(wid", .name(call: ["f"]), "wid"),
    ("f(g(1), wid", .name(call: ["f"]), "wid"),
    ("[f(1), pr", .name(call: nil), "pr"), ("print(\"done\", x", .name(call: ["print"]), "x"),
  ])
  func `the text before the cursor says what can follow`(
    text: String, place: CompletionContext.Place, word: String
  ) {
    let context = CompletionContext(before: text)
    #expect(context.place == place)
    #expect(context.word == word)
    #expect(context.start == text.utf8.count - word.utf8.count)
  }

  @Test func `candidates are names, keywords of the call, attributes and members`() throws {
    let session = try Session()
    _ = session.run(
      CellSource("def area(width, height=2) { return width * height }\nwidest = {\"left\": 1}", name: "t"))
    let completer = Completer(session: session, commands: [("help", "")], paths: { [$0 + "!"] })
    let complete: (String) -> [String] = {
      completer.complete($0, at: $0.utf8.count).candidates.map(\.inserted)
    }
    #expect(complete("are") == ["area"])
    #expect(complete("area(") == ["height=", "width="])
    #expect(complete("area(wid") == ["widest", "width="])
    #expect(complete("whil") == ["while"])
    #expect(complete("enumer") == ["enumerate"])
    #expect(complete("widest.ke").contains { $0.hasPrefix("keys") })
    #expect(complete(":he") == ["help"])
    #expect(complete("\"a") == ["a!"])
  }

  @Test func `what all candidates share is completed first`() {
    let completion = Completion(
      start: 0, candidates: [.init("conv2d"), .init("conv3d"), .init("conv_transpose")])
    #expect(completion.commonPrefix == "conv")
  }
}

@Suite struct LessonWalkTests {
  private let lesson = LessonParser.parse(
    """
    intro
    ```tessera
    #| id: a
    1
    ```
    ```tessera
    #| id: h
    #| role: hidden
    2
    ```
    ```tessera
    #| id: e
    #| role: exercise
    x = ____
    ```
    ```tessera
    #| id: hint
    #| role: hint
    # think
    ```
    ```tessera
    #| id: s
    #| role: solution
    x = 1
    ```
    ```tessera
    #| id: c
    #| role: check
    assert x == 1
    ```
    the end
    """, path: "a.md")

  @Test func `steps are the cells a reader sees, each with what belongs to it`() {
    let walk = LessonWalk(lesson)
    #expect(walk.steps.map(\.cell.id) == ["a", "e"])
    #expect(walk.steps[1].hidden.map(\.id) == ["h"])
    #expect(walk.steps[1].hints.map(\.id) == ["hint"])
    #expect(walk.steps[1].solution?.id == "s")
    #expect(walk.steps[1].checks.map(\.id) == ["c"])
    #expect(walk.ending == ["the end"])
  }

  @Test func `progress leads back to the same step with the reader's answers`() {
    var walk = LessonWalk(lesson)
    walk.finishStep()
    walk.answer("x = 1 # mine")
    let resumed = LessonWalk(lesson, progress: walk.progress)
    #expect(resumed.index == 1)
    #expect(resumed.step.map(resumed.code) == "x = 1 # mine")
    #expect(resumed.progress.done == ["a"])
  }

  @Test func `a step that left the lesson leads to the beginning`() {
    var progress = LessonWalk.Progress()
    progress.cell = "gone"
    #expect(LessonWalk(lesson, progress: progress).index == 0)
  }

  @Test func `hints come one at a time, and again after moving`() {
    var walk = LessonWalk(lesson)
    #expect(walk.nextHint() == nil)
    walk.skip()
    #expect(walk.nextHint()?.id == "hint")
    #expect(walk.nextHint() == nil)
    #expect(walk.back() && !walk.back())
    walk.skip()
    #expect(walk.nextHint()?.id == "hint")
  }

  @Test func `the end keeps nothing to come, and restarting forgets`() {
    var walk = LessonWalk(lesson)
    walk.finishStep()
    walk.finishStep()
    walk.finishStep()
    #expect(walk.step == nil)
    #expect(walk.progress.cell == nil)
    walk.restart()
    #expect(walk.progress.done == [])
    #expect(walk.index == 0)
  }
}

@Suite struct TableTests {
  @Test func `numbers stand to the right and words to the left`() {
    let table = Table(header: ["name", "bytes"], rows: [["a", "5"], ["longer", "1000"], ["short"]])
    #expect(table.rendered() == "name    bytes\na           5\nlonger   1000\nshort")
  }
}
