/// Where a function's code found a name in an instance last.
///
/// It holds for every instance of the same layout; the layout is kept alive, so that no other takes its address.
struct MemberCache {
  private var layout: Layout?
  private(set) var place: Place = .none

  enum Place {
    case none
    case value(Int)
    /// A plain member that the program has assigned: setting it again concerns nobody else.
    case assigned(Int)
    case method(Unmanaged<FunctionObject>)
  }

  /// What was found for instances laid out like this one.
  @inline(__always) func place(in instance: Unmanaged<InstanceObject>) -> Place {
    let known = layout.map(ObjectIdentifier.init)
    let isKnown = instance._withUnsafeGuaranteedRef { ObjectIdentifier($0.layout) == known }
    return isKnown ? place : .none
  }

  /// Remembers where an instance has `name`.
  mutating func note(_ name: String, in instance: InstanceObject) {
    if case .assigned = place, layout === instance.layout { return }
    if let place = instance.layout.place(of: name) {
      self = MemberCache(layout: instance.layout, place: .value(place))
    } else if let method = instance.type.methods[name] {
      // The layout belongs to the model, which keeps its methods for as long as any instance can be met.
      self = MemberCache(layout: instance.layout, place: .method(.passUnretained(method)))
    }
  }

  /// Remembers where an instance has the member `name`, which was just assigned.
  mutating func noteAssigned(_ name: String, in instance: InstanceObject) {
    guard let place = instance.layout.memberPlace(of: name), instance.isPlainMember(place) else { return }
    self = MemberCache(layout: instance.layout, place: .assigned(place))
  }

  init() {}
  private init(layout: Layout, place: Place) {
    self.layout = layout
    self.place = place
  }
}
