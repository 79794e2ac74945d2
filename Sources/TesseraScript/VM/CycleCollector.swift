/// Frees containers that only hold each other.
///
/// Counting references frees every value at its last use, except what can be reached from itself. A circle is closed by
/// giving a container something that leads back to it, and then somebody besides the running code holds the container:
/// what leads back. So a container is noted here when it is given something that may lead anywhere while it is held
/// twice; every circle has one that was. A collection looks at all that the noted containers reach, and empties those
/// that nobody holds from outside.
final class CycleCollector {
  private var memberships: ContiguousArray<Membership> = []
  /// How many containers are noted before the machine collects on its own.
  private var limit = smallestLimit

  private static let smallestLimit = 10_000

  /// Whether so many containers were noted since the last time that some may well be dead.
  var isDue: Bool { memberships.count >= limit }

  /// Notes a container that is about to be given something that may hold others.
  func note(_ slot: Slot) {
    guard slot.isObject, CountedObject.references(to: slot.address) > 1, let container = slot.container,
      container.membership == nil
    else { return }
    let membership = Membership(of: slot)
    container.membership = membership
    memberships.append(membership)
  }

  /// Empties the containers that only dead containers hold; returns how many there were.
  @discardableResult
  func collect() -> Int {
    memberships = ContiguousArray(memberships.indices.filter { !isOver($0) }.map { memberships[$0] })
    guard !memberships.isEmpty else { return 0 }
    let dead = ReferenceGraph(from: ContiguousArray(memberships.map(\.slot))).unreachable
    // Nobody ends while the others are being emptied.
    for slot in dead { slot.retain() }
    var contents: ContiguousArray<Slot> = []
    for slot in dead { contents += slot.container?.takeContents() ?? [] }
    Teardown.release(contents)
    for slot in dead { slot.release() }
    limit = max(Self.smallestLimit, 2 * memberships.count)
    return dead.count
  }

  /// A container takes its share of the membership with it when it ends.
  private func isOver(_ place: Int) -> Bool { isKnownUniquelyReferenced(&memberships[place]) }
}

/// A container's place in the collector's list; both hold it.
final class Membership {
  /// The container, of which no reference is held.
  let slot: Slot
  init(of slot: Slot) { self.slot = slot }
}

/// A value whose contents change after it was made, so that it can come to hold itself.
protocol Container: AnyObject {
  var membership: Membership? { get set }
  /// Empties it; the references are the caller's.
  func takeContents() -> ContiguousArray<Slot>
}

extension Slot {
  /// Whether it may lead to containers; a string or a range never does.
  @inline(__always) var mayHoldOthers: Bool { tag.rawValue >= Tag.list.rawValue && tag != .range }

  fileprivate var container: (any Container)? {
    switch tag {
    case .list: object(ListObject.self)
    case .map: object(MapObject.self)
    case .instance: object(InstanceObject.self)
    case .cell: object(Cell.self)
    default: nil
    }
  }
}
