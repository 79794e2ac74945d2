import Foundation
import Testing

@testable import TesseraNotebook
@testable import TesseraTensor

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct MemoryPictureTests {
  let plain = MemorySampleRun.report("plain", checkpointed: false)
  let swin = MemorySampleRun.report("swin", checkpointed: true)

  @Test(arguments: [false, true]) func `a terminal chart stays within 72 columns`(isASCII: Bool) {
    let pictures = [
      MemoryChart([plain, swin]).text(isASCII: isASCII),
      MemoryChart([plain], axis: .seconds).text(isASCII: isASCII),
      MemoryBlockStrip(swin, against: plain).text(isASCII: isASCII),
    ]
    for picture in pictures {
      for line in picture.split(separator: "\n") {
        #expect(line.count <= 72, "\(line)")
        #expect(line.last != " ")
      }
      #expect(!picture.contains("\u{1B}"))
      #expect(!isASCII || picture.allSatisfy(\.isASCII), "\(picture)")
    }
  }

  @Test func `a terminal chart reaches its top only at the peak`() throws {
    let lines = MemoryChart([plain, swin]).text().split(separator: "\n", omittingEmptySubsequences: false)
    let top = lines.filter { $0.contains("GiB │") && $0.contains(ByteCount.size(plain.peakBytes)) }
    #expect(top.count == 2)
    #expect(top[0].contains { "█▓▒░".contains($0) })
    #expect(!top[1].contains { "█▓▒░".contains($0) })
    #expect(lines.contains { $0.hasSuffix("▲ peak") })
  }

  @Test func `pictures are well-formed XML whatever their labels say`() throws {
    let odd = MemorySampleRun.report("<a & \"b\"> \u{1}", checkpointed: true)
    for svg in [
      MemoryChart([plain, odd]).svg(), MemoryChart([odd], axis: .seconds).svg(),
      MemoryBlockStrip(odd, against: plain).svg(),
    ] {
      let parser = XMLParser(data: Data(svg.utf8))
      #expect(parser.parse(), "\(String(describing: parser.parserError))")
      #expect(svg.contains("<title id=\"title\">") && svg.contains("<desc id=\"desc\">"))
      #expect(!svg.contains("href"))
    }
    #expect(MemoryChart([plain]).svg().contains("\(ByteCount.size(plain.peakBytes)) in decoder1"))
  }

  @Test func `a strip accounts for every byte that the plain run kept`() {
    let strip = MemoryBlockStrip(swin, against: plain)
    #expect(strip.blocks.reduce(0) { $0 + $1.kept } == swin.forwardEnd?.savedBytes)
    #expect(strip.blocks.reduce(0) { $0 + $1.kept + $1.dropped } == plain.forwardEnd?.savedBytes)
    #expect(strip.blocks.reduce(0) { $0 + $1.recomputed } == swin.recomputed.count)
    #expect(strip.blocks.first?.name == "layers1")
    #expect(strip.blocks.first?.recomputed == 2)
  }

  @Test func `a report's tables add up and name its peak`() {
    let text = plain.rendered()
    #expect(text.contains("\(plain.peakBytes) B"))
    #expect(text.contains("decoder1, conv3d_backward at lesson:12"))
    #expect(plain.moduleTable.rows.count == plain.atPeak.modules.count)
    #expect(!text.contains(" \n"))
  }

  @Test func `a report names the process beside the ledger`() throws {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    let report = try engine.record("ones") { try engine.ones([1 << 20]) }.run.report
    let resident = try #require(report.resident)
    #expect(resident.peakBytes >= resident.entryBytes)
    #expect(report.besideLedger == resident.peakBytes - report.peakBytes)
    #expect(report.rendered().contains("\(resident.peakBytes) B"))
    #expect(report.json.text.contains("\"process\":{\"entryBytes\":\(resident.entryBytes),"))
    engine.isDry = true
    let dry = try engine.record("dry") { try engine.ones([1 << 20]) }.run.report
    #expect(dry.resident == nil && !dry.rendered().contains("resident"))
    #expect(dry.json.text.contains("\"process\":null"))
  }

  @Test func `an outer recording's process was at least as large as an inner one's`() throws {
    let engine = Engine(backend: CPUBackend(threadCount: 1))
    let (inner, outer) = try engine.record("outer") {
      try engine.record("inner") { try engine.ones([1 << 20]) }.run.report
    }
    let sizes = try [inner, outer.report].map { try #require($0.resident).peakBytes }
    #expect(sizes[1] >= sizes[0])
  }

  @Test func `a step's columns and the gradients it frees are the step's`() {
    let phases = plain.timeline.columns(200).map(\.phase.kind)
    #expect(phases.last == .step)
    #expect(plain.phaseSeconds.contains { $0.phase == .step })
  }

  @Test func `a comparison says by how much and where the peak moved`() {
    let comparison = MemoryComparison([plain, swin])
    let text = comparison.rendered(
      timing: PolicyTiming(names: ["plain", "swin"], rounds: [[1, 1.2], [1.1, 1.3]]))
    #expect(text.contains("The peak moved: decoder1 → the recompute of layers1."), "\(text)")
    #expect(comparison.table.rows.allSatisfy { $0.count == comparison.table.header.count })
    #expect(text.contains("1.25 s (1.20–1.30), 1.19×"))
    #expect(comparison.warnings.isEmpty)
  }

  @Test func `JSON exports parse and add up`() throws {
    let parsed = try #require(
      JSONSerialization.jsonObject(with: Data(swin.json.text.utf8)) as? [String: Any])
    #expect(parsed["peakBytes"] as? Int == swin.peakBytes)
    let atPeak = try #require(parsed["atPeak"] as? [String: Any])
    for view in ["categories", "modules", "layers"] {
      let shares = try #require(atPeak[view] as? [String: Int])
      #expect(shares.values.reduce(0, +) == swin.peakBytes)
    }
    #expect((parsed["recomputed"] as? [String])?.count == 5)
  }

  @Test func `JSON strings survive every control character`() throws {
    let odd = String(String.UnicodeScalarView((1..<200).compactMap(Unicode.Scalar.init))) + "\"\\"
    let parsed = try JSONSerialization.jsonObject(with: Data(JSONValue.array([.string(odd)]).text.utf8))
    #expect((parsed as? [String]) == [odd])
  }

  @Test func `a trace's times never run backwards and its total reaches the peak`() throws {
    let text = MemoryTrace([plain, swin]).text
    let parsed = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let events = try #require(parsed["traceEvents"] as? [[String: Any]])
    for (process, report) in [(1, plain), (2, swin)] {
      let own = events.filter { $0["pid"] as? Int == process }
      let times = own.compactMap { ($0["ts"] as? NSNumber)?.doubleValue }
      #expect(times == times.sorted())
      let totals = own.filter { $0["name"] as? String == "total" }
        .compactMap { ($0["args"] as? [String: Int])?["bytes"] }
      #expect(totals.max() == report.peakBytes)
      #expect(totals.last == report.exitBytes)
    }
  }

  @Test(arguments: 0..<63) func `an axis has a few round marks at every size`(bits: Int) {
    for top in [1 << bits, (1 << bits) + (1 << bits) / 3] {
      let ticks = ByteAxis(upTo: top).ticks
      #expect((2...7).contains(ticks.count))
      #expect(ticks.dropLast().allSatisfy { $0.bytes <= Double(top) })
      #expect(Set(ticks.map(\.text)).count == ticks.count)
    }
  }
}
