/// Any value of the language, as the host sees it.
public enum Value {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case list(ListObject)
  case tuple(TupleValue)
  case map(MapObject)
  case range(RangeValue)
  case function(FunctionObject)
  case native(NativeFunction)
  case modelType(ModelType)
  case instance(InstanceObject)
  case host(HostObject)
}

/// `range(start, stop, step)`: half open, of integers.
public struct RangeValue: Equatable, Sendable {
  /// The first number.
  public let start: Int
  /// The bound that is not reached.
  public let stop: Int
  /// The distance between neighbours, never 0.
  public let step: Int

  /// The numbers from `start` up (or down) to but excluding `stop`.
  public init(start: Int, stop: Int, step: Int = 1) {
    self.start = start
    self.stop = stop
    self.step = step
  }
}
