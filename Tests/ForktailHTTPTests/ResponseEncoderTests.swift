import Testing

@_spi(inlined) @testable import ForktailHTTP

/// RFC 9112 sections 4 to 6: what a response looks like on the wire.
struct ResponseEncoderTests {
    static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    /// The lines of an encoded head and what to do with its body.
    static func encode(
        _ response: Response,
        isHead: Bool = false,
        minorVersion: Int = 1,
        persists: Bool = true,
        encoder: ResponseEncoder = ResponseEncoder()
    ) -> (lines: [String], transfer: BodyTransfer) {
        let context = ResponseContext(
            isHead: isHead,
            minorVersion: minorVersion,
            persists: persists
        )
        var output = ByteBuffer()
        output.append("earlier")
        encoder.date = Array(date.utf8)
        let transfer = encoder.encodeHead(response, for: context, into: &output)
        let text = String(decoding: output.array, as: UTF8.self)
        #expect(text.hasPrefix("earlierHTTP/1.1 "))
        #expect(text.hasSuffix("\r\n\r\n"))
        let lines = text.dropFirst(7).split(separator: "\r\n").map(String.init)
        return (lines, transfer)
    }

    static var stream: Response.Body { .stream(length: nil, next: { nil }) }
    static var sizedStream: Response.Body { .stream(length: 9, next: { nil }) }
    static var file: Response.Body {
        .file(FileRegion(descriptor: -1, owner: ResponseOwner(), offset: 4, length: 77))
    }
    final class ResponseOwner {}

    @Test func writesAPlainResponse() {
        let (lines, transfer) = Self.encode(Response(text: "Hello, World!\n"))
        #expect(
            lines == [
                "HTTP/1.1 200 OK", "Content-Type: text/plain; charset=utf-8", "Date: \(Self.date)",
                "Server: forktail", "Content-Length: 14",
            ]
        )
        #expect(transfer == .length(14))
    }

    /// The framing of one kind of response.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var make: @Sendable () -> Response
        var isHead = false
        var minorVersion = 1
        var persists = true
        var framing: [String]
        var transfer: BodyTransfer

        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "empty",
            make: { Response(status: .ok) },
            framing: ["Content-Length: 0"],
            transfer: .length(0)
        ),
        Case(
            name: "bytes, closing",
            make: { Response(text: "abc") },
            persists: false,
            framing: ["Content-Length: 3", "Connection: close"],
            transfer: .length(3)
        ),
        Case(
            name: "bytes, HTTP/1.0 closing",
            make: { Response(text: "abc") },
            minorVersion: 0,
            persists: false,
            framing: ["Content-Length: 3", "Connection: close"],
            transfer: .length(3)
        ),
        Case(
            name: "bytes, HTTP/1.0 persisting",
            make: { Response(text: "abc") },
            minorVersion: 0,
            framing: ["Content-Length: 3", "Connection: keep-alive"],
            transfer: .length(3)
        ),
        Case(
            name: "file",
            make: { Response(body: file) },
            framing: ["Content-Length: 77"],
            transfer: .length(77)
        ),
        Case(
            name: "stream of known length",
            make: { Response(body: sizedStream) },
            framing: ["Content-Length: 9"],
            transfer: .length(9)
        ),
        Case(
            name: "stream",
            make: { Response(body: stream) },
            framing: ["Transfer-Encoding: chunked"],
            transfer: .chunked
        ),
        Case(
            name: "stream, closing",
            make: { Response(body: stream) },
            persists: false,
            framing: ["Transfer-Encoding: chunked", "Connection: close"],
            transfer: .chunked
        ),
        Case(
            name: "stream, HTTP/1.0",
            make: { Response(body: stream) },
            minorVersion: 0,
            framing: ["Connection: close"],
            transfer: .untilClose
        ),
        Case(
            name: "HEAD of bytes",
            make: { Response(text: "abc") },
            isHead: true,
            framing: ["Content-Length: 3"],
            transfer: .none
        ),
        Case(
            name: "HEAD of file",
            make: { Response(body: file) },
            isHead: true,
            framing: ["Content-Length: 77"],
            transfer: .none
        ),
        Case(
            name: "HEAD of stream",
            make: { Response(body: stream) },
            isHead: true,
            framing: ["Transfer-Encoding: chunked"],
            transfer: .none
        ),
        Case(
            name: "HEAD of stream, HTTP/1.0 persisting",
            make: { Response(body: stream) },
            isHead: true,
            minorVersion: 0,
            framing: ["Connection: keep-alive"],
            transfer: .none
        ),
        Case(
            name: "HEAD with own length",
            make: { Response(fields: [.contentLength: "123"]) },
            isHead: true,
            framing: ["Content-Length: 123"],
            transfer: .none
        ),
        Case(
            name: "HEAD with own wrong length",
            make: { Response(fields: [.contentLength: "+1"]) },
            isHead: true,
            framing: ["Content-Length: 0"],
            transfer: .none
        ),
        Case(
            name: "HEAD of bytes with own length",
            make: { Response(fields: [.contentLength: "9"], body: .bytes([1])) },
            isHead: true,
            framing: ["Content-Length: 1"],
            transfer: .none
        ),
        Case(
            name: "own length",
            make: { Response(fields: [.contentLength: "9"], body: .bytes([1])) },
            framing: ["Content-Length: 1"],
            transfer: .length(1)
        ),
        Case(
            name: "own length of stream",
            make: { Response(fields: [.contentLength: "9"], body: stream) },
            framing: ["Transfer-Encoding: chunked"],
            transfer: .chunked
        ),
        Case(
            name: "204",
            make: { Response(status: .noContent, body: .bytes([1])) },
            framing: [],
            transfer: .none
        ),
        Case(
            name: "204 with own length",
            make: { Response(status: .noContent, fields: [.contentLength: "0"]) },
            framing: [],
            transfer: .none
        ),
        Case(
            name: "204, closing",
            make: { Response(status: .noContent) },
            persists: false,
            framing: ["Connection: close"],
            transfer: .none
        ),
        Case(
            name: "205",
            make: { Response(status: .resetContent, body: .bytes([1])) },
            framing: ["Content-Length: 0"],
            transfer: .none
        ),
        Case(
            name: "304",
            make: { Response(status: .notModified, body: .bytes([1])) },
            framing: [],
            transfer: .none
        ),
        Case(
            name: "304 with own length",
            make: { Response(status: .notModified, fields: [.contentLength: "5"]) },
            framing: ["Content-Length: 5"],
            transfer: .none
        ),
        Case(
            name: "304 of a stream, HTTP/1.0",
            make: { Response(status: .notModified, body: stream) },
            minorVersion: 0,
            framing: ["Connection: keep-alive"],
            transfer: .none
        ),
        Case(
            name: "404",
            make: { Response(text: "no", status: .notFound) },
            framing: ["Content-Length: 2"],
            transfer: .length(2)
        ),
    ]

    @Test(arguments: cases)
    func framesBody(_ example: Case) {
        let (lines, transfer) = Self.encode(
            example.make(),
            isHead: example.isHead,
            minorVersion: example.minorVersion,
            persists: example.persists
        )
        let framing = lines.filter { line in
            ["Content-Length", "Transfer-Encoding", "Connection"].contains { line.hasPrefix($0) }
        }
        #expect(framing == example.framing)
        #expect(transfer == example.transfer)
    }

    @Test(arguments: [
        "Connection", "keep-alive", "Transfer-Encoding", "TE", "TRAILER", "upgrade",
        "Proxy-Connection",
        "Content-Length",
    ])
    func dropsFieldsOfTheConnection(_ name: String) throws {
        let name = try #require(HTTPField.Name(name))
        let response = Response(fields: [name: "close, chunked, 5", .vary: "x"], body: .bytes([1]))
        let (lines, _) = Self.encode(response)
        #expect(
            lines.dropFirst() == [
                "Vary: x", "Date: \(Self.date)", "Server: forktail", "Content-Length: 1",
            ]
        )
    }

    @Test func keepsOwnDateAndServer() {
        let (lines, _) = Self.encode(Response(fields: [.server: "s", .date: "d"]))
        #expect(lines.dropFirst() == ["Server: s", "Date: d", "Content-Length: 0"])
    }

    @Test func keepsOrderAndRepetitions() {
        let fields: HTTPFields = [.setCookie: "a=1", .vary: "x", .setCookie: "b=2"]
        let (lines, _) = Self.encode(Response(fields: fields))
        #expect(lines[1...3] == ["Set-Cookie: a=1", "Vary: x", "Set-Cookie: b=2"])
    }

    @Test func writesNothingOfItsOwnIntoInterimResponses() {
        let (lines, transfer) = Self.encode(Response(status: .continue), persists: false)
        #expect(lines == ["HTTP/1.1 100 Continue"])
        #expect(transfer == .none)
    }

    @Test(arguments: [("", []), ("my/1 (x)", ["Server: my/1 (x)"]), ("a\r\nX: b", [])])
    func writesServer(_ server: String, lines: [String]) {
        let (head, _) = Self.encode(
            Response(status: .ok),
            encoder: ResponseEncoder(server: server)
        )
        #expect(head.filter { $0.hasPrefix("Server") } == lines)
        #expect(head.count == 3 + lines.count)
    }

    @Test func answersRefusedFieldWith500() {
        var response = Response(text: "secret")
        response.fields[.location] = "/x\r\nSet-Cookie: a=b"
        let (lines, transfer) = Self.encode(response)
        #expect(
            lines == [
                "HTTP/1.1 500 Internal Server Error", "Date: \(Self.date)", "Server: forktail",
                "Content-Length: 0",
            ]
        )
        #expect(transfer == .length(0))
    }

    @Test(arguments: [
        (0, ""), (1, "1\r\nx\r\n"), (9, "9\r\nxxxxxxxxx\r\n"), (10, "a\r\nxxxxxxxxxx\r\n"),
        (16, "10\r\nxxxxxxxxxxxxxxxx\r\n"),
    ])
    func writesChunk(_ count: Int, text: String) {
        var output: [UInt8] = []
        ChunkedEncoder.appendChunk(of: [UInt8](repeating: 0x78, count: count), into: &output)
        #expect(String(decoding: output, as: UTF8.self) == text)
    }

    @Test func writesTrailers() {
        var output: [UInt8] = []
        ChunkedEncoder.appendEnd(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "0\r\n\r\n")
        output = []
        ChunkedEncoder.appendEnd(trailers: [.eTag: "x", .vary: "y"], into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "0\r\nETag: x\r\nVary: y\r\n\r\n")
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 12_345, UInt64.max])
    func writesNumbers(_ number: UInt64) {
        var decimal: [UInt8] = []
        decimal.append(decimal: number)
        #expect(String(decoding: decimal, as: UTF8.self) == "\(number)")
        var hexadecimal: [UInt8] = []
        hexadecimal.append(hexadecimal: number)
        #expect(String(decoding: hexadecimal, as: UTF8.self) == String(number, radix: 16))
    }
}
