import Testing

@testable import TesseraScript

/// What holds of every text, program or not.
enum Promises {
  static func check(_ text: String) {
    let interpreter = Interpreter()
    if case .complete = interpreter.completeness(of: text) { checkFormatting(text) }
    checkPrefixes(text, interpreter)
    let outcome = Outcome(text) {
      $0.maxSteps = 2000
      $0.timeLimit = .seconds(5)
    }
    #expect(outcome.leavesCleanStack, "\(text)")
    if let error = outcome.error { checkPlace(error, text) }
  }

  /// An error points into the text, and shows the line it points at.
  private static func checkPlace(_ error: Diagnostic, _ text: String) {
    let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard error.location.name == "test" else {
      return #expect(error.kind == .exit || error.location.line > 0, "\(text)")
    }
    #expect((1...lines.count).contains(error.location.line), "\(error.title)\n\(text)")
    guard lines.indices.contains(error.location.line - 1) else { return }
    var line = lines[error.location.line - 1]
    if line.unicodeScalars.last == "\r" { line.unicodeScalars.removeLast() }
    #expect(error.excerpt.map { $0.line.utf8.elementsEqual(line.utf8) } ?? false, "\(error.title)\n\(text)")
    #expect((1...line.unicodeScalars.count + 1).contains(error.location.column), "\(error.title)\n\(text)")
    #expect(!error.rendered(color: true).isEmpty)
  }

  /// Formatting changes nothing but blanks, and a second time nothing at all.
  private static func checkFormatting(_ text: String) {
    do {
      let once = try Formatter.format(SourceText(text, name: "test"))
      #expect(try Formatter.format(SourceText(once, name: "test")) == once, "\(text)")
      #expect(Instructions.text(of: once) == Instructions.text(of: text), "\(text)")
    } catch { Issue.record("a complete program is not formatted: \(error)\n\(text)") }
  }

  /// A few prefixes; every one of a script is another test's.
  private static func checkPrefixes(_ text: String, _ interpreter: Interpreter) {
    let scalars = Array(text.unicodeScalars)
    for count in stride(from: 0, to: scalars.count, by: max(1, scalars.count / 5)) {
      var prefix = String.UnicodeScalarView()
      prefix.append(contentsOf: scalars[..<count])
      _ = interpreter.completeness(of: String(prefix))
    }
  }
}

/// A program's words and constants, functions and all; what is wrong where it does not compile.
enum Instructions {
  static func text(of program: String) -> String {
    do throws(Diagnostic) {
      return text(of: try Interpreter().compile(SourceText(program, name: "test")))
    } catch {
      return error.title
    }
  }

  private static func text(of prototype: Prototype) -> String {
    let constants = prototype.constants.prefix { $0.tag != .unset }.map { Describer.repr($0.value) }
    return "\(Array(prototype.words)) \(constants) \(prototype.names)\n"
      + prototype.functions.map { text(of: $0) }.joined()
  }
}
