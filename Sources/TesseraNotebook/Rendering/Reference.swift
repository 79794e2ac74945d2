import TesseraScript

/// The reference in Markdown: a page for each builtin, from the help that `?name` shows, and a page that lists them.
public struct Reference {
  /// A file of the reference.
  public struct Page: Equatable, Sendable {
    /// Relative to the reference's folder.
    public let path: String
    /// Markdown.
    public let text: String
  }

  /// Every page, the list of them first.
  public let pages: [Page]

  /// The reference to the builtins of a session.
  public init(_ session: Session) {
    let sections = ReferenceSection.all(session)
    let entries = sections.flatMap { section in section.entries.map { Self.page(for: $0, in: section) } }
    pages = [Page(path: "README.md", text: Self.contents(sections))] + entries
  }

  private static func contents(_ sections: [ReferenceSection]) -> String {
    let tables = sections.map { section in
      let rows = section.entries.map { entry in
        "| [`\(entry.signature.name)`](\(section.folder)/\(entry.signature.name).md) | "
          + "\(entry.help.summary.replacing("|", with: "\\|")) |"
      }
      return "## \(section.title)\n\n\(section.introduction)\n\n| name | |\n|---|---|\n"
        + rows.joined(separator: "\n") + "\n"
    }
    let head = """
      # Reference

      Every name a program may use without an import. At the prompt `?name` shows the same page. Written by
      `./tessera docs docs/reference` from the help in the sources; the tests run every example.

      """
    return ([head] + tables).joined(separator: "\n")
  }

  private static func page(for entry: Documentation, in section: ReferenceSection) -> Page {
    let name = entry.signature.name
    let help = entry.help
    var parts = [
      "# \(name)", "```python\n\(section.receiver)\(entry.signature)\n```", help.summary, help.details,
    ]
    if !help.example.isEmpty { parts += ["## Example", "```python\n\(help.example)\n```"] }
    if !help.output.isEmpty { parts.append("```text\n\(help.output)\n```") }
    parts.append("[\(section.title)](../README.md#\(section.anchor))")
    let text = parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    return Page(path: "\(section.folder)/\(name).md", text: text)
  }
}

/// Builtins that belong together, in the order of their names.
struct ReferenceSection {
  let title: String
  /// Apart from other sections' also because some file systems take `GELU.md` and `gelu.md` for one file.
  let folder: String
  let introduction: String
  let entries: [Documentation]
  /// What stands before a method's name.
  var receiver = ""

  /// The heading as Markdown viewers link to it.
  var anchor: String { title.lowercased().replacing(" ", with: "-") }

  private init(
    _ title: String, _ folder: String, _ introduction: String, _ entries: [Documentation],
    receiver: String = ""
  ) {
    self.title = title
    self.folder = folder
    self.introduction = introduction
    self.entries = entries.sorted { $0.signature.name < $1.signature.name }
    self.receiver = receiver
  }

  /// The sections of a session: the engine's groups, and what is in none of them as the language itself.
  static func all(_ session: Session) -> [ReferenceSection] {
    let interpreter = session.interpreter
    let named = Dictionary(
      interpreter.builtinNames.compactMap { name in
        interpreter.builtin(name).flatMap(Documentation.init).map { (name, $0) }
      }, uniquingKeysWith: { $1 })
    let groups = groups(named)
    let taken = Set(groups.flatMap { $0.entries.map(\.signature.name) })
    let rest = named.filter { !taken.contains($0.key) }.map(\.value)
    let language = ReferenceSection(
      "The language", "language", "Numbers, text, sequences, and a program's surroundings.", rest)
    return [language] + MethodOwner.allCases.map(methods) + groups + methods(named)
  }

  private static func groups(_ named: [String: Documentation]) -> [ReferenceSection] {
    let section = {
      (title: String, folder: String, introduction: String, builtins: [Builtin], more: [String]) in
      let names = Set(builtins.map(\.name) + more)
      return ReferenceSection(title, folder, introduction, names.compactMap { named[$0] })
    }
    let operations =
      OpBuiltins.visible.map { OpBuiltins.builtin($0) } + FunctionBuiltins.functions
      + FunctionBuiltins.methods
    return [
      section(
        "Making tensors", "creation", "Tensors from values, shapes and random numbers.", CreationBuiltins.all,
        []
      ),
      section(
        "Operations", "operations", "Functions of tensors; most are methods too: `relu(x)` is `x.relu()`.",
        operations + ShapeBuiltins.all + ShapeBuiltins.functions, []),
      section(
        "Layers", "layers", "Layers and networks, under PyTorch's and MONAI's names.", LayerBuiltins.all, []),
      section(
        "Training", "training", "Losses, optimizers, schedules.",
        LossBuiltins.all + OptimizerBuiltins.all + GradScalerBuiltins.all, []
      ),
      section(
        "Memory and modes", "memory", "Scopes, reports, and what changes how programs run.",
        MemoryBuiltins.all + PlanBuiltins.all + [CaptureBuiltin.capture] + ScopeBuiltins.called,
        ["no_grad", "checkpoint", "dry_run"]),
      section(
        "Pictures", "pictures", "Drawings for the terminal, and as SVG with file=.",
        PlotBuiltins.all + ChartBuiltins.all + [ViewBuiltin.view], []),
      section(
        "Files and data", "data", "Arrays, volumes, transforms, metrics.",
        FileBuiltins.all + DataBuiltins.all + BraTSBuiltins.all, []),
    ]
  }

  private static func methods(of owner: MethodOwner) -> ReferenceSection {
    ReferenceSection(
      "Methods of \(owner.rawValue)s", "\(owner.rawValue)-methods", "As Python's of the same names.",
      owner.methodNames.compactMap { Documentation(owner, $0) }, receiver: "\(owner.rawValue).")
  }

  /// Methods that are no functions of the same name.
  private static func methods(_ named: [String: Documentation]) -> [ReferenceSection] {
    let only = { (builtins: [Builtin]) in builtins.filter { named[$0.name] == nil }.map(Documentation.init) }
    return [
      ReferenceSection(
        "Methods of tensors", "tensor-methods", "Beside the operations above.",
        unique(only(EngineBindings.tensorMethods) + ShapeBuiltins.methods.map(Documentation.init)),
        receiver: "tensor."),
      ReferenceSection(
        "Methods of layers", "layer-methods", "Of built-in layers and of a script's models.",
        LayerMethods.all.map(Documentation.init), receiver: "layer."),
      ReferenceSection(
        "Methods of optimizers", "optimizer-methods", "Of `SGD`, `Adam`, `AdamW`.",
        OptimizerBuiltins.methods.map(Documentation.init), receiver: "optimizer."),
    ]
  }

  private static func unique(_ entries: [Documentation]) -> [Documentation] {
    Dictionary(entries.map { ($0.signature.name, $0) }, uniquingKeysWith: { $1 }).map(\.value)
  }
}
