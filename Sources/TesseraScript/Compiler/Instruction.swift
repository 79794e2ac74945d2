/// The instructions of the machine.
///
/// An instruction is a 32-bit word: the opcode in the low byte, then the operands a, b and c of a byte each; where an
/// operand needs 16 bits it is b and c together ("x"). Some carry a second word ("w"). Registers are numbered from
/// the frame's base. `operands` says once what each instruction does to registers: the disassembler, the lifetimes of
/// values and the encoder are derived from it.
enum Opcode: UInt8, CaseIterable {
  // Loading and moving
  case loadConstant, loadInteger, loadNone, loadBool, loadEllipsis, copy, move, release, check, deleteLocal
  // Session variables
  case getGlobal, setGlobal, deleteGlobal
  // Variables that closures share
  case newCell, wrapCell, getCell, setCell, getCapture, captureCell, loadSelf
  // Making values
  case closure, newList, newTuple, newMap, newSlice, listAppend, listExtend, listToTuple, mapSet, mapMerge
  case formatValue, formatSpec, buildString, newModel
  // Arithmetic and comparison
  case add, subtract, multiply, divide, floorDivide, remainder, power, matmul, and, or, xor, addInteger
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case contains, identical, not, negate, plus, invert
  // Control
  case jump, jumpIfFalse, jumpIfTrue, compareJump, compareIntegerJump, forPrepare, forNext
  case call, callNamed, callSpread, callMethod, giveBack, giveBackNone
  // Parts of values
  case getAttribute, setAttribute, getIndex, setIndex, deleteIndex, member, assignMember, keepArgument
  case unpack, unpackRest
  // Scopes, errors, and the program's surroundings
  case enterScope, exitScope, exitScopeFailed, rethrow, assertFailed, result, registerTest, importFile
  // Observing
  case mark
}

/// A byte of an instruction.
enum Field: Int {
  case a, b, c
}

/// What an operand is, and what happens to the registers it names.
enum Operand {
  case writes(Field)
  /// The register keeps its value.
  case reads(Field)
  /// The register's value is moved out; the register is unset afterwards.
  case takes(Field)
  /// As `takes` where bit `bit` of c is set, as `reads` otherwise: the operand of a branch may be a temporary.
  case takesIf(Field, bit: Int)
  /// As `takes` where bit `bit` of c is set; not used otherwise.
  case frees(Field, bit: Int)
  /// As `takes` for registers from a on: as many as the field says, and `extra` more.
  case takesRun(Field, extra: Int)
  /// As `takes` for as many registers after a as the field says.
  case takesRunAfter(Field)
  /// As `takes` for `count` registers from a on.
  case takesFixed(Int)
  /// Reads `count` registers from a on.
  case readsFixed(Int)
  /// Writes `count` registers from a on.
  case writesFixed(Int)
  /// Writes as many registers from a on as the field says.
  case writesRun(Field)
  /// Writes only where the instruction does not jump.
  case writesUnlessJumping(Field)
  case number(Field)
  /// A signed byte.
  case signed(Field)
  /// A signed 16-bit number in x.
  case integer
  /// A constant, by its number in x.
  case constant
  /// A session variable, by its number in x.
  case global
  /// A name, by its number in w.
  case name
  /// A name, by its number in x.
  case shortName
  /// A jump's distance in words, in w.
  case target
  /// The number in w of a function, a model, or a list of names.
  case index
}

extension Opcode {
  /// What the instruction means, and its operands.
  var description: (meaning: String, operands: [Operand]) {
    switch self {
    case .loadConstant: ("a = constant", [.writes(.a), .constant])
    case .loadInteger: ("a = small integer", [.writes(.a), .integer])
    case .loadNone: ("a = None", [.writes(.a)])
    case .loadBool: ("a = b is not 0", [.writes(.a), .number(.b)])
    case .loadEllipsis: ("a = ...", [.writes(.a)])
    case .copy: ("a = b", [.writes(.a), .reads(.b)])
    case .move: ("a = b, whose last use this is", [.writes(.a), .takes(.b)])
    case .release: ("free a, b and c, whose last use was just now", [.takes(.a), .takes(.b), .takes(.c)])
    case .check: ("fail where a was not assigned yet", [.reads(.a), .shortName])
    case .deleteLocal: ("free a, as the program asked", [.takes(.a)])
    case .getGlobal: ("a = session variable or builtin", [.writes(.a), .global])
    case .setGlobal: ("session variable = a", [.takes(.a), .global])
    case .deleteGlobal: ("forget the session variable", [.global])
    case .newCell: ("a = an empty shared variable", [.writes(.a)])
    case .wrapCell: ("a = a shared variable that holds a", [.takes(.a), .writes(.a)])
    case .getCell: ("a = the value of the shared variable b", [.writes(.a), .reads(.b), .name])
    case .setCell: ("the shared variable b = a", [.takes(.a), .reads(.b)])
    case .getCapture: ("a = the value of captured variable b", [.writes(.a), .number(.b), .name])
    case .captureCell: ("a = captured variable b itself", [.writes(.a), .number(.b)])
    case .loadSelf: ("a = the running function", [.writes(.a)])
    case .closure:
      ("a = function w with b defaults and captures", [.takesRun(.b, extra: 0), .writes(.a), .index])
    case .newList: ("a = list of b values from a", [.takesRun(.b, extra: 0), .writes(.a)])
    case .newTuple: ("a = tuple of b values from a", [.takesRun(.b, extra: 0), .writes(.a)])
    case .newMap: ("a = empty map", [.writes(.a)])
    case .newSlice: ("a = slice of three values from a", [.takesFixed(3), .writes(.a)])
    case .listAppend: ("append b to the list a", [.reads(.a), .takes(.b)])
    case .listExtend: ("append the elements of b to the list a", [.reads(.a), .takes(.b)])
    case .listToTuple: ("a = the list a as a tuple", [.takes(.a), .writes(.a)])
    case .mapSet: ("set key b of the map a to c", [.reads(.a), .takes(.b), .takes(.c)])
    case .mapMerge: ("add the pairs of b, given as named arguments, to the map a", [.reads(.a), .takes(.b)])
    case .formatValue: ("a = a as text; b asks for code's form", [.takes(.a), .writes(.a), .number(.b)])
    case .formatSpec: ("a = a as text, by the format after it", [.takesFixed(2), .writes(.a)])
    case .buildString: ("a = b texts from a joined", [.takesRun(.b, extra: 0), .writes(.a)])
    case .newModel: ("a = model w with b functions from a", [.takesRun(.b, extra: 0), .writes(.a), .index])
    case .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .power, .matmul, .and, .or, .xor:
      ("a = b op c", [.writes(.a), .reads(.b), .reads(.c)])
    case .addInteger: ("a = b + small integer", [.writes(.a), .reads(.b), .signed(.c)])
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      ("a = b compared with c", [.writes(.a), .reads(.b), .reads(.c)])
    case .contains: ("a = b in c", [.writes(.a), .reads(.b), .reads(.c)])
    case .identical: ("a = b is c", [.writes(.a), .reads(.b), .reads(.c)])
    case .not, .negate, .plus, .invert: ("a = op b", [.writes(.a), .reads(.b)])
    case .jump:
      ("go on elsewhere, after freeing a where c says so", [.frees(.a, bit: 4), .number(.c), .target])
    case .jumpIfFalse: ("go on elsewhere unless a", [.takesIf(.a, bit: 4), .target])
    case .jumpIfTrue: ("go on elsewhere if a", [.takesIf(.a, bit: 4), .target])
    case .compareJump:
      (
        "go on elsewhere unless a compares with b as c says",
        [.takesIf(.a, bit: 4), .takesIf(.b, bit: 5), .number(.c), .target]
      )
    case .compareIntegerJump:
      (
        "go on elsewhere unless a compares with the small integer b as c says",
        [.takesIf(.a, bit: 4), .signed(.b), .number(.c), .target]
      )
    case .forPrepare:
      ("a = iterator over b; the two registers after a are its own", [.writesFixed(3), .reads(.b)])
    case .forNext:
      (
        "b = next value of iterator a, or go on elsewhere",
        [.readsFixed(3), .writesUnlessJumping(.b), .target]
      )
    case .call: ("a = a called with b values after it", [.takesRun(.b, extra: 1), .writes(.a)])
    case .callNamed:
      (
        "a = a called with b values after it, the last by the names w",
        [.takesRun(.b, extra: 1), .writes(.a), .index]
      )
    case .callSpread: ("a = a called with a list and a map after it", [.takesFixed(3), .writes(.a)])
    case .callMethod:
      (
        "a = method of c called with the b values after a",
        [.writes(.a), .reads(.c), .takesRunAfter(.b), .name]
      )
    case .giveBack: ("return a", [.takes(.a)])
    case .giveBackNone: ("return None", [])
    case .getAttribute: ("a = attribute of b", [.writes(.a), .reads(.b), .name])
    case .setAttribute: ("attribute of a = b", [.reads(.a), .takes(.b), .name])
    case .getIndex: ("a = b[c]", [.writes(.a), .reads(.b), .reads(.c)])
    case .setIndex: ("a[b] = c", [.reads(.a), .reads(.b), .takes(.c)])
    case .deleteIndex: ("remove a[b]", [.reads(.a), .reads(.b)])
    case .member: ("a = member of the instance b, or session variable", [.writes(.a), .reads(.b), .name])
    case .assignMember:
      ("declare a member of a with value b; c is its kind", [.reads(.a), .takes(.b), .number(.c), .name])
    case .keepArgument: ("keep b as a constructor argument of a", [.reads(.a), .reads(.b), .name])
    case .unpack: ("c registers from a = the elements of b", [.writesRun(.c), .reads(.b)])
    case .unpackRest:
      ("as unpack; the register w takes the rest as a list", [.writesRun(.c), .reads(.b), .index])
    case .enterScope: ("a = what entering the scope b gives", [.writes(.a), .reads(.b)])
    case .exitScope: ("leave the scope a", [.reads(.a)])
    case .exitScopeFailed: ("leave the scope a because of the error b", [.reads(.a), .reads(.b)])
    case .rethrow: ("fail with the error a", [.takes(.a)])
    case .assertFailed:
      ("fail: a and the two after it are both sides and message; b says which", [.takesFixed(3)])
    case .result: ("the program's value is a", [.takes(.a)])
    case .registerTest: ("a is the body of a test", [.takes(.a), .shortName])
    case .importFile: ("a = what the file x gives for the name w", [.writes(.a), .shortName, .name])
    case .mark: ("tell the observer that line x begins, or for 0 that a call ends", [.integer])
    }
  }

  /// Whether a second word follows.
  var hasSecondWord: Bool { Self.secondWords[Int(rawValue)] }

  private static let secondWords: [Bool] = allCases.map {
    $0.description.operands.contains {
      switch $0 {
      case .name, .target, .index: true
      default: false
      }
    }
  }

  /// Whether the next instruction may follow.
  var fallsThrough: Bool {
    switch self {
    case .jump, .giveBack, .giveBackNone, .rethrow, .assertFailed: false
    default: true
    }
  }
}
