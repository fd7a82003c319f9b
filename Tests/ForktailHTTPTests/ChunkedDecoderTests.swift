import ForktailTestSupport
import Testing

@testable import ForktailHTTP

/// RFC 9112 section 7.1: taking the chunked coding off.
struct ChunkedDecoderTests {
    /// Decodes `text` whole, byte by byte and cut at random, and checks that all say the same.
    static func outcome(
        of text: String,
        limits: RequestLimits = RequestLimits()
    ) -> ChunkedOutcome {
        let bytes = Array(text.utf8)
        let whole = decodeChunks(bytes, limits: limits)
        #expect(decodeChunks(bytes, cuts: 0..<bytes.count, limits: limits) == whole)
        #expect(decodeChunks(bytes, maximum: 1, limits: limits) == whole)
        var generator = SeededGenerator()
        for _ in 0..<4 {
            let cuts = generator.cuts(of: bytes.count)
            let maximum = Int.random(in: 1...9, using: &generator)
            let parts = decodeChunks(bytes, cuts: cuts, maximum: maximum, limits: limits)
            #expect(parts == whole, "cut at \(cuts), \(maximum) a time, \(Seed.note)")
        }
        return whole
    }

    @Test(arguments: [
        ("0\r\n\r\n", "", []),
        ("000\r\n\r\n", "", []),
        ("5\r\nhello\r\n0\r\n\r\n", "hello", []),
        ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", []),
        ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789", []),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789", []),
        ("0000000000000000000000005\r\nhello\r\n0\r\n\r\n", "hello", []),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", []),
        // section 7.1.1: extensions
        ("5;a\r\nhello\r\n0;b\r\n\r\n", "hello", []),
        ("5;a=b\r\nhello\r\n0\r\n\r\n", "hello", []),
        ("5;a=b;c;d=\"e\"\r\nhello\r\n0\r\n\r\n", "hello", []),
        ("5 ; a = b ; c\r\nhello\r\n0\r\n\r\n", "hello", []),
        ("5\t;a\r\nhello\r\n0\r\n\r\n", "hello", []),
        ("5;a=\"\\\"; \\\\ \t\"\r\nhello\r\n0\r\n\r\n", "hello", []),
        ("5;a=\"\"\r\nhello\r\n0\r\n\r\n", "hello", []),
        // section 7.1.2: trailers
        ("0\r\nX: 1\r\n\r\n", "", ["X: 1"]),
        (
            "1\r\na\r\n0\r\nX:  1 \r\nETag: \"y\"\r\nX: 2\r\n\r\n", "a",
            ["X: 1", "ETag: \"y\"", "X: 2"]
        ),
        ("0\r\nX_Y: 1\r\nZ: 2\r\n\r\n", "", ["Z: 2"]),
    ])
    func decodes(_ text: String, body: String, trailers: [String]) {
        let complete = ChunkedOutcome.complete(
            body: body,
            trailers: trailers,
            consumed: text.utf8.count
        )
        #expect(Self.outcome(of: text) == complete)
        #expect(Self.outcome(of: text + "GET / HTTP/1.1\r\n\r\n") == complete)
    }

    @Test(arguments: [
        ("", ""), ("5", ""), ("5\r", ""), ("5\r\n", ""), ("5\r\nhel", "hel"),
        ("5\r\nhello", "hello"), ("5\r\nhello\r\n", "hello"), ("5\r\nhello\r\n0\r\n", "hello"),
        ("0\r\n\r", ""), ("0\r\nX: 1\r\n", ""), ("5;a=\"", ""),
    ])
    func waitsForMore(_ text: String, body: String) {
        #expect(Self.outcome(of: text) == .incomplete(body: body))
    }

    @Test(arguments: [
        // section 7.1: 1*HEXDIG and CRLF
        ("\r\n", RequestFault.malformedChunkSize),
        ("g\r\n", .malformedChunkSize),
        ("0x5\r\n", .malformedChunkSize),
        ("+5\r\n", .malformedChunkSize),
        ("-5\r\n", .malformedChunkSize),
        (" 5\r\n", .malformedChunkSize),
        ("1_0\r\n", .malformedChunkSize),
        ("5,\r\n", .malformedChunkSize),
        ("5.0\r\n", .malformedChunkSize),
        ("5\u{0}\r\n", .malformedChunkSize),
        (";a\r\n", .malformedChunkSize),
        ("\n", .bareLineFeed),
        ("5\nhello\r\n", .bareLineFeed),
        ("5\r5\r\n", .bareCarriageReturn),
        ("5;a\nhello", .bareLineFeed),
        ("5;a=\"\n", .bareLineFeed),
        ("5;a\rb\r\n", .bareCarriageReturn),
        ("10000000000000000\r\n", .chunkSizeOverflow),
        ("fffffffffffffffff\r\n", .chunkSizeOverflow),
        ("ffffffffffffffff\r\n", .bodyTooLarge),
        ("5\r\nhello0\r\n", .missingChunkEnd),
        ("5\r\nhello\n0\r\n", .missingChunkEnd),
        ("5\r\nhello\rx", .missingChunkEnd),
        ("5\r\nhelloworld\r\n", .missingChunkEnd),
        ("0\r\n0\r\n\r\n", .missingColon),
        // section 7.1.1
        ("5 \r\nhello", .malformedChunkExtension),
        ("5 5\r\n", .malformedChunkExtension),
        ("5;\r\n", .malformedChunkExtension),
        ("5;;a\r\n", .malformedChunkExtension),
        ("5;=b\r\n", .malformedChunkExtension),
        ("5;a=\r\n", .malformedChunkExtension),
        ("5;a=b=c\r\n", .malformedChunkExtension),
        ("5;a b\r\n", .malformedChunkExtension),
        ("5;a \r\n", .malformedChunkExtension),
        ("5;a=\"b\"c\r\n", .malformedChunkExtension),
        ("5;a=\"b\r\n", .malformedChunkExtension),
        ("5;a=\"\u{0}\"\r\n", .malformedChunkExtension),
        ("5;a=\"\\\u{1}\"\r\n", .malformedChunkExtension),
        ("5;a=(b)\r\n", .malformedChunkExtension),
        ("5;\"a\"\r\n", .malformedChunkExtension),
        // section 7.1.2 and 5: the trailer section
        ("0\r\nX : 1\r\n\r\n", .spaceInFieldName),
        ("0\r\n X: 1\r\n\r\n", .foldedLine),
        ("0\r\nX: 1\r\n y\r\n\r\n", .foldedLine),
        ("0\r\nX: \u{0}\r\n\r\n", .malformedFieldValue),
        ("0\r\nX: 1\n\r\n", .bareLineFeed),
        ("0\r\n\n", .bareLineFeed),
        ("0\r\n\rX\n", .bareCarriageReturn),
        ("0\r\nX: 1\r\r\n", .bareCarriageReturn),
        // RFC 9110 section 6.5.1
        ("0\r\nContent-Length: 5\r\n\r\n", .forbiddenTrailer),
        ("0\r\ntransfer-encoding: chunked\r\n\r\n", .forbiddenTrailer),
        ("0\r\nHost: a\r\n\r\n", .forbiddenTrailer),
    ])
    func refuses(_ text: String, fault: RequestFault) {
        #expect(Self.outcome(of: text) == .refused(fault))
    }

    /// RFC 9110 section 6.5.1: they are dropped, and the others kept apart from the head's.
    @Test(arguments: TrailerSection.forbidden.map(\.rawName).sorted() + ["a_b"])
    func dropsWhatIsNoTrailer(_ name: String) {
        let isRefused = ["Content-Length", "Host", "Transfer-Encoding"].contains(name)
        let text = "0\r\nVary: a\r\n\(name): x\r\nX: 1\r\n\r\n"
        let kept = ChunkedOutcome.complete(
            body: "",
            trailers: ["Vary: a", "X: 1"],
            consumed: text.utf8.count
        )
        #expect(Self.outcome(of: text) == (isRefused ? .refused(.forbiddenTrailer) : kept))
    }

    @Test(arguments: [
        ("8\r\n12345678\r\n0\r\n\r\n", RequestFault?.none),
        ("9\r\n", .bodyTooLarge),
        ("4\r\n1234\r\n5\r\n", .bodyTooLarge),
        ("4\r\n1234\r\nffffffffffffffff\r\n", .bodyTooLarge),
        ("0\r\na: 1\r\nb: 2\r\n\r\n", nil),
        ("0\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n", .tooManyFields),
        ("0\r\na_a: 1\r\nte: 2\r\nc: 3\r\n\r\n", .tooManyFields),
        ("0\r\na: 34567890123456\r\n\r\n", nil),
        ("0\r\na: 345678901234567\r\n\r\n", .fieldTooLong),
        ("0\r\na: 34567890123456789012345", .fieldTooLong),
        ("1;1234567890123456\r\na\r\n0\r\n\r\n", .chunkLineTooLong),
        ("1;1234567890\r\na\r\n0\r\n\r\n", nil),
        ("1;123456\r\na\r\n1;123456\r\na\r\n0\r\n\r\n", nil),
        ("1;123456\r\na\r\n1;1234567\r\na\r\n1;12\r\na\r\n0\r\n\r\n", .chunkLineTooLong),
        ("000000000000000001\r\n", .chunkLineTooLong),
    ])
    func keepsLimits(_ text: String, fault: RequestFault?) {
        let limits = RequestLimits(fields: 2, fieldSize: 17, body: 8)
        let outcome = Self.outcome(of: text, limits: limits)
        if let fault {
            #expect(outcome == .refused(fault))
        } else {
            guard case .complete = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test func decodesWhatTheEncoderWrote() {
        for round in 0..<1000 {
            var generator = SeededGenerator(seed: Seed.current &+ UInt64(round))
            var coded: [UInt8] = []
            var body = ""
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                let count = Int.random(in: 0...300, using: &generator)
                let chunk = String(repeating: "x", count: count)
                ChunkedEncoder.appendChunk(of: Array(chunk.utf8), into: &coded)
                body += chunk
            }
            ChunkedEncoder.appendEnd(trailers: [.eTag: "\"a\""], into: &coded)
            let expected = ChunkedOutcome.complete(
                body: body,
                trailers: ["ETag: \"a\""],
                consumed: coded.count
            )
            let cuts = generator.cuts(of: coded.count)
            #expect(decodeChunks(coded, cuts: cuts) == expected, "round \(round), \(Seed.note)")
        }
    }

    @Test func saysTheSameOfMutantsHoweverTheyAreCut() {
        let text = "5;a=\"b\"\r\nhello\r\n0a \t;c\r\n0123456789\r\n0\r\nX: 1\r\nY: 2\r\n\r\n"
        for round in 0..<5000 {
            var generator = RequestGenerator(seed: Seed.current &+ UInt64(round))
            let mutant = generator.mutate(Array(text.utf8))
            let whole = decodeChunks(mutant)
            let bytewise = decodeChunks(mutant, cuts: 0..<mutant.count)
            #expect(bytewise == whole, "round \(round), \(Seed.note)")
        }
    }
}
