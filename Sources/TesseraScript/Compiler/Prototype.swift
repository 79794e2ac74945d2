/// A compiled function: code, constants, places, and how errors leave its parts.
final class Prototype {
  struct Handler {
    var start: Int
    var end: Int
    var target: Int
    var register: Int
    var isCatch: Bool
    /// The registers the handler reads; all others are freed on the way to it.
    var live: RegisterSet
    /// Whether the handler reads the error at all.
    var readsError: Bool
  }

  let name: String
  let file: SourceFile
  let documentation: String
  /// The parameters' names and kinds; defaults belong to each function object.
  let parameters: [FunctionSyntax.Parameter]
  /// Methods have their instance in register 0, before the parameters.
  let hasSelf: Bool
  let words: UnsafeMutableBufferPointer<UInt32>
  let constants: UnsafeMutableBufferPointer<Slot>
  /// The place of each word.
  let spans: [Span]
  let handlers: [Handler]
  let functions: [Prototype]
  let models: [ModelTemplate]
  let nameLists: [[String]]
  let names: [String]
  /// The built-in methods each of `names` may mean.
  let methods: UnsafeMutableBufferPointer<Methods.Named>
  /// Where each of `names` was found in an instance last.
  let caches: UnsafeMutableBufferPointer<MemberCache>
  let registerCount: Int
  let captureNames: [String]
  /// Whether arguments by place alone, one a parameter, are exactly what it takes.
  let isPlain: Bool

  struct Contents {
    var words: [UInt32] = []
    var spans: [Span] = []
    /// Owned references.
    var constants: [Slot] = []
    var handlers: [Handler] = []
    var functions: [Prototype] = []
    var models: [ModelTemplate] = []
    var nameLists: [[String]] = []
    var names: [String] = []
    var registerCount = 0
    var captureNames: [String] = []
  }

  init(
    name: String, file: SourceFile, documentation: String, parameters: [FunctionSyntax.Parameter],
    hasSelf: Bool,
    contents: Contents
  ) {
    self.name = name
    self.file = file
    self.documentation = documentation
    self.parameters = parameters
    self.hasSelf = hasSelf
    words = .allocate(capacity: contents.words.count)
    _ = words.initialize(from: contents.words)
    constants = .allocate(capacity: max(1, contents.constants.count))
    constants.initialize(repeating: .unset)
    for (index, slot) in contents.constants.enumerated() { constants[index] = slot }
    spans = contents.spans
    handlers = contents.handlers
    functions = contents.functions
    models = contents.models
    nameLists = contents.nameLists
    names = contents.names
    methods = .allocate(capacity: contents.names.count)
    _ = methods.initialize(from: contents.names.map { Methods.Named($0) })
    caches = .allocate(capacity: contents.names.count)
    caches.initialize(repeating: MemberCache())
    registerCount = contents.registerCount
    captureNames = contents.captureNames
    isPlain = parameters.allSatisfy { $0.kind == .plain }
  }

  deinit {
    for slot in constants { slot.release() }
    constants.deallocate()
    words.deallocate()
    methods.deallocate()
    caches.deinitialize()
    caches.deallocate()
  }
}

/// What all values of one `model` declaration share.
struct ModelTemplate {
  var name: String
  var documentation: String
  /// The functions in the order `newModel` finds them: first the one that builds an instance.
  var methodNames: [String]
  /// The names methods read from the instance: declared, assigned by `self.name = …`, constructor arguments.
  var memberNames: Set<String>
}
