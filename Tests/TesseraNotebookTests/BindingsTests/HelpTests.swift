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

  @Test("every name that programs may count on is built")
  func namesAreBuilt() {
    let interpreter = ScriptSession().interpreter
    let missing = Self.names.subtracting(interpreter.builtinNames)
    #expect(missing.isEmpty, "\(missing.sorted())")
  }

  /// The engine's names of the language's design.
  private static let names = Set(
    """
    tensor zeros ones full arange linspace eye randn rand randint bernoulli cat stack split chunk where meshgrid
    one_hot matmul einsum relu leaky_relu gelu sigmoid tanh exp log sqrt softmax log_softmax layer_norm
    instance_norm conv2d conv3d conv_transpose2d conv_transpose3d interpolate dropout
    scaled_dot_product_attention allclose Linear Conv2d Conv3d ConvTranspose2d ConvTranspose3d LayerNorm
    InstanceNorm BatchNorm Dropout DropPath GELU LeakyReLU Identity Sequential WindowAttention SwinBlock
    PatchMerging PatchEmbed UnetResBlock UnetrUpBlock SwinUNETR dice_loss dice_ce_loss cross_entropy
    bce_with_logits mse_loss SGD Adam AdamW clip_grad_norm warmup_cosine cosine load save load_volume save_volume
    random_crop flip normalize_intensity scale_intensity sliding_window dice hausdorff95 memory checkpoint saved
    compare budget card dry_run plan frontier ledger assert_peak plot hist bar heatmap imshow view
    no_grad seed device fusion offload timer
    """.split(whereSeparator: \.isWhitespace).map(String.init))

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
