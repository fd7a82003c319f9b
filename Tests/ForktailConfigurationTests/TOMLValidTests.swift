import Testing

@testable import ForktailConfiguration

/// Documents that the specification allows, and what they mean.
@Suite struct TOMLValidTests {
    typealias Case = (document: String, meaning: String)

    @Test(arguments: keys) func readsKeys(_ document: String, _ meaning: String) throws {
        try expect(document, means: meaning)
    }

    @Test(arguments: strings) func readsStrings(_ document: String, _ meaning: String) throws {
        try expect("v = \(document)", means: "{v: \(meaning)}")
    }

    @Test(arguments: numbers) func readsNumbers(_ document: String, _ meaning: String) throws {
        try expect("v = \(document)", means: "{v: \(meaning)}")
    }

    @Test(arguments: times) func readsTimes(_ document: String, _ meaning: String) throws {
        try expect("v = \(document)", means: "{v: \(meaning)}")
    }

    @Test(arguments: containers)
    func readsArraysAndInlineTables(_ document: String, _ meaning: String) throws {
        try expect("v = \(document)", means: "{v: \(meaning)}")
    }

    @Test(arguments: tables) func readsTables(_ document: String, _ meaning: String) throws {
        try expect(document, means: meaning)
    }

    @Test(arguments: keys + tables)
    func readsTheSameWithCarriageReturns(_ document: String, _ meaning: String) throws {
        let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
        try expect(lines.joined(separator: "\r\n"), means: meaning)
    }

    @Test func keepsPositions() throws {
        let table = try parseTOML(Array("# é\n[a]\n  \"é\" . x =\t[1,\n 2]\n".utf8))
        guard case .table(let a)? = table["a"]?.kind, case .table(let e)? = a["é"]?.kind,
            let x = e.entries.first, case .array(let elements) = x.value.kind
        else {
            Issue.record("wrong structure: \(render(table))")
            return
        }
        #expect(a.entries[0].position.description == "3:3")
        #expect(x.position.description == "3:9")
        #expect(x.value.position.description == "3:13")
        #expect(elements.map(\.position.description) == ["3:14", "4:2"])
    }

    @Test func nestsAsDeepAsTheLimit() throws {
        let depth = TOMLParser.nestingLimit - 1
        let array = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        try expect("v = \(array)", means: "{v: \(array)}")
    }

    private func expect(_ document: String, means meaning: String) throws {
        #expect(render(try parseTOML(Array(document.utf8))) == meaning)
    }
}

extension TOMLValidTests {
    static let keys: [Case] = [
        ("", "{}"),
        ("\n\n  \t\n", "{}"),
        ("# only a comment", "{}"),
        ("\u{FEFF}a = 1", "{a: 1}"),
        ("key = \"value\"", "{key: \"value\"}"),
        (
            "bare_key = 1\nbare-key = 2\n1234 = 3\n-_ = 4",
            "{bare_key: 1, bare-key: 2, 1234: 3, -_: 4}"
        ),
        ("\"127.0.0.1\" = 1", "{127.0.0.1: 1}"),
        ("\"character encoding\" = 1", "{character encoding: 1}"),
        ("\"ʎǝʞ\" = 1\n'quoted \"value\"' = 2", "{ʎǝʞ: 1, quoted \"value\": 2}"),
        ("\"\" = \"blank\"", "{: \"blank\"}"),
        ("'' = 1", "{: 1}"),
        ("\"\\u0061\\n\" = 1", "{a\n: 1}"),
        ("a.b.c = 1\na.b.d = 2\na.e = 3", "{a: {b: {c: 1, d: 2}, e: 3}}"),
        ("site.\"google.com\" = true", "{site: {google.com: true}}"),
        ("fruit . color = 1\nfruit\t.\tflavor = 2", "{fruit: {color: 1, flavor: 2}}"),
        ("a.x = 1\nb.x = 2\na.y = 3", "{a: {x: 1, y: 3}, b: {x: 2}}"),
        ("3.14159 = \"pi\"", "{3: {14159: \"pi\"}}"),
        ("true = 1\ninf = 2\n1979-05-27 = 3", "{true: 1, inf: 2, 1979-05-27: 3}"),
        ("a=1#c\nb = 2 # [x]\n#\u{9}tab", "{a: 1, b: 2}"),
        ("\"é\" = 1\n\"e\u{301}\" = 2", "{é: 1, e\u{301}: 2}"),
        ("a = 1", "{a: 1}"),
        ("  a   =   1  ", "{a: 1}"),
    ]

    static let strings: [Case] = [
        ("\"\"", "\"\""),
        (#""plain""#, #""plain""#),
        (#""a \"quoted\" \\ b""#, #""a \"quoted\" \\ b""#),
        (#""\b\t\n\f\r""#, "\u{8}\t\n\u{C}\r".debugDescription),
        (#""\u00E9\U0001F600""#, "\"é😀\""),
        (#""\uD7FF\uE000\U0010FFFF""#, "\u{D7FF}\u{E000}\u{10FFFF}".debugDescription),
        (#""\u0000""#, "\u{0}".debugDescription),
        ("\"a # b\"", "\"a # b\""),
        ("\"tab\there\"", "tab\there".debugDescription),
        ("\"ünï 😀\"", "\"ünï 😀\""),
        ("''", "\"\""),
        (#"'C:\Users\nodejs'"#, #"C:\Users\nodejs"#.debugDescription),
        (#"'\u0041'"#, #"\u0041"#.debugDescription),
        (#"'<\i\c*\s*>'"#, #"<\i\c*\s*>"#.debugDescription),
        (#"'Tom "Dubs" X'"#, #"Tom "Dubs" X"#.debugDescription),
        ("\"\"\"\"\"\"", "\"\""),
        ("\"\"\"\nRoses\nViolets\"\"\"", "Roses\nViolets".debugDescription),
        ("\"\"\"\n\nRoses\"\"\"", "\nRoses".debugDescription),
        ("\"\"\"\r\na\r\nb\"\"\"", "a\nb".debugDescription),
        ("\"\"\"The \\\n   quick\\  \n\n\n  fox\"\"\"", "\"The quickfox\""),
        ("\"\"\"\\\n  The \\\r\n \t quick.\\\n  \"\"\"", "\"The quick.\""),
        ("\"\"\"a \"\" b\"\"\"", #"a "" b"#.debugDescription),
        ("\"\"\"a\\\"\"\"\"", #"a""#.debugDescription),
        ("\"\"\"\"two\"\"\"\"\"", #""two"""#.debugDescription),
        ("\"\"\"\"\"\"\"\"", "\"\"".debugDescription),
        ("\"\"\"\\u0041\\\\n\"\"\"", #"A\n"#.debugDescription),
        ("''''''", "\"\""),
        ("'''\nfirst\n  second\\\n'''", "first\n  second\\\n".debugDescription),
        ("'''I [dw]on't \"need\" \\d{2}'''", "I [dw]on't \"need\" \\d{2}".debugDescription),
        ("''''That,' she said'''", "'That,' she said".debugDescription),
        ("'''a'''''", "a''".debugDescription),
        ("'''a\r\nb'''", "a\nb".debugDescription),
    ]

    static let numbers: [Case] = [
        ("+99", "99"), ("42", "42"), ("0", "0"), ("+0", "0"), ("-0", "0"), ("-17", "-17"),
        ("1_000", "1000"), ("5_349_221", "5349221"), ("1_2_3_4_5", "12345"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("0xDEADBEEF", "3735928559"), ("0xdeadbeef", "3735928559"),
        ("0xdead_beef", "3735928559"), ("0x00ff", "255"), ("0x7fffffffffffffff", "\(Int64.max)"),
        ("0o01234567", "342391"), ("0o755", "493"), ("0b11010110", "214"), ("0b0", "0"),
        ("0xe1", "225"),
        ("+1.0", "1.0"), ("3.1415", "3.1415"), ("-0.01", "-0.01"), ("5e+22", "5e+22"),
        ("1e06", "1000000.0"), ("-2E-2", "-0.02"), ("6.626e-34", "6.626e-34"),
        ("224_617.445_991_228", "224617.445991228"), ("0.0", "0.0"), ("-0.0", "-0.0"),
        ("+0.0", "0.0"), ("1e0_1", "10.0"), ("0e0", "0.0"), ("1.5E+3", "1500.0"),
        ("1e400", "inf"),
        ("inf", "inf"), ("+inf", "inf"), ("-inf", "-inf"), ("nan", "nan"), ("+nan", "nan"),
        ("-nan", "nan"),
        ("true", "true"), ("false", "false"),
    ]

    static let times: [Case] = [
        ("1979-05-27T07:32:00Z", "<date or time>"),
        ("1979-05-27T00:32:00-07:00", "<date or time>"),
        ("1979-05-27T00:32:00.999999-07:30", "<date or time>"),
        ("1979-05-27 07:32:00z", "<date or time>"),
        ("1979-05-27t07:32:00+23:59", "<date or time>"),
        ("1979-05-27T07:32:00", "<date or time>"),
        ("1979-05-27T00:32:00.123456789123", "<date or time>"),
        ("1979-05-27", "<date or time>"),
        ("1979-05-27 # comment", "<date or time>"),
        ("0000-01-01", "<date or time>"), ("9999-12-31", "<date or time>"),
        ("2000-02-29", "<date or time>"), ("2024-02-29", "<date or time>"),
        ("07:32:00", "<date or time>"), ("00:32:00.999999", "<date or time>"),
        ("23:59:60", "<date or time>"), ("23:59:59.5", "<date or time>"),
        ("[1979-05-27, 07:32:00]", "[<date or time>, <date or time>]"),
    ]

    static let containers: [Case] = [
        ("[]", "[]"), ("[ ]", "[]"), ("[1,2,3]", "[1, 2, 3]"), ("[1, 2, ]", "[1, 2]"),
        ("[[1, 2], [\"a\", \"b\"]]", "[[1, 2], [\"a\", \"b\"]]"),
        ("[0.1, 1, \"x\", true, {a = 1}]", "[0.1, 1, \"x\", true, {a: 1}]"),
        ("[\n  1,\n  2, # two\n\n  # last\n]", "[1, 2]"),
        ("[\r\n1\r\n,\r\n2\r\n]", "[1, 2]"),
        ("[ # open\n]", "[]"),
        ("[\"]\", ']', \"#\"]", "[\"]\", \"]\", \"#\"]"),
        ("[[[[]]]]", "[[[[]]]]"),
        ("{}", "{}"), ("{ }", "{}"), ("{a = 1}", "{a: 1}"),
        ("{ a = 1, b = \"x\" }", "{a: 1, b: \"x\"}"),
        ("{a.b = 1, a.c = 2}", "{a: {b: 1, c: 2}}"),
        ("{ \"quoted key\" = 1, 'x' = 2 }", "{quoted key: 1, x: 2}"),
        ("{a = {b = {c = 1}}}", "{a: {b: {c: 1}}}"),
        ("{a = [\n1,\n2\n], b = 3}", "{a: [1, 2], b: 3}"),
        ("{a = '''x\ny'''}", "{a: \"x\\ny\"}"),
        ("[{x = 1}, {x = 2}]", "[{x: 1}, {x: 2}]"),
    ]

    static let tables: [Case] = [
        ("[table]", "{table: {}}"),
        ("[t]\na = 1\n[u]\na = 2", "{t: {a: 1}, u: {a: 2}}"),
        ("[dog.\"tater.man\"]\ntype.name = \"pug\"", "{dog: {tater.man: {type: {name: \"pug\"}}}}"),
        ("[ g . h . 'i' ] # c\nx = 1", "{g: {h: {i: {x: 1}}}}"),
        ("[x.y.z.w]\n[x]\na = 1", "{x: {y: {z: {w: {}}}, a: 1}}"),
        ("[a.b]\n[a]\n[a.c]", "{a: {b: {}, c: {}}}"),
        ("[fruit.apple]\n[animal]\n[fruit.orange]", "{fruit: {apple: {}, orange: {}}, animal: {}}"),
        ("a = 1\n[b]\na = 2", "{a: 1, b: {a: 2}}"),
        ("apple.type = 1\n[apple.taste]\nsweet = 2", "{apple: {type: 1, taste: {sweet: 2}}}"),
        (
            "[fruit]\napple.color = 1\n[fruit.apple.texture]\nsmooth = 2",
            "{fruit: {apple: {color: 1, texture: {smooth: 2}}}}"
        ),
        ("[a.b.c]\nx = 1\n[a]\nd.e = 2", "{a: {b: {c: {x: 1}}, d: {e: 2}}}"),
        ("[[p]]\nn = 1\n[[p]]\n[[p]]\nn = 3", "{p: [{n: 1}, {}, {n: 3}]}"),
        (
            "[[f]]\n[f.physical]\nc = 1\n[[f.v]]\nn = 2\n[[f.v]]\nn = 3\n[[f]]\n[[f.v]]\nn = 4",
            "{f: [{physical: {c: 1}, v: [{n: 2}, {n: 3}]}, {v: [{n: 4}]}]}"
        ),
        ("[[a.b]]\nx = 1\n[a]\ny = 2", "{a: {b: [{x: 1}], y: 2}}"),
        ("[[a]]\nb.c = 1\n[[a]]\nb.c = 2", "{a: [{b: {c: 1}}, {b: {c: 2}}]}"),
        ("[[a]]\n[a.b]\n[[a]]\n[a.b]", "{a: [{b: {}}, {b: {}}]}"),
        ("[\"\"]\nx = 1", "{: {x: 1}}"),
        ("[a]\n[a.b]\n", "{a: {b: {}}}"),
        ("[[ a . 'b' ]]\nx=1", "{a: {b: [{x: 1}]}}"),
    ]
}
