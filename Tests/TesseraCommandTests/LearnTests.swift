import Foundation
import Testing

/// `tessera learn` on a real terminal.
@Suite(.serialized) struct LearnTests {
  static let page = """
    # Counting

    First a number.

    ```tessera
    #| id: one
    x = 1
    x
    ```

    Then more of it.

    ```tessera
    #| id: two
    x = x + 10
    x
    ```

    ```tessera
    #| id: task
    #| role: exercise
    y = ____
    ```

    ```tessera
    #| role: hint
    # What is x now?
    ```

    ```tessera
    #| role: check
    assert y == x
    ```

    ```tessera
    #| role: solution
    y = x
    ```

    That is counting.
    """

  private func start(_ home: Scratch, editor: String = "false") throws -> Terminal {
    if !FileManager.default.fileExists(atPath: home.path + "/a.md") { try home.file("a.md", Self.page) }
    return try Terminal(["learn", "a.md"], home: home, environment: ["NO_COLOR": "1", "EDITOR": editor])
  }

  @Test func `Enter runs each cell, and b goes back`() throws {
    let terminal = try start(try Scratch())
    try terminal.expect("First a number.")
    try terminal.expect("1/3> ")
    terminal.send("\r")
    try terminal.expect("\n1\r\n")
    try terminal.expect("2/3> ")
    terminal.send("b\r")
    try terminal.expect("1/3> ")
  }

  @Test func `free play shares the session and fails nothing`() throws {
    let terminal = try start(try Scratch())
    try terminal.expect("1/3> ")
    terminal.send("\r")
    try terminal.expect("2/3> ")
    terminal.send("nope\r")
    try terminal.expect("nope")
    try terminal.expect("2/3> ")
    terminal.send("x = 5\r")
    try terminal.expect("2/3> ")
    terminal.send("\r")
    try terminal.expect("\n15\r\n")
  }

  @Test func `an exercise gives hints, takes an answer, and the end says so`() throws {
    let terminal = try start(try Scratch(), editor: "sed -i s/____/x/")
    try terminal.expect("1/3> ")
    terminal.send("\r")
    try terminal.expect("2/3> ")
    terminal.send("\r")
    try terminal.expect("3/3> ")
    terminal.send("\r")
    try terminal.expect("Fill the blank")
    try terminal.expect("3/3> ")
    terminal.send(":hint\r")
    try terminal.expect("What is x now?")
    try terminal.expect("3/3> ")
    terminal.send("e\r")
    try terminal.expect("Right.")
    try terminal.expect("That is counting.")
    try terminal.expect("3 of 3 cells ran well")
  }

  @Test func `an exercise typed with its blank filled is the answer, right or wrong`() throws {
    let terminal = try start(try Scratch())
    for step in ["1/3> ", "2/3> "] {
      try terminal.expect(step)
      terminal.send("\r")
    }
    try terminal.expect("3/3> ")
    terminal.send("y = 5\r")
    try terminal.expect("Not yet")
    try terminal.expect("3/3> ")
    terminal.send("z = 5\r")
    try terminal.expect("3/3> ")
    terminal.send("y = x\r")
    try terminal.expect("Right.")
  }

  @Test func `every move has a command, and each does what it says`() throws {
    let terminal = try start(try Scratch())
    try terminal.expect("1/3> ")
    let moves = [
      (":hint", "Hints belong to exercises.", "1/3> "), (":solution", "no solution to show", "1/3> "),
      (":back", "This is the first step.", "1/3> "), (":check", "1", "2/3> "),
      (":next", "│ y = ____", "3/3> "), (":back", "│ x = x + 10", "2/3> "), (":next", "│ y = ____", "3/3> "),
      (":check", "Fill the blank first", "3/3> "), (":hint", "What is x now?", "3/3> "),
      (":hint", "No more hints; :solution shows one way.", "3/3> "), (":solution", "y = x", "3/3> "),
      (":skip", "That was “Counting”", "end> "), (":restart", "First a number.", "1/3> "),
    ]
    for (command, shown, prompt) in moves {
      terminal.send(command + "\r")
      try terminal.expect(shown)
      try terminal.expect(prompt)
    }
  }

  @Test func `progress survives kill -9`() throws {
    let home = try Scratch()
    let first = try start(home)
    try first.expect("1/3> ")
    first.send("\r")
    try first.expect("2/3> ")
    first.killNow()
    let second = try start(home)
    try second.expect("Back at step 2 of 3")
    try second.expect("2/3> ")
    second.send("\r")
    try second.expect("\n11\r\n")
  }

  @Test func `progress that cannot be kept is said once`() throws {
    let home = try Scratch()
    try home.file("a.md", Self.page)
    let terminal = try Terminal(
      ["learn", "a.md"], home: home, environment: ["NO_COLOR": "1", "XDG_DATA_HOME": "/proc/nothing"])
    try terminal.expect("1/3> ")
    terminal.send("\r")
    try terminal.expect("progress is not kept")
    try terminal.expect("2/3> ")
  }

  @Test func `:lesson opens one at the prompt and :quit leaves it`() throws {
    let home = try Scratch()
    try home.file("a.md", Self.page)
    let terminal = try Terminal(home: home)
    try terminal.expect("tessera> ")
    terminal.send(":lesson a.md\r")
    try terminal.expect("1/3> ")
    terminal.send(":quit\r")
    try terminal.expect("tessera> ")
  }
}
