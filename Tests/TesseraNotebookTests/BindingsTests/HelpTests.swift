import Foundation
import TesseraScript
import Testing

@testable import TesseraNotebook

@Suite struct BindingsHelpTests {
  static let builtins: [Builtin] =
    EngineBindings.functions + EngineBindings.tensorMethods + LayerMethods.all + OptimizerBuiltins.methods
    + GradScalerBuiltins.methods

  @Test("every builtin has a summary that is a sentence, and an example", arguments: builtins.indices)
  func isDocumented(_ index: Int) {
    let builtin = Self.builtins[index]
    #expect(!builtin.help.summary.isEmpty, "\(builtin.name)")
    #expect(!builtin.help.example.isEmpty || builtin.name == "save", "\(builtin.name)")
  }

  @Test("a help page's example prints what the page says", arguments: builtins.indices)
  func exampleHolds(_ index: Int) throws {
    let builtin = Self.builtins[index]
    guard !builtin.help.example.isEmpty else { return }
    let shown = try Self.shown(builtin.help.example)
    let expected = builtin.help.output.trimmingCharacters(in: .newlines)
    if expected.hasPrefix("…") {
      #expect(shown.hasSuffix(expected.dropFirst().trimmingCharacters(in: .newlines)), "\(builtin.name)")
    } else {
      #expect(shown == expected, "\(builtin.name)")
    }
  }

  @Test(
    "every method of the language's own types has help, and its example holds",
    arguments: MethodOwner.allCases)
  func methodsAreDocumented(_ owner: MethodOwner) throws {
    for name in owner.methodNames {
      let help = try #require(owner.documentation(of: name)?.help)
      #expect(!help.summary.isEmpty && !help.example.isEmpty, "\(owner).\(name)")
      #expect(try Self.shown(help.example) == help.output, "\(owner).\(name)")
    }
  }

  @Test("a scope's example prints what its help says")
  func scopeExamplesHold() throws {
    let session = ScriptSession()
    for scope in ScopeBuiltins.named(session.bindings.context) {
      #expect(try Self.shown(scope.help.example) == scope.help.output, "\(scope.signature.name)")
    }
  }

  @Test("an explanation's wrong program fails with its code, and the right one runs")
  func explanationsHold() throws {
    for page in EngineExplanations.pages {
      #expect(try Self.failure(page.wrong)?.code == page.code, "\(page.code)")
      #expect(try Self.failure(page.right) == nil, "\(page.code)")
    }
  }

  @Test("a name of the language that is not built says exactly that")
  func plannedNamesSayIt() throws {
    let session = ScriptSession()
    #expect(!session.interpreter.plannedNames.isEmpty)
    for name in session.interpreter.plannedNames.sorted() {
      #expect(session.failure(name)?.title.contains("not built") == true, "\(name)")
    }
  }

  /// What a program prints, and the value of its last expression as the prompt shows it; files go to a folder of
  /// their own.
  private static func shown(_ text: String) throws -> String {
    let folder = try TemporaryFolder()
    let session = ScriptSession(writingTo: folder.path)
    let value = try session.interpreter.run(SourceText(text, name: "example"))
    let last = value.map { session.interpreter.describe($0) } ?? ""
    return (session.output + last).trimmingCharacters(in: .newlines)
  }

  private static func failure(_ text: String) throws -> Diagnostic? {
    let folder = try TemporaryFolder()
    return ScriptSession(writingTo: folder.path).failure(text)
  }
}
