import Testing

@testable import ForktailArbiter

/// A program's output as lines.
@Suite struct OutputLinesTests {
    private func lines(_ parts: String...) -> [String] {
        var lines = OutputLines()
        return parts.flatMap { lines.take(Array($0.utf8)) } + lines.finish()
    }

    @Test func cutsLinesWhereverReadsEnd() {
        #expect(lines("one\ntw", "o\nthree") == ["one", "two", "three"])
    }

    @Test func leavesOutLineEndsAndEmptyLines() {
        #expect(lines("one\r\n\n\r\ntwo\n") == ["one", "two"])
    }

    @Test func cutsALineWithoutAnEnd() {
        let long = String(repeating: "x", count: OutputLines.limit * 2 + 1)
        #expect(lines(long).map(\.count) == [OutputLines.limit, OutputLines.limit, 1])
    }

    @Test func keepsTheLastLines() {
        var lines = OutputLines()
        _ = lines.take(Array("1\n2\n3\n4\n5\n6\n".utf8))
        #expect(lines.last == ["2", "3", "4", "5", "6"])
    }

    /// The reason of a Ruby program stands before its stack, that of a Python program behind it.
    @Test func keepsTheReasonOfAStack() {
        var lines = OutputLines()
        _ = lines.take(Array("a.rb:3: no database\n".utf8))
        for frame in 0..<9 { _ = lines.take(Array("\tfrom b.rb:\(frame)\n".utf8)) }
        _ = lines.take(Array("Traceback:\n  File \"c.py\"\n    d()\nOSError: no disk\n".utf8))
        #expect(lines.last == ["a.rb:3: no database", "Traceback:", "OSError: no disk"])
    }

    @Test func readsBytesThatAreNoText() {
        var lines = OutputLines()
        #expect(lines.take([0xFF, UInt8(ascii: "a"), UInt8(ascii: "\n")]) == ["\u{FFFD}a"])
    }
}
