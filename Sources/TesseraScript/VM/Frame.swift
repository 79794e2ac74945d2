/// A script call under way.
///
/// Trivially copyable: frames live on the machine's own stack.
struct Frame {
  var prototype: Unmanaged<Prototype>
  /// The running function; nil at a program's top level.
  var function: Unmanaged<FunctionObject>?
  var code: UnsafePointer<UInt32>
  var constants: UnsafePointer<Slot>
  /// The next word, as saved when something that may fail or call began.
  var pc: UnsafePointer<UInt32>
  /// The first register's place on the slot stack.
  var base: Int
  var registerCount: Int
  /// Where on the slot stack the result goes.
  var result: Int
  /// Whether the frame holds a reference to its function, beside the caller's.
  var ownsFunction: Bool

  @inline(__always) func letGoOfFunction() { function?._withUnsafeGuaranteedRef { $0.letGo() } }

  /// The number of the word that is running.
  var wordIndex: Int { max(0, pc - code - 1) }
}
