import ForktailLog
import Testing

/// Text that stays on its line, and lengths of time for people.
@Suite struct LogTextTests {
    private static func escaped(_ text: String, quotes: Bool = true) -> String {
        var line: [UInt8] = []
        LogText.appendEscaped(text, quotes: quotes, to: &line)
        return String(decoding: line, as: UTF8.self)
    }

    private static func json(_ text: String) -> String {
        var line: [UInt8] = []
        LogText.appendJSON(text, to: &line)
        return String(decoding: line, as: UTF8.self)
    }

    @Test(arguments: [
        ("plain text", "plain text"), ("a\nb", "a\\nb"), ("\r\t", "\\r\\t"),
        ("\u{1b}[31m", "\\x1b[31m"), ("\u{7f}\u{0}", "\\x7f\\x00"), ("ü→", "ü→"),
        ("\u{80}\u{9b}2J\u{9f}\u{a0}", "\\xc2\\x80\\xc2\\x9b2J\\xc2\\x9f\u{a0}"),
        ("a\u{85}b\u{2028}c\u{2029}", "a\\xc2\\x85b\\xe2\\x80\\xa8c\\xe2\\x80\\xa9"),
        ("say \"x\" \\", "say \\\"x\\\" \\\\"),
    ])
    func escapesWhatCouldLeaveItsLine(text: String, expected: String) {
        #expect(Self.escaped(text) == expected)
    }

    @Test func leavesQuotesWhereTheyEndNothing() {
        #expect(Self.escaped("say \"x\"\n", quotes: false) == "say \"x\"\\n")
    }

    @Test(arguments: [
        ("", "\"\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("\n\r\t", "\"\\n\\r\\t\""),
        ("\u{80}\u{9b}\u{9f}\u{a0}", "\"\\u0080\\u009b\\u009f\u{a0}\""),
        ("\u{85}\u{2028}\u{2029}", "\"\\u0085\\u2028\\u2029\""),
        ("\u{1}\u{7f}", "\"\\u0001\\u007f\""), ("ü→", "\"ü→\""),
    ])
    func writesJSONStrings(text: String, expected: String) {
        #expect(Self.json(text) == expected)
    }

    /// A text is plain if escaping does not change it.
    @Test(arguments: UInt8.min...0x7f)
    func recognizesPlainText(byte: UInt8) {
        let text = String(decoding: [byte], as: UTF8.self)
        let isPlain = Self.escaped(text) == text
        // It looks at eight bytes at a time.
        for length in 1...17 {
            for place in 0..<length {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                bytes[place] = byte
                #expect(LogText.isPlain(bytes.span) == isPlain)
            }
        }
    }

    @Test(
        arguments: [
            (.zero, "less than 1 ms", "0.000"), (.microseconds(999), "less than 1 ms", "0.000"),
            (.milliseconds(35), "35 ms", "0.035"), (.milliseconds(1000), "1 s", "1.000"),
            (.milliseconds(4250), "4.2 s", "4.250"), (.seconds(59), "59 s", "59.000"),
            (.seconds(130), "2 m 10 s", "130.000"), (.seconds(11_100), "3 h 5 m", "11100.000"),
            (.seconds(-5), "less than 1 ms", "0.000"),
        ] as [(Duration, String, String)]
    )
    func speaksOfLengths(length: Duration, spoken: String, seconds: String) {
        #expect(LogText.spoken(length) == spoken)
        #expect(LogText.seconds(length) == seconds)
    }
}
