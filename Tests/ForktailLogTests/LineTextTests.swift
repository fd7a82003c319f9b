import ForktailLog
import Testing

/// Lines that are too long for what they are written to.
@Suite struct LineTextTests {
    @Test(
        arguments: [
            ([], 10, .max), ([3, 4], 7, .max), ([3, 40], 13, 10), ([40, 3], 13, 10),
            ([40, 50, 2], 22, 10), ([9, 9], 10, 5), ([5], 0, 0), ([5], -3, 0),
        ] as [([Int], Int, Int)]
    )
    func cutsTheLongestAtoms(lengths: [Int], room: Int, limit: Int) {
        #expect(LineText.atomLimit(lengths, room: room) == limit)
    }

    @Test(arguments: [
        ("abcdefgh", 8, "abcdefgh"), ("abcdefgh", 7, "abcd…"), ("abcdefgh", 3, "…"),
        ("abcdefgh", 2, ""), ("aüüüü", 7, "aü…"), ("aüüüü", 6, "aü…"),
        ("a\\x1b\\x1b", 8, "a\\x1b…"), ("a\\x1b\\x1b", 7, "a…"),
        ("\\u001b\\u001b", 11, "\\u001b…"), ("\\u001b\\u001b", 8, "…"), ("\\n\\n\\n", 5, "\\n…"),
        ("\\ü\\ü\\ü", 7, "\\ü…"), ("\\xü\\xü", 7, "\\xü…"), ("abcd\\", 4, "a…"),
    ])
    func splitsNeitherEscapesNorCharacters(text: String, limit: Int, cut: String) {
        let result = String(decoding: LineText.cut(Array(text.utf8), to: limit), as: UTF8.self)
        #expect(result == cut)
    }

    @Test func keepsShortAtomsAndFixedText() {
        var text = LineText()
        text.append("1.2.3.4 \"")
        text.append(atom: Array(repeating: UInt8(ascii: "a"), count: 100))
        text.append("\" 200 \"")
        text.append(atom: Array("short".utf8))
        text.append("\"")
        let line = String(decoding: text.line(limit: 40), as: UTF8.self)
        #expect(line == "1.2.3.4 \"aaaaaaaaaaaaaa…\" 200 \"short\"\n")
        #expect(line.utf8.count == 40)
    }

    @Test func cutsFixedTextThatHasNoRoom() {
        var text = LineText()
        text.append(String(repeating: "f", count: 100))
        text.append(atom: Array("atom".utf8))
        #expect(String(decoding: text.line(limit: 14), as: UTF8.self) == "ffffffffff…\n")
    }

    /// A cut line can be shorter than its limit: two texts share what is left of it.
    @Test func knowsWhetherItIsCut() {
        var text = LineText()
        text.append("<>")
        for _ in 0..<2 { text.append(atom: [UInt8](repeating: UInt8(ascii: "x"), count: 100)) }
        for limit in 20...240 {
            let line = text.line(limit: limit)
            #expect(line.count <= limit)
            #expect(text.fits(limit) == (line.count == 203))
        }
    }
}
