/// A method of a built-in type.
///
/// Unchecked: it never changes, its defaults are literals, and its body holds nothing.
final class Method: @unchecked Sendable {
  typealias Body = (Value, BoundArguments, Interpreter) throws -> Value
  /// Reads receiver and arguments where they stand; the result is owned by the caller.
  ///
  /// It must not call scripts.
  typealias FastBody = (Slot, UnsafeMutablePointer<Slot>, Int, Machine) throws -> Slot

  let signature: Signature
  let body: Body
  let fast: FastBody?
  let fastCounts: ClosedRange<Int>
  /// Whether it is a list's `append`, which loops call so often that the machine does it itself.
  let isAppend: Bool

  init(_ signature: String, _ body: @escaping Body) {
    self.signature = Signature(signature)
    self.body = body
    fast = nil
    fastCounts = 0...0
    isAppend = false
  }

  /// A method whose slow form, for arguments by name or read as a value, runs the fast one.
  init(_ signature: String, counts: ClosedRange<Int>, isAppend: Bool = false, fast: @escaping FastBody) {
    self.signature = Signature(signature)
    self.fast = fast
    fastCounts = counts
    self.isAppend = isAppend
    body = { receiver, arguments, interpreter in
      let slot = Slot(receiver)
      let given = zip(arguments.values, arguments.given).filter(\.1).map { Slot($0.0) }
      let slots = UnsafeMutablePointer<Slot>.allocate(capacity: max(1, given.count))
      slots.initialize(repeating: .unset, count: max(1, given.count))
      for (index, slot) in given.enumerated() { slots[index] = slot }
      defer {
        slot.release()
        for slot in given { slot.release() }
        slots.deallocate()
      }
      let result = try fast(slot, slots, given.count, interpreter.machine)
      defer { result.release() }
      return result.value
    }
  }

  /// The method as a function of its own.
  func bound(to receiver: Value) -> NativeFunction {
    NativeFunction(signature, receiver: receiver, body: body)
  }
}

/// The methods of the built-in types, by name.
enum Methods {
  /// The methods a name may mean, looked up once for each name of a function's code.
  ///
  /// The tables live as long as the process, so nothing is counted.
  struct Named {
    let list: Unmanaged<Method>?
    let string: Unmanaged<Method>?
    let map: Unmanaged<Method>?
    let tuple: Unmanaged<Method>?

    init(_ name: String) {
      list = ListMethods.table[name].map { .passUnretained($0) }
      string = StringMethods.table[name].map { .passUnretained($0) }
      map = MapMethods.table[name].map { .passUnretained($0) }
      tuple = TupleMethods.table[name].map { .passUnretained($0) }
    }

    @inline(__always) func method(of tag: Slot.Tag) -> Unmanaged<Method>? {
      switch tag {
      case .list: list
      case .string: string
      case .map: map
      case .tuple: tuple
      default: nil
      }
    }
  }

  static func find(_ name: String, _ receiver: Slot) -> Method? { table(receiver.tag)?[name] }

  static func names(_ receiver: Slot) -> [String] { table(receiver.tag)?.keys.sorted() ?? [] }

  private static func table(_ tag: Slot.Tag) -> [String: Method]? {
    switch tag {
    case .list: ListMethods.table
    case .string: StringMethods.table
    case .map: MapMethods.table
    case .tuple: TupleMethods.table
    default: nil
    }
  }

  static func table(_ methods: [Method]) -> [String: Method] {
    Dictionary(methods.map { ($0.signature.name, $0) }) { first, _ in first }
  }
}
