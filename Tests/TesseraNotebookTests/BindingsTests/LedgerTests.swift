import TesseraTensor
import Testing

@testable import TesseraNotebook

@Suite struct BindingsLedgerTests {
  /// Programs that leave nothing behind, with `x` of 1024 bytes outside.
  static let programs = [
    "x + 1", "(x + 1).sum().item()", "-x", "x[0:10]", "x[x > 0]", "x.reshape(16, 16) @ x.reshape(16, 16)",
    "str(x * 2)", "f\"{x.sum():.2f}\"", "len(x * 2)", "for row in (x * 2).reshape(16, 16) { }; del row",
    "[r.sum().item() for r in (x * 2).reshape(16, 16)]", "if (x * 2).sum() > 0 { }", "max(x * 2)",
    "(x * 2).sum", "checkpoint(fn(a) => a * 2, x)", "with no_grad { x * 2 }",
    "with memory(\"m\") { x * 2 }", "with offload(\"disk\") { (x * 2).exp() }",
    "try { (x * 2)[1000] } catch e { }", "try { x + zeros(3) } catch e { }",
    "def f(a) { b = a * 2; return b + 1 }\nf(x)", "net = Linear(256, 4)\nnet(x)\ndel net",
    "model M(n) { param w = ones(n); def forward(a) { return a * w } }\nm = M(256)\nm(x).sum().backward()\ndel m",
    "w = ones(4, requires_grad=True)\n(w * 2).sum().backward()\ndel w",
    "opt = SGD([zeros(256, requires_grad=True)], lr=0.1)\ndel opt",
    "cat([x, x])", "stack([x, x])[0]", "where(x > 0, x, 0)", "x.sort()", "einsum(\"i,i->\", x, x)",
    "with dry_run { x * 2 }", "saved(fn(a) => a * 2, x)", "y = x * 2\ny = y + 1\ny = None",
  ]

  @Test("a program that names nothing leaves no bytes live", arguments: programs)
  func leavesNothing(_ program: String) throws {
    let session = ScriptSession()
    _ = try session.run("x = ones(256)")
    let before = session.liveBytes
    #expect(session.failure(program) == nil)
    #expect(session.liveBytes == before)
    #expect(session.engine.ledger.addsUp)
  }

  @Test("a failed program releases its temporaries")
  func errorsRelease() throws {
    let session = ScriptSession()
    _ = try session.run("x = ones(256)")
    #expect(session.failure("def f(a) { b = a * 2; return b[1000] }\nf(x + 1)") != nil)
    #expect(session.liveBytes == 1024)
  }

  @Test("an allocation beyond the budget fails, frees what it had, and leaves names alone")
  func outOfMemoryReleases() throws {
    let session = ScriptSession()
    _ = try session.run("x = ones(256)\nbudget(8192)")
    let failure = session.failure("y = (x * 2).reshape(256, 1) * x")
    #expect(failure?.code == "E0811")
    #expect(session.liveBytes == 1024)
    #expect(try session.run("print(x.sum().item())") == "256.0\n")
  }

  @Test("a session ends with nothing live")
  func balancesToZero() throws {
    let engine: Engine
    do {
      let session = ScriptSession()
      engine = session.engine
      _ = try session.run(
        """
        net = Sequential(Linear(8, 8), GELU(), Linear(8, 1))
        opt = AdamW(net)
        net(randn(4, 8)).sum().backward()
        opt.step()
        """)
      #expect(session.liveBytes > 0)
    }
    #expect(engine.ledger.liveBytes == 0)
  }
}
