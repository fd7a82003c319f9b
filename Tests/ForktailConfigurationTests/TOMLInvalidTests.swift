import Testing

@testable import ForktailConfiguration

/// Documents that the specification forbids, the place of the fault, and a part of the reason.
@Suite struct TOMLInvalidTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let document: String
        let place: String
        let reason: String

        init(_ document: String, _ place: String, _ reason: String) {
            self.document = document
            self.place = place
            self.reason = reason
        }

        var testDescription: String { document.debugDescription }
    }

    @Test(arguments: syntax + keys + strings + numbers + times + containers + tables)
    func refuses(_ invalid: Case) {
        expectFault(Array(invalid.document.utf8), at: invalid.place, invalid.reason)
    }

    @Test(
        arguments: [
            ([0x61, 0x3D, 0x22, 0xFF, 0x22], "1:4"),
            ([0x23, 0xC3, 0x28], "1:2"),
            ([0x61, 0x0A, 0x23, 0xED, 0xA0, 0x80], "2:2"),
            ([0x23, 0xC0, 0x80], "1:2"),
            ([0x23, 0xF4, 0x90, 0x80, 0x80], "1:2"),
            ([0x23, 0xC3, 0xA9, 0xE2, 0x82], "1:3"),
        ] as [([UInt8], String)]
    )
    func refusesInvalidUTF8(_ bytes: [UInt8], _ place: String) {
        expectFault(bytes, at: place, "not valid UTF-8")
    }

    @Test(arguments: (0...0x1F).filter { $0 != 0x09 && $0 != 0x0A } + [0x7F])
    func refusesControlCharacters(_ code: UInt8) {
        let control = String(Unicode.Scalar(code))
        for text in ["# \(control)x", "a = '\(control)x'", "a = \"\(control)x\""] {
            let index = Array(text.unicodeScalars).firstIndex(of: Unicode.Scalar(code)) ?? 0
            expectFault(Array(text.utf8), at: "1:\(index + 1)", "control character U+00")
        }
        for quotes in ["'''", "\"\"\""] {
            let text = "a = \(quotes)\n\(control)x\(quotes)"
            expectFault(Array(text.utf8), at: "2:1", "control character U+00")
        }
    }

    @Test(arguments: ["[", "{a=", "[{a=", "a."])
    func refusesDeepNesting(_ opening: String) {
        let text = "a = " + String(repeating: opening, count: 100_000)
        let error = #expect(throws: TOMLError.self) { try parseTOML(Array(text.utf8)) }
        #expect(error?.position.line == 1)
        let header = "[" + String(repeating: "a.", count: 100_000) + "a]"
        expectFault(Array(header.utf8), at: "1:131", "more than 64 parts")
    }

    /// What can be read behind a fault is read, and the faults in it are told too.
    @Test(arguments: [
        ("a = \nb = 2\nc == 3\nd = 4", ["1:5", "3:4"], ["b", "d"]),
        // An array that is not closed ends at the next key; what is indented is its rest.
        ("a = [\n  1,\n  x = 3\nb = 2", ["3:3"], ["b"]),
        ("a = [1\nb = 2", ["2:1"], ["b"]),
        ("a = \"x\nb = 2", ["1:5"], ["b"]),
        ("a = 1\na = 2\nb = 3", ["2:1"], ["a", "b"]),
        // Keys below a malformed header belong to no table.
        ("[t ab]\na = 1\nb =\n[u]\nc =", ["1:4", "5:4"], ["u"]),
        ("a = 1\r\nb =\r\nc = 3", ["2:4"], ["a", "c"]),
        // What looks like no statement is passed over.
        ("= 1\n= 2\n.a = 3", ["1:1"], []),
    ])
    func goesOnBehindAFault(_ document: String, _ places: [String], _ keys: [String]) {
        let result = TOMLParser.parse(Array(document.utf8))
        #expect(result.faults.map(\.position.description) == places)
        #expect(result.table.entries.map(\.key) == keys)
    }

    private func expectFault(_ bytes: [UInt8], at place: String, _ reason: String) {
        let error = #expect(throws: TOMLError.self) { try parseTOML(bytes) }
        #expect(error?.position.description == place, "\(error?.reason ?? "")")
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
}

extension TOMLInvalidTests {
    static let syntax: [Case] = [
        Case("a", "1:2", "expected `=`"),
        Case("a =", "1:4", "expected a value"),
        Case("a = \nb = 1", "1:5", "the line ends here"),
        Case("a = # comment", "1:5", "expected a value"),
        Case("a 1", "1:3", "expected `=` or `.`, not `1`"),
        Case("a = 1 b = 2", "1:7", "expected the end of the line, not `b`"),
        Case("a = 1 2", "1:7", "the end of the line"),
        Case("a = \"x\" y", "1:9", "the end of the line"),
        Case("a = 1\rb = 2", "1:6", "the end of the line"),
        Case("a = 1\r", "1:6", "the end of the line"),
        Case("\r", "1:1", "the end of the line"),
        Case("= 1", "1:1", "expected a key"),
        Case("a = = 1", "1:5", "expected a value"),
        Case("a == 1", "1:4", "expected a value"),
        Case("]", "1:1", "expected a key"),
        Case("{a = 1}", "1:1", "expected a key"),
        Case("a = 1\n\nb =", "3:4", "the file ends here"),
        Case("a = 1\u{FEFF}", "1:6", "the end of the line"),
        Case("a = 1 // c", "1:7", "the end of the line"),
        Case("é = 1", "1:1", "expected a key"),
    ]

    static let keys: [Case] = [
        Case("a = 1\na = 2", "2:1", "already has a value, given on line 1"),
        Case("a = 1\n\"a\" = 2", "2:1", "already has a value"),
        Case("a = 1\n'a' = 2", "2:1", "already has a value"),
        Case("\"\\u0061\" = 1\na = 2", "2:1", "already has a value"),
        Case("a.b = 1\na.b = 2", "2:3", "`b` already has a value"),
        Case("a = 1\na.b = 2", "2:1", "`a` already has a value"),
        Case("a.b = 1\na.b.c = 2", "2:3", "`b` already has a value"),
        Case("a.b = 1\na = 2", "2:1", "already defined as a table"),
        Case(".a = 1", "1:1", "expected a key"),
        Case("a. = 1", "1:4", "expected a key"),
        Case("a..b = 1", "1:3", "expected a key"),
        Case("a b = 1", "1:3", "expected `=`"),
        Case("a\n= 1", "1:2", "the line ends here"),
        Case("\"a\nb\" = 1", "1:1", "not closed"),
        Case("\"\"\"a\"\"\" = 1", "1:3", "expected `=`"),
        Case("'''a''' = 1", "1:3", "expected `=`"),
        Case("a! = 1", "1:2", "expected `=`"),
        Case("\"a = 1", "1:1", "not closed"),
        Case("\"a\" \"b\" = 1", "1:5", "expected `=`"),
        Case("a\u{A0} = 1", "1:2", "expected `=`"),
        Case("\"\\x41\" = 1", "1:2", "unknown escape"),
    ]

    static let strings: [Case] = [
        Case("a = \"x", "1:5", "not closed on its line"),
        Case("a = 'x", "1:5", "not closed on its line"),
        Case("a = \"x\ny\"", "1:5", "not closed on its line"),
        Case("a = 'x\r\ny'", "1:5", "not closed on its line"),
        Case("a = \"x\\\ny\"", "1:7", "unknown escape"),
        Case("a = \"\"\"x", "1:5", "not closed"),
        Case("a = '''x''", "1:5", "not closed"),
        Case("a = \"\"\"x\"\"\"\"\"\"", "1:14", "the end of the line"),
        Case("a = '''x''''''", "1:14", "the end of the line"),
        Case("a = \"\\a\"", "1:6", "unknown escape"),
        Case("a = \"\\e\"", "1:6", "unknown escape"),
        Case("a = \"\\x41\"", "1:6", "unknown escape"),
        Case("a = \"\\'\"", "1:6", "unknown escape"),
        Case("a = \"\\ \"", "1:6", "unknown escape"),
        Case("a = \"xé\\/\"", "1:8", "unknown escape"),
        Case("a = \"\\u12\"", "1:6", "needs 4 hexadecimal digits"),
        Case("a = \"\\u12G4\"", "1:6", "needs 4 hexadecimal digits"),
        Case("a = \"\\U1234567\"", "1:6", "needs 8 hexadecimal digits"),
        Case("a = \"\\u+123\"", "1:6", "needs 4 hexadecimal digits"),
        Case("a = \"\\uD800\"", "1:6", "U+D800 is no Unicode scalar"),
        Case("a = \"\\uDFFF\"", "1:6", "no Unicode scalar"),
        Case("a = \"\\uD83D\\uDE00\"", "1:6", "U+D83D"),
        Case("a = \"\\U00110000\"", "1:6", "U+110000"),
        Case("a = \"\\UFFFFFFFF\"", "1:6", "U+FFFFFFFF"),
        Case("a = \"\\", "1:6", "not closed"),
        Case("a = \"\"\"\n\\k\"\"\"", "2:1", "unknown escape"),
        Case("a = \"\"\"\n\\ x\"\"\"", "2:1", "unknown escape"),
        Case("a = \"\"\"x\ry\"\"\"", "1:9", "control character U+000D"),
        Case("a = \"\"\"\\\r x\"\"\"", "1:8", "unknown escape"),
        Case("a = \"x\" \"y\"", "1:9", "the end of the line"),
        Case("a = x", "1:5", "a string stands in quotes"),
        Case("a = `x`", "1:5", "expected a value"),
        Case("a = \u{201C}x\u{201D}", "1:5", "expected a value"),
    ]

    static let numbers: [Case] = [
        Case("a = 01", "1:5", "leading zero"), Case("a = -01", "1:5", "leading zero"),
        Case("a = +00", "1:5", "leading zero"), Case("a = 0_1", "1:5", "leading zero"),
        Case("a = 03.14", "1:5", "leading zero"), Case("a = 00.0", "1:5", "leading zero"),
        Case("a = 01e2", "1:5", "leading zero"),
        Case("a = _1", "1:5", "is no value"), Case("a = 1_", "1:5", "underscore"),
        Case("a = 1__2", "1:5", "underscore"), Case("a = 0x_1", "1:5", "underscore"),
        Case("a = 0x1_", "1:5", "underscore"), Case("a = 1_.5", "1:5", "underscore"),
        Case("a = 1._5", "1:5", "underscore"), Case("a = 1e_5", "1:5", "underscore"),
        Case("a = 1.5_", "1:5", "underscore"), Case("a = 1_e5", "1:5", "underscore"),
        Case("a = +_1", "1:5", "is no value"),
        Case("a = 0x", "1:5", "no valid number"), Case("a = 0o8", "1:5", "no valid number"),
        Case("a = 0b2", "1:5", "no valid number"), Case("a = 0xG", "1:5", "no valid number"),
        Case("a = 0X1", "1:5", "leading zero"), Case("a = +0x1", "1:5", "leading zero"),
        Case("a = -0b1", "1:5", "leading zero"), Case("a = 0O7", "1:5", "leading zero"),
        Case("a = 0x1.8", "1:5", "no valid number"),
        Case("a = 9223372036854775808", "1:5", "64-bit"),
        Case("a = -9223372036854775809", "1:5", "64-bit"),
        Case("a = 0x8000000000000000", "1:5", "64-bit"),
        Case("a = 99999999999999999999999", "1:5", "64-bit"),
        Case("a = .5", "1:5", "is no value"), Case("a = 5.", "1:5", "no valid number"),
        Case("a = 5.e2", "1:5", "no valid number"), Case("a = +.5", "1:5", "is no value"),
        Case("a = 1e", "1:5", "no valid number"), Case("a = 1e+", "1:5", "no valid number"),
        Case("a = 1e5.5", "1:5", "no valid number"), Case("a = 1ee5", "1:5", "no valid number"),
        Case("a = 1.2.3", "1:5", "no valid number"), Case("a = 1e++5", "1:5", "no valid number"),
        Case("a = ++1", "1:5", "is no value"), Case("a = --1", "1:5", "is no value"),
        Case("a = +", "1:5", "is no value"), Case("a = -", "1:5", "is no value"),
        Case("a = 1x", "1:5", "no valid number"), Case("a = 1,000", "1:6", "end of the line"),
        Case("a = 0a", "1:5", "leading zero"),
        Case("a = Inf", "1:5", "is no value"), Case("a = infinity", "1:5", "is no value"),
        Case("a = NaN", "1:5", "is no value"), Case("a = ++inf", "1:5", "is no value"),
        Case("a = True", "1:5", "is no value"), Case("a = TRUE", "1:5", "is no value"),
        Case("a = falsee", "1:5", "is no value"), Case("a = tru", "1:5", "is no value"),
        Case("a = yes", "1:5", "is no value"), Case("a = null", "1:5", "is no value"),
    ]

    static let times: [Case] = [
        Case("a = 2023-02-29", "1:5", "no valid date"), Case("a = 1900-02-29", "1:5", "date"),
        Case("a = 2021-04-31", "1:5", "no valid date"), Case("a = 2021-13-01", "1:5", "date"),
        Case("a = 2021-00-10", "1:5", "no valid date"), Case("a = 2021-01-00", "1:5", "date"),
        Case("a = 2021-1-01", "1:5", "no valid date"), Case("a = 2021-01-1", "1:5", "date"),
        Case("a = 2021-01-011", "1:5", "no valid date"), Case("a = 2021-01", "1:5", "date"),
        Case("a = 1987-07-05T", "1:5", "no valid date"), Case("a = 1987-07-05T17", "1:5", "date"),
        Case("a = 1987-07-05T17:45", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:", "1:5", "no valid date"),
        Case("a = 1987-07-05T24:00:00Z", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:60:00Z", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:61Z", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:00.", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:00.Z", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:00+1:00", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:00+24:00", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:00+12:60", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:00+0100", "1:5", "no valid date"),
        Case("a = 1987-07-05T17:45:00ZZ", "1:5", "no valid date"),
        Case("a = 1987-07-05X17:45:00Z", "1:5", "no valid date"),
        Case("a = 1987-07-05  17:45:00Z", "1:17", "the end of the line"),
        Case("a = 1987-07-05 1", "1:5", "no valid date"),
        Case("a = 07:32", "1:5", "no valid date"), Case("a = 7:32:00", "1:5", "no valid number"),
        Case("a = 25:00:00", "1:5", "no valid date"), Case("a = 07:32:00Z", "1:5", "date"),
        Case("a = 07:60:00", "1:5", "no valid date"), Case("a = 07:32:0", "1:5", "date"),
        Case("a = 198-01-01", "1:5", "no valid number"),
        Case("a = 19870-01-01", "1:5", "no valid number"),
    ]

    static let containers: [Case] = [
        Case("a = [", "1:6", "expected a value"), Case("a = [1", "1:7", "expected `,` or `]`"),
        Case("a = [1 2]", "1:8", "expected `,` or `]`"), Case("a = [,]", "1:6", "expected a value"),
        Case("a = [1,,2]", "1:8", "expected a value"), Case("a = [1]]", "1:8", "end of the line"),
        Case("a = [1\n2]", "2:1", "expected `,` or `]`"), Case("a = [a]", "1:6", "is no value"),
        Case("a = [1, # x\n", "2:1", "expected a value"), Case("a = [}", "1:6", "expected a value"),
        Case("a = {", "1:6", "expected a key"), Case("a = {b", "1:7", "expected `=`"),
        Case("a = {b = 1", "1:11", "expected `,` or `}`"),
        Case("a = {b = 1,}", "1:12", "expected a key"),
        Case("a = {, b = 1}", "1:6", "expected a key"),
        Case("a = {b = 1,, c = 2}", "1:12", "expected a key"),
        Case("a = {b = 1 c = 2}", "1:12", "expected `,` or `}`"),
        Case("a = {b = 1\n}", "1:11", "the line ends here"),
        Case("a = {\n}", "1:6", "the line ends here"),
        Case("a = {b = 1,\nc = 2}", "1:12", "expected a key"),
        Case("a = {b = 1 # c\n}", "1:12", "expected `,` or `}`"),
        Case("a = {b = 1, b = 2}", "1:13", "`b` already has a value"),
        Case("a = {b.c = 1, b = 2}", "1:15", "already defined as a table"),
        Case("a = {b = 1, b.c = 2}", "1:13", "`b` already has a value"),
        Case("a = {b = {c = 1}, b.d = 2}", "1:19", "`b` already has a value"),
        Case("a = {}}", "1:7", "the end of the line"),
        Case("a = {1}", "1:7", "expected `=`"),
    ]

    static let tables: [Case] = [
        Case("[]", "1:2", "expected a key"), Case("[a", "1:3", "expected `]`"),
        Case("[a\n]", "1:3", "the line ends here"), Case("[a]]", "1:4", "the end of the line"),
        Case("[a] b = 1", "1:5", "the end of the line"), Case("[a.]", "1:4", "expected a key"),
        Case("[.a]", "1:2", "expected a key"), Case("[a b]", "1:4", "expected `]`"),
        Case("[[a]", "1:5", "expected `]]`"), Case("[[a] ]", "1:5", "expected `]]`"),
        Case("[ [a]]", "1:3", "expected a key"), Case("[[]]", "1:3", "expected a key"),
        Case("[[a]]]", "1:6", "the end of the line"), Case("[a=1]", "1:3", "expected `]`"),
        Case("[a]\n[a]", "2:2", "`a` is already defined as a table on line 1"),
        Case("[a.b]\n[a]\n[a]", "3:2", "already defined as a table"),
        Case("[a.b]\n[c]\n[a.b]", "3:4", "already defined as a table"),
        Case("a = 1\n[a]", "2:2", "already has a value"),
        Case("a = 1\n[a.b]", "2:2", "already has a value"),
        Case("[a]\nb = 1\n[a.b]", "3:4", "already has a value"),
        Case("[a]\nb = 1\n[a.b.c]", "3:4", "already has a value"),
        Case("a.b = 1\n[a]", "2:2", "already defined as a table"),
        Case("[fruit]\napple.color = 1\n[fruit.apple]", "3:8", "already defined as a table"),
        Case("[f]\na.t.s = 1\n[f.a.t]", "3:6", "already defined as a table"),
        Case("[a.b.c]\nz = 1\n[a]\nb.c.t = 2", "4:3", "`c` is already defined as a table"),
        Case("[a.b.c.d]\nz = 1\n[a]\nb.c.d.k = 2", "4:5", "`d` is already defined as a table"),
        Case("[a]\n[a.b]\nx = 1\n[c]\n[a]", "5:2", "already defined as a table"),
        Case("[a.b]\n[a]\nb = 1", "3:1", "already defined as a table"),
        Case("a = {b = 1}\n[a.c]", "2:2", "already has a value"),
        Case("a = {b = 1}\na.c = 2", "2:1", "already has a value"),
        Case("a = {}\n[a]", "2:2", "already has a value"),
        Case("[t]\nn = {x = 1}\nn.y = 2", "3:1", "already has a value"),
        Case("[t]\nn = {x = 1}\n[t.n]", "3:4", "already has a value"),
        Case("[t]\nn = {x.y = 1}\n[t.n.x.z]", "3:4", "already has a value"),
        Case("f = []\n[[f]]", "2:3", "already has a value"),
        Case("f = [{x = 1}]\n[[f]]", "2:3", "already has a value"),
        Case("f = [{x = 1}]\n[f.y]", "2:2", "already has a value"),
        Case("[f]\n[[f]]", "2:3", "already defined as a table"),
        Case("[[f]]\n[f]", "2:2", "already defined as an array of tables on line 1"),
        Case("[f.p]\n[[f]]", "2:3", "already defined as a table"),
        Case("[[f]]\n[[f.v]]\n[f.v]", "3:4", "already defined as an array of tables"),
        Case("[[f]]\n[f.v]\n[[f.v]]", "3:5", "already defined as a table"),
        Case("[[a.b]]\n[a]\nb.y = 2", "3:1", "already defined as an array of tables"),
        Case("[[f]]\nx = 1\nx = 2", "3:1", "already has a value"),
        Case("a.b = 1\n[[a]]", "2:3", "already defined as a table"),
        Case("a.b = 1\n[[a.b]]", "2:5", "already has a value"),
    ]
}
