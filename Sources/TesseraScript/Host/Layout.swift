/// The names an instance has values under, in the order it got them.
///
/// Instances that got the same names in the same order share a layout, so code that found a name in one instance finds
/// it at the same place in the next one as long as the layout is the same.
final class Layout {
  struct Entry {
    let name: String
    /// A constructor argument that methods read; a member of the same name, which comes later, hides it.
    let isArgument: Bool
  }

  let entries: [Entry]
  private let places: [String: Int]
  private var longer: [Longer] = []

  private struct Longer {
    let name: String
    let isArgument: Bool
    let layout: Layout
  }

  init() {
    entries = []
    places = [:]
  }

  private init(_ shorter: Layout, adding name: String, isArgument: Bool) {
    entries = shorter.entries + [Entry(name: name, isArgument: isArgument)]
    places = shorter.places.merging([name: shorter.entries.count]) { _, new in new }
  }

  /// Where the value under `name` stands.
  func place(of name: String) -> Int? { places[name] }

  /// Where the member called `name` stands.
  func memberPlace(of name: String) -> Int? { places[name].flatMap { entries[$0].isArgument ? nil : $0 } }

  /// The layout of an instance that gets one more name.
  func adding(_ name: String, isArgument: Bool = false) -> Layout {
    if let known = longer.first(where: { $0.name == name && $0.isArgument == isArgument }) {
      return known.layout
    }
    let layout = Layout(self, adding: name, isArgument: isArgument)
    longer.append(Longer(name: name, isArgument: isArgument, layout: layout))
    return layout
  }
}
