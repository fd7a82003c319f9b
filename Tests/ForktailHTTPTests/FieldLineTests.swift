import Testing

@testable import ForktailHTTP

/// RFC 9112 section 5 and RFC 9110 section 5: field lines.
struct FieldLineTests {
    @Test(arguments: [
        // line, name, value: RFC 9110 sections 5.1, 5.5 and 5.6.3
        ("Accept: text/html", "Accept", "text/html"),
        ("Accept:text/html", "Accept", "text/html"),
        ("Accept: \t text/html \t ", "Accept", "text/html"),
        ("Accept:", "Accept", ""),
        ("Accept: ", "Accept", ""),
        ("Accept: \t\t", "Accept", ""),
        ("X: a\tb  c", "X", "a\tb  c"),
        ("X: a:b:c", "X", "a:b:c"),
        ("X: \"quoted, \\\" string\"", "X", "\"quoted, \\\" string\""),
        ("!#$%&'*+-.^`|~09azAZ: x", "!#$%&'*+-.^`|~09azAZ", "x"),
        ("X: caf\u{e9}", "X", "caf\u{e9}"),
        ("X: ~!@#$%^&*()_+{}|:<>?[]\\;',./", "X", "~!@#$%^&*()_+{}|:<>?[]\\;',./"),
        ("X: 0123456789abcdef0123456789abcdef", "X", "0123456789abcdef0123456789abcdef"),
        ("X: 0123456\t9abcdef", "X", "0123456\t9abcdef"),
    ])
    func acceptsLine(_ line: String, name: String, value: String) throws {
        let head = try #require(outcome(of: request(line)).head)
        #expect(head.fields == ["Host: a", "\(name): \(value)"])
    }

    @Test(arguments: [
        // RFC 9112 section 5.1: no white space before the colon
        ("Accept : x", RequestFault.spaceInFieldName),
        ("Accept\t: x", .spaceInFieldName),
        ("Ac cept: x", .spaceInFieldName),
        // RFC 9112 section 5.2: no folding
        (" Accept: x", .foldedLine),
        ("\tAccept: x", .foldedLine),
        ("Accept: x\r\n y", .foldedLine),
        ("Accept: x\r\n\ty", .foldedLine),
        ("Accept: x\r\n ", .foldedLine),
        // RFC 9110 section 5.1: a token
        (": x", .malformedFieldName),
        ("Ac(cept: x", .malformedFieldName),
        ("Ac\u{0}cept: x", .malformedFieldName),
        ("Ac\u{7f}cept: x", .malformedFieldName),
        ("Acc\u{e9}pt: x", .malformedFieldName),
        ("[X]: x", .malformedFieldName),
        ("\"X\": x", .malformedFieldName),
        ("Accept", .missingColon),
        ("Accept\r\nX: y", .missingColon),
        // RFC 9110 section 5.5: no control bytes
        ("X: a\u{0}b", .malformedFieldValue),
        ("X: a\u{1}b", .malformedFieldValue),
        ("X: a\u{8}b", .malformedFieldValue),
        ("X: a\u{b}b", .malformedFieldValue),
        ("X: a\u{c}b", .malformedFieldValue),
        ("X: a\u{1b}b", .malformedFieldValue),
        ("X: a\u{1f}b", .malformedFieldValue),
        ("X: a\u{7f}b", .malformedFieldValue),
        ("X: \u{0}", .malformedFieldValue),
        ("X: abcdefghijklm\u{7f}", .malformedFieldValue),
        // RFC 9112 section 2.2: no bare CR or LF
        ("X: a\rb", .bareCarriageReturn),
        ("X: a\r\rb", .bareCarriageReturn),
        ("X: a\r", .bareCarriageReturn),
        ("X: a\nY: b", .bareLineFeed),
        ("X\n: b", .bareLineFeed),
        ("X: a\n", .bareLineFeed),
        ("\rX: a", .bareCarriageReturn),
        ("\nX: a", .bareLineFeed),
    ])
    func refusesLine(_ line: String, fault: RequestFault) {
        #expect(outcome(of: request(line)) == .refused(fault))
        #expect(fault.status == .badRequest)
    }

    @Test(arguments: 0...255)
    func knowsEveryByteOfAValue(_ byte: Int) {
        let bytes =
            Array("GET / HTTP/1.0\r\nX: abc".utf8) + [UInt8(byte)] + Array("def\r\n\r\n".utf8)
        let isAllowed = byte == 9 || (0x20...0x7e).contains(byte) || byte >= 0x80
        #expect((outcome(of: bytes).head != nil) == isAllowed)
    }

    @Test(arguments: 0...255)
    func knowsEveryByteOfAName(_ byte: Int) {
        let bytes = Array("GET / HTTP/1.0\r\nab".utf8) + [UInt8(byte)] + Array("c: x\r\n\r\n".utf8)
        let others = "!#$%&'*+-.^_`|~:".utf8
        let character = UInt8(byte)
        let isAllowed = Unicode.Scalar(character).properties.isAlphabetic && byte < 0x80
        #expect(
            (outcome(of: bytes).head != nil)
                == (isAllowed || character.isDigit || others.contains(character))
        )
    }

    @Test func keepsOrderAndRepetitions() throws {
        let head = try #require(outcome(of: request("B: 1", "A: 2", "b: 3")).head)
        #expect(head.fields == ["Host: a", "B: 1", "A: 2", "b: 3"])
    }

    @Test(arguments: ["X_Real_IP: 1", "_: 1", "Content_Length: 5", "a_: 1", "__a__b: 1"])
    func marksUnderscores(_ line: String) throws {
        let bytes = Array(request(line, "Plain: 1").utf8)
        var head = RequestHead()
        var parser = RequestHeadParser(limits: RequestLimits())
        #expect(try parser.parse(bytes.span, into: &head))
        #expect(head.fields.map(\.hasUnderscore) == [false, true, false])
        #expect(head.framing == .none)
        #expect(outcome(of: bytes, headerMap: .refuse) == .refused(.underscoreInFieldName))
    }
}
