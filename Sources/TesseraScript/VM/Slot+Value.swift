extension Slot {
  /// A slot that owns a reference to what `value` holds.
  init(_ value: Value) {
    switch value {
    case .none: self = .none
    case .bool(let value): self.init(value)
    case .int(let value): self.init(value)
    case .float(let value): self.init(value)
    case .string(let text): self.init(retaining: StringObject(text), .string)
    case .list(let list): self.init(retaining: list, .list)
    case .tuple(let tuple): self.init(retaining: tuple.object, .tuple)
    case .map(let map): self.init(retaining: map, .map)
    case .range(let range): self.init(retaining: RangeObject(range), .range)
    case .function(let function): self.init(retaining: function, .function)
    case .native(let native): self.init(retaining: native, .native)
    case .modelType(let type): self.init(retaining: type, .modelType)
    case .instance(let instance): self.init(retaining: instance, .instance)
    case .host(let object): self.init(retaining: object, .host)
    }
  }

  /// The value as the host sees it; the slot keeps its own reference.
  ///
  /// Machine-only tags read as None.
  var value: Value {
    switch tag {
    case .unset, .none, .ellipsis, .cell, .iterator, .slice: .none
    case .bool: .bool(bool)
    case .int: .int(int)
    case .float: .float(float)
    case .string: .string(object(StringObject.self).text)
    case .list: .list(object(ListObject.self))
    case .tuple: .tuple(TupleValue(object(TupleObject.self)))
    case .map: .map(object(MapObject.self))
    case .range: .range(object(RangeObject.self).range)
    case .function: .function(object(FunctionObject.self))
    case .native: .native(object(NativeFunction.self))
    case .modelType: .modelType(object(ModelType.self))
    case .instance: .instance(object(InstanceObject.self))
    case .host: .host(object(HostObject.self))
    }
  }
}
