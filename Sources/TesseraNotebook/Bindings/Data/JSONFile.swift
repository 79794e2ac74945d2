import Foundation
import TesseraScript

/// A JSON file as the language's own values: objects become maps, numbers without a fraction integers.
enum JSONFile {
  static func read(_ path: String) throws -> Value {
    let object: Any
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      object = try JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed])
    } catch {
      throw ScriptError(
        "\(path) cannot be read as JSON", help: "\(error.localizedDescription)", code: "E0852")
    }
    return value(object)
  }

  private static func value(_ object: Any) -> Value {
    switch object {
    case let map as [String: Any]:
      .map(MapObject(named: map.keys.sorted().map { ($0, value(map[$0] ?? NSNull())) }))
    case let list as [Any]: .list(ListObject(list.map(value)))
    case let text as String: .string(text)
    case let number as NSNumber: number.isBoolean ? .bool(number.boolValue) : scalar(number)
    default: .none
    }
  }

  private static func scalar(_ number: NSNumber) -> Value {
    Int(exactly: number.doubleValue).map { .int($0) } ?? .float(number.doubleValue)
  }
}

extension NSNumber {
  /// JSON's true and false arrive as numbers whose C type is `char`.
  fileprivate var isBoolean: Bool { String(cString: objCType) == "c" }
}
