/// The machine's loop: one switch over the instructions. It is one long function on purpose: registers, constants and
/// the next word stay in the processor's registers only while everything common happens in sight of each other.
extension Machine {
  // swift-format-ignore
  func loop(to depth: Int) throws {
    var frame = frames + frameCount - 1
    var pc = frame.pointee.pc
    var registers = stack + frame.pointee.base
    var constants = frame.pointee.constants
    let ticks = self.ticks

    @inline(__always) func put(_ register: Int, _ slot: Slot) {
      let old = registers[register]
      registers[register] = slot
      old.release()
    }
    /// Moves a value out of its register.
    @inline(__always) func take(_ register: Int) -> Slot {
      let slot = registers[register]
      registers[register] = .unset
      return slot
    }
    /// After anything that may have run other code, which may have moved both stacks.
    @inline(__always) func refresh() {
      frame = frames + frameCount - 1
      registers = stack + frame.pointee.base
    }
    /// After anything that may have pushed a frame or popped one.
    @inline(__always) func reload() {
      refresh()
      pc = frame.pointee.pc
      constants = frame.pointee.constants
    }
    @inline(__always) func tick() throws {
      ticks.pointee &+= 1
      if ticks.pointee & 0x3F == 0 { try checkLimits() }
    }
    @inline(__always) func second() -> Int {
      let value = Int(Int32(bitPattern: pc.pointee))
      pc += 1
      return value
    }
    @inline(__always) func name(_ number: Int) -> String {
      frame.pointee.prototype._withUnsafeGuaranteedRef { $0.names[number] }
    }
    /// Where the running code found a name in an instance last.
    @inline(__always) func cache(_ number: Int) -> UnsafeMutablePointer<MemberCache> {
      frame.pointee.prototype._withUnsafeGuaranteedRef { $0.caches.baseAddress.unsafelyUnwrapped + number }
    }
    /// The value under a name of an instance, with a reference of its own; unset where the cache does not know.
    @inline(__always) func cachedValue(_ number: Int, of object: Slot) -> Slot {
      let instance = Unmanaged<InstanceObject>.fromOpaque(object.address)
      switch cache(number).pointee.place(in: instance) {
      case .value(let place), .assigned(let place):
        return instance._withUnsafeGuaranteedRef { $0.slots[place] }.copied()
      case .method, .none: return .unset
      }
    }
    /// Puts the value of an operator into `a`, whatever the operands are.
    @inline(__always) func operate(_ op: BinaryOperator, _ a: Int, _ left: Slot, _ right: Slot) throws {
      frame.pointee.pc = pc
      let result = try binary(op, left, right)
      refresh()
      put(a, result)
    }
    /// The same where two integers or two floats are what most programs have.
    @inline(__always) func arithmetic(
      _ op: BinaryOperator, _ a: Int, _ left: Slot, _ right: Slot,
      _ integers: (Int, Int) -> (partialValue: Int, overflow: Bool), _ floats: (Double, Double) -> Double
    ) throws {
      if left.tag == .int, right.tag == .int {
        let (result, overflow) = integers(left.int, right.int)
        if overflow { throw Arithmetic.overflow(op, left, right) }
        put(a, Slot(result))
      } else if left.tag == .float, right.tag == .float {
        put(a, Slot(floats(left.float, right.float)))
      } else {
        try operate(op, a, left, right)
      }
    }
    /// Puts the next value of the iterator at `a` into `b`; false at its end.
    @inline(__always) func advance(_ a: Int, _ b: Int) throws -> Bool {
      let iterator = registers[a]
      switch iterator.tag {
      case .int:
        // Counting: the next number, then the bound and the step in the registers after it.
        let next = iterator.int
        let step = registers[a + 2].int
        guard step > 0 ? next < registers[a + 1].int : next > registers[a + 1].int else { return false }
        put(b, Slot(next))
        let (sum, overflow) = next.addingReportingOverflow(step)
        // Past the last integer there is no next number: the bound itself ends the loop.
        registers[a] = overflow ? registers[a + 1] : Slot(sum)
      case .list:
        // The place of the next element stands in the register after the list.
        let place = registers[a + 1].int
        let next = iterator.with(ListObject.self) {
          place < $0.slots.count ? $0.slots[place].copied() : Slot.unset
        }
        if next.tag == .unset { return false }
        registers[a + 1] = Slot(place &+ 1)
        put(b, next)
      default:
        frame.pointee.pc = pc
        guard let next = try iterator.object(IteratorObject.self).next() else { return false }
        refresh()
        put(b, next)
      }
      return true
    }

    do {
      while true {
        let word = pc.pointee
        pc += 1
        let a = Int(word >> 8 & 0xFF)
        let b = Int(word >> 16 & 0xFF)
        let c = Int(word >> 24)
        switch unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self) {
        case .loadConstant: put(a, constants[Int(word >> 16)].copied())
        case .loadInteger: put(a, Slot(Int(Int16(truncatingIfNeeded: word >> 16))))
        case .loadNone: put(a, .none)
        case .loadBool: put(a, Slot(b != 0))
        case .loadEllipsis: put(a, .ellipsis)
        case .copy: put(a, registers[b].copied())
        case .move: put(a, take(b))
        case .release:
          take(a).release()
          if b != a {
            take(b).release()
            if c != b { take(c).release() }
          }
        case .check:
          if registers[a].tag == .unset { throw unassigned(name(Int(word >> 16))) }
        case .deleteLocal: take(a).release()

        case .getGlobal:
          let number = Int(word >> 16)
          var slot = globals.slots[number]
          if slot.tag == .unset {
            slot = globals.builtins[number]
            if slot.tag == .unset { throw unknownName(globals.names[number]) }
          }
          put(a, slot.copied())
        case .setGlobal: globals.set(Int(word >> 16), owning: take(a))
        case .deleteGlobal:
          let number = Int(word >> 16)
          if !globals.remove(number) { throw unknownName(globals.names[number]) }

        case .newCell: put(a, Slot(retaining: Cell(owning: .unset), .cell))
        case .wrapCell: put(a, Slot(retaining: Cell(owning: take(a)), .cell))
        case .getCell:
          let w = second()
          let slot = registers[b].object(Cell.self).slot
          if slot.tag == .unset { throw unassigned(name(w)) }
          put(a, slot.copied())
        case .setCell:
          let cell = registers[b].object(Cell.self)
          if registers[a].mayHoldOthers { cycles.note(registers[b]) }
          let old = cell.slot
          cell.slot = take(a)
          old.release()
        case .getCapture:
          let w = second()
          let slot = capturedCell(frame.pointee, b).object(Cell.self).slot
          if slot.tag == .unset { throw unassigned(name(w)) }
          put(a, slot.copied())
        case .captureCell: put(a, capturedCell(frame.pointee, b).copied())
        case .loadSelf:
          if let function = frame.pointee.function {
            put(a, Slot(retaining: function.takeUnretainedValue(), .function))
          }

        case .closure: put(a, makeClosure(frame.pointee, second(), registers + a, b))
        case .newList: put(a, Slot(retaining: ListObject(owning: takeRun(registers + a, b)), .list))
        case .newTuple: put(a, Slot(retaining: TupleObject(owning: takeRun(registers + a, b)), .tuple))
        case .newMap: put(a, Slot(retaining: MapObject(), .map))
        case .newSlice: put(a, try makeSlice(registers + a))
        case .listAppend:
          let list = registers[a].object(ListObject.self)
          if list.slots.count >= Machine.longestList { try Machine.checkList(list.slots.count + 1) }
          list.slots.append(take(b))
        case .listExtend: try extend(registers[a], with: registers[b])
          take(b).release()
        case .listToTuple:
          let list = registers[a].object(ListObject.self)
          let slots = list.slots
          list.slots = []
          put(a, Slot(retaining: TupleObject(owning: slots), .tuple))
        case .mapSet:
          let map = registers[a].object(MapObject.self)
          try map.table.set(registers[b], to: take(c))
          take(b).release()
        case .mapMerge: try merge(registers[b], into: registers[a].object(MapObject.self))
        case .formatValue:
          // Text and integers become part of the text as they are.
          let value = registers[a]
          if b != 0 || (value.tag != .string && value.tag != .int) { put(a, try formatted(value, isRepr: b != 0)) }
        case .formatSpec:
          let text = try formatted(registers[a], spec: registers[a + 1])
          take(a + 1).release()
          put(a, text)
        case .buildString: put(a, joined(registers + a, b))
        case .newModel: put(a, makeModel(frame.pointee, second(), registers + a, b))

        case .add:
          let left = registers[b], right = registers[c]
          if left.tag == .string, a == b, right.tag == .string, appendInPlace(registers + a, right) { continue }
          try arithmetic(.add, a, left, right, { $0.addingReportingOverflow($1) }, +)
        case .subtract:
          try arithmetic(.subtract, a, registers[b], registers[c], { $0.subtractingReportingOverflow($1) }, -)
        case .multiply:
          try arithmetic(.multiply, a, registers[b], registers[c], { $0.multipliedReportingOverflow(by: $1) }, *)
        case .remainder:
          let left = registers[b], right = registers[c]
          if left.tag == .int, right.tag == .int, right.int > 0 {
            let rest = left.int % right.int
            put(a, Slot(rest < 0 ? rest + right.int : rest))
          } else {
            try operate(.remainder, a, left, right)
          }
        case .divide:
          let left = registers[b], right = registers[c]
          if left.tag == .float, right.tag == .float, right.float != 0 {
            put(a, Slot(left.float / right.float))
          } else {
            try operate(.divide, a, left, right)
          }
        case .addInteger:
          let left = registers[b]
          let small = Int(Int8(truncatingIfNeeded: c))
          if left.tag == .int {
            let (sum, overflow) = left.int.addingReportingOverflow(small)
            if overflow { throw Arithmetic.overflow(.add, left, Slot(small)) }
            put(a, Slot(sum))
          } else if small < 0 {
            try operate(.subtract, a, left, Slot(-small))
          } else {
            try operate(.add, a, left, Slot(small))
          }
        case .floorDivide, .power, .matmul, .and, .or, .xor,
          .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
          try operate(Machine.operators[Int(word & 0xFF) - Int(Opcode.add.rawValue)], a, registers[b], registers[c])
        case .contains:
          frame.pointee.pc = pc
          let result = try contains(registers[c], registers[b])
          refresh()
          put(a, Slot(result))
        case .identical:
          let left = registers[b], right = registers[c]
          put(a, Slot(left.tag == right.tag && left.bits == right.bits))
        case .not: put(a, Slot(!(try truth(registers[b]))))
        case .negate:
          let value = registers[b]
          if value.tag == .float { put(a, Slot(-value.float)) } else { put(a, try unary(.negate, value)) }
        case .plus: put(a, try unary(.plus, registers[b]))
        case .invert: put(a, try unary(.invert, registers[b]))

        case .jump:
          let distance = second()
          if c & Assembler.JumpFlag.frees != 0 { take(a).release() }
          pc += distance
          if distance < 0 { try tick() }
          if c & Assembler.JumpFlag.advances != 0 {
            let next = pc.pointee
            pc += 1
            let exit = second()
            if !(try advance(Int(next >> 8 & 0xFF), Int(next >> 16 & 0xFF))) { pc += exit }
          }
        case .jumpIfFalse, .jumpIfTrue:
          let distance = second()
          let value = registers[a]
          let wanted = UInt8(truncatingIfNeeded: word) == Opcode.jumpIfTrue.rawValue
          let isTrue = value.tag == .bool ? value.bool : try truth(value)
          if c & 16 != 0 { take(a).release() }
          if isTrue == wanted {
            pc += distance
            if distance < 0 { try tick() }
          }
        case .compareJump:
          let distance = second()
          let left = registers[a], right = registers[b]
          let holds: Bool
          if left.tag == .int, right.tag == .int {
            holds = Machine.compare(left.int, right.int, c & 7)
          } else if left.tag == .float, right.tag == .float {
            holds = Machine.compare(left.float, right.float, c & 7)
          } else {
            frame.pointee.pc = pc
            holds = try compare(BinaryOperator.relations[c & 7], left, right)
            refresh()
          }
          if c & 16 != 0 { take(a).release() }
          if c & 32 != 0 { take(b).release() }
          if !holds { pc += distance }
        case .compareIntegerJump:
          let distance = second()
          let left = registers[a]
          let small = Int(Int8(truncatingIfNeeded: b))
          let holds: Bool
          if left.tag == .int {
            holds = Machine.compare(left.int, small, c & 7)
          } else {
            frame.pointee.pc = pc
            holds = try compare(BinaryOperator.relations[c & 7], left, Slot(small))
            refresh()
          }
          if c & 16 != 0 { take(a).release() }
          if !holds { pc += distance }

        case .forPrepare:
          frame.pointee.pc = pc
          try prepareIteration(registers + a, registers[b])
        case .forNext:
          let distance = second()
          if !(try advance(a, b)) { pc += distance }

        case .call:
          frame.pointee.pc = pc
          try tick()
          let callee = registers[a]
          if callee.tag == .function {
            let entry = callee.with(FunctionObject.self) { $0.entry }
            if entry.isPlain, entry.parameterCount == b {
              let base = frame.pointee.base + a + 1
              reserve(base + entry.registerCount + 1)
              try push(
                Frame(
                  prototype: callee.with(FunctionObject.self) {
                    .passUnretained($0.prototype)
                  },
                  function: .fromOpaque(callee.address), code: entry.code, constants: entry.constants, pc: entry.code,
                  base: base, registerCount: entry.registerCount, result: base - 1, ownsFunction: false))
              reload()
              continue
            }
          }
          _ = try begin(frame.pointee.base + a, b, [])
          reload()
        case .callNamed:
          let w = second()
          frame.pointee.pc = pc
          try tick()
          let names = frame.pointee.prototype._withUnsafeGuaranteedRef { $0.nameLists[w] }
          _ = try begin(frame.pointee.base + a, b, names)
          reload()
        case .callSpread:
          frame.pointee.pc = pc
          try tick()
          let (count, names) = try spread(frame.pointee.base + a)
          _ = try begin(frame.pointee.base + a, count, names)
          reload()
        case .callMethod:
          let w = second()
          frame.pointee.pc = pc
          try tick()
          let receiver = registers[c]
          if let method = frame.pointee.prototype._withUnsafeGuaranteedRef({ $0.methods[w].method(of: receiver.tag) }) {
            if receiver.tag == .list, b == 1, method._withUnsafeGuaranteedRef({ $0.isAppend }),
              receiver.with(ListObject.self, { $0.slots.count < Machine.longestList })
             {
              let value = take(a + 1)
              if value.mayHoldOthers { cycles.note(receiver) }
              receiver.with(ListObject.self) { $0.slots.append(value) }
              put(a, .none)
              continue
            }
            let base = frame.pointee.base + a
            try method._withUnsafeGuaranteedRef { try call($0, receiver, base, b) }
            refresh()
            continue
          }
          if a != c { put(a, receiver.copied()) }
          if receiver.tag == .instance {
            let instance = Unmanaged<InstanceObject>.fromOpaque(receiver.address)
            if case .method(let method) = cache(w).pointee.place(in: instance) {
              let entry = method._withUnsafeGuaranteedRef { $0.entry }
              if entry.isPlain, entry.parameterCount == b {
                // The instance in the first register may end before the call does, and with it its model.
                try enter(method, entry, base: frame.pointee.base + a)
                reload()
                continue
              }
            }
            instance._withUnsafeGuaranteedRef { cache(w).pointee.note(name(w), in: $0) }
          }
          _ = try beginMethod(name(w), frame.pointee.base + a, b)
          reload()
        case .giveBack, .giveBackNone:
          let isNone = UInt8(truncatingIfNeeded: word) == Opcode.giveBackNone.rawValue
          let value = isNone ? Slot.none : take(a)
          let finished = frame.pointee
          frameCount -= 1
          let old = stack[finished.result]
          stack[finished.result] = value
          old.release()
          if finished.ownsFunction { finished.letGoOfFunction() }
          if frameCount == depth { return }
          reload()

        case .getAttribute:
          let w = second()
          let object = registers[b]
          if object.tag == .instance {
            let value = cachedValue(w, of: object)
            if value.tag != .unset {
              put(a, value)
              continue
            }
            cache(w).pointee.note(name(w), in: object.object(InstanceObject.self))
          }
          frame.pointee.pc = pc
          let result = try attribute(name(w), of: object)
          refresh()
          put(a, result)
        case .setAttribute:
          let w = second()
          let object = registers[a]
          if object.tag == .instance {
            let instance = Unmanaged<InstanceObject>.fromOpaque(object.address)
            if case .assigned(let place) = cache(w).pointee.place(in: instance),
              instance._withUnsafeGuaranteedRef({ $0.hostData == nil })
            {
              let value = take(b)
              if value.mayHoldOthers { cycles.note(object) }
              let old = instance._withUnsafeGuaranteedRef { instance in
                let old = instance.slots[place]
                instance.slots[place] = value
                return old
              }
              old.release()
              continue
            }
          }
          frame.pointee.pc = pc
          try setAttribute(name(w), of: object, to: registers[b])
          refresh()
          if object.tag == .instance { cache(w).pointee.noteAssigned(name(w), in: registers[a].object(InstanceObject.self)) }
          take(b).release()
        case .getIndex:
          let object = registers[b], index = registers[c]
          if object.tag == .list, index.tag == .int {
            let list = Unmanaged<ListObject>.fromOpaque(object.address)
            let slot = list._withUnsafeGuaranteedRef { list in
              let place = index.int < 0 ? index.int + list.slots.count : index.int
              return place >= 0 && place < list.slots.count ? list.slots[place].copied() : Slot.unset
            }
            if slot.tag != .unset {
              put(a, slot)
              continue
            }
          }
          frame.pointee.pc = pc
          if object.tag == .map, index.tag != .slice {
            let found = try object.with(MapObject.self) {
              try $0.table.value(of: index)
            }
            if let found {
              put(a, found.copied())
              continue
            }
          }
          let result = try element(of: object, at: index)
          refresh()
          put(a, result)
        case .setIndex:
          let object = registers[a], index = registers[b]
          if object.tag == .list, index.tag == .int {
            let list = Unmanaged<ListObject>.fromOpaque(object.address)
            let place = index.int
            if list._withUnsafeGuaranteedRef({ place >= 0 && place < $0.slots.count }) {
              let value = take(c)
              if value.mayHoldOthers { cycles.note(object) }
              let old = list._withUnsafeGuaranteedRef { list in
                let old = list.slots[place]
                list.slots[place] = value
                return old
              }
              old.release()
              continue
            }
          }
          frame.pointee.pc = pc
          try setElement(of: registers[a], at: registers[b], to: registers[c])
          refresh()
          take(c).release()
        case .deleteIndex: try deleteElement(of: registers[a], at: registers[b])
        case .member:
          let w = second()
          let value = cachedValue(w, of: registers[b])
          if value.tag != .unset {
            put(a, value)
            continue
          }
          cache(w).pointee.note(name(w), in: registers[b].object(InstanceObject.self))
          let result = try member(name(w), of: registers[b], frame.pointee)
          put(a, result)
        case .assignMember:
          let w = second()
          frame.pointee.pc = pc
          try assignMember(name(w), MemberKind.numbered[c], of: registers[a], to: registers[b])
          refresh()
          take(b).release()
        case .keepArgument:
          let w = second()
          if registers[b].mayHoldOthers { cycles.note(registers[a]) }
          registers[a].object(InstanceObject.self).keepArgument(name(w), owning: registers[b].copied())
        case .unpack:
          frame.pointee.pc = pc
          try unpack(registers[b], into: a, count: c, rest: nil)
        case .unpackRest:
          let w = second()
          frame.pointee.pc = pc
          try unpack(registers[b], into: a, count: c, rest: w)

        case .enterScope:
          frame.pointee.pc = pc
          let value = try enterScope(registers[b])
          refresh()
          put(a, value)
        case .exitScope:
          frame.pointee.pc = pc
          try registers[a].object(HostObject.self).exit(interpreter, error: nil)
          refresh()
        case .exitScopeFailed:
          frame.pointee.pc = pc
          let error = registers[b].object(ErrorValue.self).diagnostic
          try registers[a].object(HostObject.self).exit(interpreter, error: error)
          refresh()
        case .rethrow:
          let slot = take(a)
          let diagnostic = slot.object(ErrorValue.self).diagnostic
          slot.release()
          throw diagnostic
        case .assertFailed: throw assertionFailure(registers + a, kind: b)
        case .result:
          programResult.release()
          programResult = take(a)
        case .registerTest:
          let slot = take(a)
          interpreter.tests.append((name(Int(word >> 16)), slot.object(FunctionObject.self)))
          slot.release()
        case .importFile:
          let w = second()
          frame.pointee.pc = pc
          let result = try importFile(name(Int(word >> 16)), name: name(w))
          refresh()
          put(a, result)
        case .mark: lineObserver?(Int(word >> 16), frameCount)
        }
      }
    } catch {
      // Natives may have moved the stack; the frame itself is found anew by whoever handles the error. A failed call
      // leaves the frame that called on top.
      frames[frameCount - 1].pc = pc
      throw error
    }
  }

  /// The operators by the distance of their opcode from `add`.
  static let operators: [BinaryOperator] = [
    .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .power, .matmul, .and, .or, .xor,
    // addInteger stands between; it is never looked up.
    .add, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
  ]

  /// `relation` is a position in `BinaryOperator.relations`.
  @inline(__always) static func compare<T: Comparable>(_ left: T, _ right: T, _ relation: Int) -> Bool {
    switch relation {
    case 0: left == right
    case 1: left != right
    case 2: left < right
    case 3: left <= right
    case 4: left > right
    default: left >= right
    }
  }

  @inline(__always) private func capturedCell(_ frame: Frame, _ number: Int) -> Slot {
    frame.function.unsafelyUnwrapped._withUnsafeGuaranteedRef { $0.cells[number] }
  }
}
