import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A place outside a device's memory where bytes wait until backward needs them.
protocol OffloadStore: AnyObject {
  /// Takes a copy of the bytes and says under what number they are found again.
  func put(_ bytes: UnsafeRawBufferPointer, between chunks: () throws -> Void) throws -> Int
  /// Fills `bytes` with those of a number.
  func get(_ number: Int, into bytes: UnsafeMutableRawBufferPointer, between chunks: () throws -> Void) throws
  /// Forgets the bytes of a number.
  func remove(_ number: Int, byteCount: Int)
}

/// A temporary file without a name: the system removes it with its last user, however the process ends.
///
/// A number is an offset in bytes. Places that are free again go to values of the same size, which the next training
/// step brings; once nothing is left in it the file is cut to nothing.
final class OffloadFile: OffloadStore {
  /// Where such files are made: `TMPDIR`, or a folder for large temporary files.
  static var defaultFolder: String {
    getenv("TMPDIR").map { String(cString: $0) } ?? (access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp")
  }

  /// One transfer; between two of them the cell can be interrupted.
  private static let chunkBytes = 64 << 20

  private let descriptor: Int32
  private let folder: String
  private var free: [Int: [Int]] = [:]
  private var end = 0
  private var used = 0

  /// Makes a file in a folder.
  convenience init(in folder: String = OffloadFile.defaultFolder) throws {
    var name = Array("\(folder)/tessera-offload-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw Self.failure("makes no file in \(folder)") }
    unlink(name)
    self.init(descriptor: descriptor, folder: folder)
  }

  /// Takes over an open file.
  init(descriptor: Int32, folder: String) {
    self.descriptor = descriptor
    self.folder = folder
  }

  deinit { close(descriptor) }

  /// Whether the file lies in memory after all, as `/tmp` does on some systems.
  var isInMemory: Bool {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { return false }
    // The system's packing of a device's two numbers.
    let (major, minor) = (
      facts.st_dev >> 8 & 0xFFF, (facts.st_dev & 0xFF) | (facts.st_dev >> 12 & 0xF_FF00)
    )
    let device = "\(major):\(minor)"
    let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
    return mounts.split(separator: "\n").contains {
      $0.contains(" - tmpfs ") && $0.split(separator: " ").contains(Substring(device))
    }
  }

  /// The file's length, in bytes.
  var byteCount: Int { end }

  func put(_ bytes: UnsafeRawBufferPointer, between chunks: () throws -> Void) throws -> Int {
    let place = free[bytes.count]?.popLast() ?? end
    do {
      try Self.walk(bytes.count, chunks) { done, count in
        pwrite(descriptor, bytes.baseAddress?.advanced(by: done), count, off_t(place + done))
      }
    } catch let cause as Failure {
      giveBack(place, bytes.count)
      throw Self.failure("cannot write \(ByteCount.text(bytes.count)) to a file in \(folder)", cause.number)
    } catch {
      giveBack(place, bytes.count)
      throw error
    }
    end = max(end, place + bytes.count)
    used += 1
    return place
  }

  func get(_ number: Int, into bytes: UnsafeMutableRawBufferPointer, between chunks: () throws -> Void) throws
  {
    do {
      try Self.walk(bytes.count, chunks) { done, count in
        pread(descriptor, bytes.baseAddress?.advanced(by: done), count, off_t(number + done))
      }
    } catch let cause as Failure {
      throw Self.failure("cannot read a file in \(folder)", cause.number)
    }
  }

  func remove(_ number: Int, byteCount: Int) {
    used -= 1
    giveBack(number, byteCount)
  }

  private func giveBack(_ place: Int, _ byteCount: Int) {
    if place < end { free[byteCount, default: []].append(place) }
    guard used == 0 else { return }
    (free, end) = ([:], 0)
    ftruncate(descriptor, 0)
  }

  private struct Failure: Error { let number: Int32 }

  /// Moves `byteCount` bytes piece by piece; a signal may end a transfer early.
  private static func walk(
    _ byteCount: Int, _ between: () throws -> Void, _ transfer: (_ done: Int, _ count: Int) -> Int
  ) throws {
    var done = 0
    while done < byteCount {
      try between()
      let moved = transfer(done, min(chunkBytes, byteCount - done))
      if moved < 0 && errno == EINTR { continue }
      guard moved > 0 else { throw Failure(number: moved < 0 ? errno : ENOSPC) }
      done += moved
    }
  }

  private static func failure(_ what: String, _ number: Int32 = errno) -> TensorError {
    .device(
      "offload(\"disk\")", what: "\(what): \(String(cString: strerror(number)))",
      advice: "set TMPDIR to a folder on a disk with room for what backward keeps")
  }
}

/// The host's own memory, for values of a device.
final class OffloadHost: OffloadStore {
  private var held: [Int: UnsafeMutableRawBufferPointer] = [:]
  private var next = 0

  deinit { held.values.forEach { $0.deallocate() } }

  func put(_ bytes: UnsafeRawBufferPointer, between chunks: () throws -> Void) throws -> Int {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    copy.copyMemory(from: bytes)
    next += 1
    held[next] = copy
    return next
  }

  func get(_ number: Int, into bytes: UnsafeMutableRawBufferPointer, between chunks: () throws -> Void) {
    if let copy = held[number] { bytes.copyMemory(from: UnsafeRawBufferPointer(copy)) }
  }

  func remove(_ number: Int, byteCount: Int) { held.removeValue(forKey: number)?.deallocate() }
}
