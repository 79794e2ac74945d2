/// A function written in the language, with what it captured.
public final class FunctionObject: CountedObject {
  let prototype: Prototype
  /// The values of the parameters that have defaults, in order; then the cells of captured variables.
  ///
  /// Owned.
  let defaults: ContiguousArray<Slot>
  var cells: ContiguousArray<Slot>
  /// The instance a method was read from, where it was read as a value.
  let receiver: InstanceObject?
  let entry: Entry

  /// What a call needs, copied out so that calling counts no references.
  struct Entry {
    var code: UnsafePointer<UInt32>
    var constants: UnsafePointer<Slot>
    var registerCount: Int
    var parameterCount: Int
    /// Arguments by place, one a parameter, need no sorting; and it is no method read from an instance.
    var isPlain: Bool
  }

  /// Takes over the references of `defaults` and `cells`.
  init(
    _ prototype: Prototype, defaults: ContiguousArray<Slot>, cells: ContiguousArray<Slot>,
    receiver: InstanceObject? = nil
  ) {
    self.prototype = prototype
    self.defaults = defaults
    self.cells = cells
    self.receiver = receiver
    entry = Entry(
      code: UnsafePointer(prototype.words.baseAddress.unsafelyUnwrapped),
      constants: UnsafePointer(prototype.constants.baseAddress.unsafelyUnwrapped),
      registerCount: prototype.registerCount, parameterCount: prototype.parameters.count,
      isPlain: prototype.isPlain && receiver == nil)
  }

  deinit {
    for slot in defaults { slot.release() }
    Teardown.release(cells)
  }

  /// Its name; `fn` for one written as an expression.
  public var name: String { prototype.name }
  /// The text of its `##` comment.
  public var documentation: String { prototype.documentation }
  /// What it accepts.
  public var signature: Signature {
    var defaults = self.defaults.makeIterator()
    return Signature(
      name: name,
      parameters: prototype.parameters.map { parameter in
        let value = parameter.defaultValue == nil ? nil : defaults.next()?.value
        let text = parameter.defaultValue.map { prototype.file.text($0.span) }
        return Signature.Parameter(parameter.name, kind: parameter.kind, default: value, shownAs: text)
      })
  }

  /// The same function as a method of `instance`.
  func bound(to instance: InstanceObject) -> FunctionObject {
    for slot in defaults { slot.retain() }
    for slot in cells { slot.retain() }
    return FunctionObject(prototype, defaults: defaults, cells: cells, receiver: instance)
  }
}

/// A variable that functions share.
final class Cell: CountedObject, Container {
  @exclusivity(unchecked) var slot: Slot
  var membership: Membership?
  /// Takes over the reference of `slot`.
  init(owning slot: Slot) { self.slot = slot }
  deinit { if slot.isObject { Teardown.release([slot]) } }

  func takeContents() -> ContiguousArray<Slot> {
    let contents = slot
    slot = .unset
    return [contents]
  }
}
