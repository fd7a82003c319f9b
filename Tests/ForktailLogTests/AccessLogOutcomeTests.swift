import ForktailLog
import ForktailSystem
import Testing

/// How the arbiter finishes the line of a request whose worker has died.
@Suite struct AccessLogOutcomeTests {
    private let outcome = AccessLogOutcome(
        time: WallClock(secondsSince1970: 0),
        status: 504,
        length: 0,
        duration: .microseconds(1_234_567)
    )

    private func finish(_ line: [UInt8], limit: Int = 4096) -> String {
        String(decoding: outcome.finish(line, limit: limit), as: UTF8.self)
    }

    @Test(arguments: [
        (AccessLogMark.timestamp, "1970-01-01T00:00:00.000Z"), (.status, "504"), (.bodyLength, "0"),
        (.bodyLengthOrDash, "-"), (.seconds, "1"), (.milliseconds, "1234"),
        (.microseconds, "1234567"), (.decimalSeconds, "1.234567"),
    ])
    func putsAValueInThePlaceOfAMark(mark: AccessLogMark, value: String) {
        #expect(finish(Array("a ".utf8) + [mark.rawValue] + Array(" b".utf8)) == "a \(value) b\n")
    }

    /// What the worker has escaped stays as it is, and so does what the format has.
    @Test(arguments: [#""GET /\"\\ HTTP/1.1""#, "a\tb", "für", ""])
    func leavesTheRestAlone(text: String) {
        #expect(finish(Array(text.utf8)) == text + "\n")
    }

    /// A worker may leave anything.
    @Test(arguments: [
        (Array("a\nb\r\u{1B}[2J".utf8), "a\\nb\\r\\x1b[2J\n"), ([0xC2, 0x9B], "\\xc2\\x9b\n"),
        ([0x61, 0x80, 0xc0, 0x00], "a\u{FFFD}\u{FFFD}\\x00\n"),
    ])
    func makesOneLineOfGarbage(garbage: [UInt8], line: String) {
        #expect(finish(garbage) == line)
    }

    @Test func cutsALongLine() {
        let line = outcome.finish([UInt8](repeating: 0x01, count: 992), limit: 100)
        #expect(line.count <= 100)
        #expect(line.last == UInt8(ascii: "\n"))
    }
}
