import Testing

@testable import TesseraScript

@Suite struct FormatterTests {
  private func format(_ text: String) throws -> String {
    try Formatter.format(SourceText(text, name: "test"))
  }

  static let layouts: [(text: String, formatted: String)] = [
    ("x=1", "x = 1"),
    ("x   =  a+b*-c", "x = a + b * -c"),
    ("f( x,y = 1,*zs,**named )", "f(x, y=1, *zs, **named)"),
    ("def f(a,b=2,*,c=3){return a}", "def f(a, b=2, *, c=3) { return a }"),
    ("x[ 0,: , -16:,::2,...,None ]", "x[0, :, -16:, ::2, ..., None]"),
    ("t = ( 24 , )", "t = (24,)"),
    ("m={ 'a':1,'b' : [ 1,2 ] }", "m = {'a': 1, 'b': [1, 2]}"),
    ("m = { }", "m = {}"),
    ("if not-x{}", "if not -x { }"),
    ("y = fn( x )=>x ** 2", "y = fn(x) => x**2"),
    ("z = 2 ** - 1 @ w", "z = 2**-1 @ w"),
    ("a , * b=xs", "a, *b = xs"),
    ("x ;", "x;"),
    ("a=1;b=2", "a = 1; b = 2"),
    ("return_(x) . y . z( )", "return_(x).y.z()"),
    ("if x\n{\ny\n} else\n{\nz\n}", "if x {\n    y\n} else {\n    z\n}"),
    ("try\n{\n  a\n} catch e\n{\n  b\n}", "try {\n    a\n} catch e {\n    b\n}"),
    ("x = f([\n1,\n2,\n])", "x = f([\n    1,\n    2,\n])"),
    ("x = (a +\n b)", "x = (a +\n    b)"),
    ("x = a +\nb", "x = a +\n    b"),
    ("f(g(\nx),\ny)", "f(g(\n    x),\n    y)"),
    ("\n\n\nx\n\n\n\n\ny\n\n\n", "x\n\n\ny"),
    ("def f() {\n\n  x\n\n\n  y\n\n}", "def f() {\n    x\n\n    y\n}"),
    ("#!/usr/bin/env tessera\nx", "#!/usr/bin/env tessera\nx"),
    ("#word\n##doc\n#=> 3\n#### \nx", "# word\n## doc\n#=> 3\n####\nx"),
    ("x # a\nlonger # b", "x  # a\nlonger  # b"),
    ("x       # a\nlonger  # b", "x       # a\nlonger  # b"),
    ("x         # a\nlonger    # b", "x       # a\nlonger  # b"),
    ("{\n'a': 1, # one\n# two\n}", "{\n    'a': 1,  # one\n    # two\n}"),
    ("s = f\"{ x:.4f }  {y = }\"", "s = f\"{ x:.4f }  {y = }\""),
    ("s = \"\"\"a\n   b\"\"\"\nx=1", "s = \"\"\"a\n   b\"\"\"\nx = 1"),
    ("x = a if c else{}", "x = a if c else {}"),
    ("model M( d ){\nlayer a=Linear( d,1 )\n}", "model M(d) {\n    layer a = Linear(d, 1)\n}"),
    ("x\r\ny\r\n", "x\ny"),
    ("", ""),
  ]

  @Test(arguments: 0..<layouts.count)
  func aProgramIsLaidOutAsTheTableSays(number: Int) throws {
    let layout = Self.layouts[number]
    let expected = layout.formatted.isEmpty ? "" : layout.formatted + "\n"
    #expect(try format(layout.text) == expected)
    #expect(try format(expected) == expected)
  }

  /// Scripts that are programs; the others fail alike before and after.
  static let programs = ScriptCase.all.filter { script in
    if case .complete = Interpreter().completeness(of: script.text) { true } else { false }
  }

  @Test(arguments: programs)
  func formattingTwiceIsFormattingOnce(script: ScriptCase) throws {
    let once = try format(script.text)
    #expect(try format(once) == once)
  }

  @Test(arguments: programs)
  func formattingKeepsTheInstructions(script: ScriptCase) throws {
    let formatted = try format(script.text)
    #expect(Instructions.text(of: formatted) == Instructions.text(of: script.text))
  }

  @Test(arguments: programs.filter { !$0.name.hasPrefix("layout/") })
  func theScriptsOfTheProjectAreFormatted(script: ScriptCase) throws {
    #expect(try format(script.text) == script.text)
  }

  @Test func aTextThatIsNoProgramIsAnError() {
    #expect(throws: Diagnostic.self) { try format("x = (") }
    #expect(throws: Diagnostic.self) { try format("if x:") }
  }
}
