/// What a slot can refer to: an object that counts the slots that hold it.
///
/// All slots together own one reference as Swift counts them, taken by the first and given back by the last. Counting the
/// rest here is an addition in sight of the compiler; Swift's own counting is a call and an atomic operation. The machine
/// runs on one thread, so nothing more is needed.
open class CountedObject {
  @exclusivity(unchecked) final private var slotCount = 0

  init() {}

  /// Counts one more slot.
  @inline(__always) final func hold() {
    if slotCount == 0 { _ = Unmanaged.passRetained(self) }
    slotCount &+= 1
  }

  /// Counts one slot less; the object may end here.
  @inline(__always) final func letGo() {
    slotCount &-= 1
    if slotCount == 0 { Unmanaged.passUnretained(self).release() }
  }

  /// How many references an object has from slots and from Swift's variables: by its address, because passing the object
  /// might add one.
  static func references(to address: UnsafeRawPointer) -> Int {
    let slots = Unmanaged<CountedObject>.fromOpaque(address)._withUnsafeGuaranteedRef { $0.slotCount }
    return Int(runtimeReferenceCount(address)) + max(0, slots - 1)
  }
}

@_silgen_name("swift_retainCount")
private func runtimeReferenceCount(_ object: UnsafeRawPointer) -> UInt
