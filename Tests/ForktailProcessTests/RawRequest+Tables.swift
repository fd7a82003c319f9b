extension RawRequest {
    /// The requests, by what they are about.
    static let tables = [
        "request line": requestLines, "fields": fields, "framing": framings, "bodies": bodies,
        "chunks": chunks, "connection": connections,
    ]

    private static let ok = "Host: a\r\nConnection: close\r\n"

    /// A request that the application answers, with the statuses of all answers.
    private static func accepted(
        _ name: String,
        _ pieces: String...,
        request: String,
        ends: Bool = false,
        _ statuses: Int...
    ) -> RawRequest {
        RawRequest(
            name: name,
            pieces: pieces,
            endsSending: ends,
            statuses: statuses,
            requests: [request]
        )
    }

    /// A request that the server refuses.
    private static func refused(
        _ name: String,
        _ text: String,
        request: String = "GET / HTTP/1.1",
        ends: Bool = false,
        _ status: Int,
        _ reason: String,
        shown: String? = nil
    ) -> RawRequest {
        RawRequest(
            name: name,
            pieces: [text],
            endsSending: ends,
            statuses: [status],
            requests: [request],
            refusal: Refusal(reason: reason, plain: shown)
        )
    }

    private static let requestLines = [
        accepted("the least", "GET / HTTP/1.1\r\n\(ok)\r\n", request: "GET / HTTP/1.1", 200),
        accepted("HTTP/1.0", "GET /old HTTP/1.0\r\n\r\n", request: "GET /old HTTP/1.0", 200),
        accepted("HEAD", "HEAD /h HTTP/1.1\r\n\(ok)\r\n", request: "HEAD /h HTTP/1.1", 200),
        accepted(
            "absolute-form",
            "GET http://a/b?c HTTP/1.1\r\n\(ok)\r\n",
            request: "GET http://a/b?c HTTP/1.1",
            200
        ),
        accepted(
            "OPTIONS *",
            "OPTIONS * HTTP/1.1\r\n\(ok)\r\n",
            request: "OPTIONS * HTTP/1.1",
            200
        ),
        accepted(
            "CONNECT",
            "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nConnection: close\r\n\r\n",
            request: "CONNECT a:80 HTTP/1.1",
            501
        ),
        accepted(
            "an empty line before",
            "\r\nGET / HTTP/1.1\r\n\(ok)\r\n",
            request: "GET / HTTP/1.1",
            200
        ),
        accepted(
            "an unknown method",
            "BREW /pot HTTP/1.1\r\n\(ok)\r\n",
            request: "BREW /pot HTTP/1.1",
            200
        ),
        accepted(
            "the head in two pieces",
            "GET /two HTT",
            "P/1.1\r\n\(ok)\r\n",
            request: "GET /two HTTP/1.1",
            200
        ),
        accepted(
            "cut between CR and LF",
            "GET /two HTTP/1.1\r\n\(ok)\r",
            "\n",
            request: "GET /two HTTP/1.1",
            200
        ),
        refused(
            "two empty lines before",
            "\r\n\r\nGET / HTTP/1.1\r\n\(ok)\r\n",
            request: "-",
            400,
            "more than one empty line before the request line (RFC 9112 section 2.2)"
        ),
        refused(
            "no version",
            "GET /\r\n\r\n",
            request: "-",
            400,
            "an HTTP/0.9 request, without a version: GET / (RFC 9112 section 3)",
            shown: "an HTTP/0.9 request, without a version"
        ),
        refused(
            "another version",
            "GET / HTTP/3.0\r\n\(ok)\r\n",
            request: "-",
            505,
            "an HTTP version other than 1.x: GET / HTTP/3.0 (RFC 9110 section 15.6.6)",
            shown: "an HTTP version other than 1.x"
        ),
        refused(
            "a malformed version",
            "GET / HTTP/1.1x\r\n\(ok)\r\n",
            request: "-",
            400,
            "a malformed HTTP version: GET / HTTP/1.1x (RFC 9112 section 2.3)",
            shown: "a malformed HTTP version"
        ),
        refused(
            "a malformed escape",
            "GET /%zz HTTP/1.1\r\n\(ok)\r\n",
            request: "GET /%zz HTTP/1.1",
            400,
            "a malformed path in the request target (RFC 3986 section 3.3)"
        ),
        refused(
            "a method that is no token",
            "G@T / HTTP/1.1\r\n\(ok)\r\n",
            request: "-",
            400,
            "a malformed method: G@T / HTTP/1.1 (RFC 9110 section 9.1)",
            shown: "a malformed method"
        ),
        refused(
            "* with GET",
            "GET * HTTP/1.1\r\n\(ok)\r\n",
            request: "GET * HTTP/1.1",
            400,
            "the target * with a method other than OPTIONS (RFC 9112 section 3.2.4)"
        ),
        refused(
            "a line that is too long",
            "GET /\(String(repeating: "x", count: 500)) HTTP/1.1\r\n\(ok)\r\n",
            request: "-",
            414,
            "a request line of 514 bytes, limit_request_line allows 400: GET /"
                + String(repeating: "x", count: 95) + "… (RFC 9112 section 3)",
            shown: "a request line longer than limit_request_line"
        ),
        refused(
            "LF alone",
            "GET / HTTP/1.1\nHost: a\n\n",
            request: "-",
            400,
            "a line that ends in LF without CR (RFC 9112 section 2.2)"
        ),
        refused(
            "HTTP/2",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            request: "-",
            505,
            "an HTTP/2 connection preface; this server speaks HTTP/1.1 (RFC 9113 section 3.4)"
        ),
        RawRequest(
            name: "TLS",
            pieces: ["\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"],
            statuses: [],
            requests: [],
            refusal: Refusal(
                reason: "a TLS ClientHello on a port that speaks plain HTTP "
                    + "(RFC 8446 section 4.1.2)"
            )
        ),
    ]

    private static let fields = [
        refused(
            "no Host",
            "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            400,
            "no Host field (RFC 9112 section 3.2)"
        ),
        refused(
            "two Hosts",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
            400,
            "more than one Host field (RFC 9112 section 3.2)"
        ),
        refused(
            "a malformed Host",
            "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
            400,
            "a malformed Host field (RFC 9112 section 3.2)"
        ),
        refused(
            "a space before the colon",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            400,
            "white space, not a colon, behind a field name: Host  (RFC 9112 section 5.1)",
            shown: "white space, not a colon, behind a field name"
        ),
        refused(
            "a folded line",
            "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
            400,
            "a folded field line (RFC 9112 section 5.2)"
        ),
        refused(
            "no colon",
            "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n",
            400,
            "a field line without a colon (RFC 9112 section 5)"
        ),
        refused(
            "NUL in a value",
            "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{0}c\r\n\r\n",
            400,
            "a control byte in a field value: X (RFC 9110 section 5.5)",
            shown: "a control byte in a field value"
        ),
        refused(
            "a field that is too long",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 300))\r\n\r\n",
            431,
            "the field X has 303 bytes, limit_request_field_size allows 200 (RFC 6585 section 5)",
            shown: "a field line longer than limit_request_field_size"
        ),
        refused(
            "too many fields",
            "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 20))\r\n",
            431,
            "more than 10 fields (limit_request_fields) (RFC 6585 section 5)",
            shown: "more fields than limit_request_fields"
        ),
        refused(
            "an unknown expectation",
            "GET / HTTP/1.1\r\n\(ok)Expect: miracles\r\n\r\n",
            417,
            "an expectation other than 100-continue (RFC 9110 section 10.1.1)"
        ),
        refused(
            "the end amid the head",
            "GET / HTTP/1.1\r\nHos",
            ends: true,
            400,
            "the client ended its side in the middle of the request head"
        ),
        refused(
            "the end amid the request line",
            "GET /a",
            request: "-",
            ends: true,
            400,
            "the client ended its side in the middle of the request head"
        ),
    ]

    private static let post = "POST / HTTP/1.1\r\n\(ok)"

    private static func refusedPost(
        _ name: String,
        _ lines: String,
        _ status: Int,
        _ reason: String,
        shown: String? = nil
    ) -> RawRequest {
        let text = "\(post)\(lines)"
        return refused(name, text, request: "POST / HTTP/1.1", status, reason, shown: shown)
    }

    private static let framings = [
        refusedPost(
            "Transfer-Encoding and Content-Length",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            400,
            "both Transfer-Encoding and Content-Length (RFC 9112 section 6.3)"
        ),
        refusedPost(
            "an unknown coding",
            "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            501,
            "a transfer coding other than chunked (RFC 9112 section 6.1)"
        ),
        refusedPost(
            "chunked twice",
            "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            400,
            "the chunked coding more than once (RFC 9112 section 6.1)"
        ),
        refusedPost(
            "a signed length",
            "Content-Length: +5\r\n\r\nhello",
            400,
            "a malformed Content-Length (RFC 9110 section 8.6)"
        ),
        refusedPost(
            "two lengths",
            "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            400,
            "more than one Content-Length (RFC 9112 section 6.3)"
        ),
        refusedPost(
            "a length of 80 bits",
            "Content-Length: 999999999999999999999999\r\n\r\nhello",
            400,
            "a Content-Length beyond 64 bits (RFC 9110 section 8.6)"
        ),
        refusedPost(
            "a length above the limit",
            "Content-Length: 5000\r\n\r\nhello",
            413,
            "a body of 5,000 bytes, limit_request_body allows 1,000 (RFC 9110 section 15.5.14)",
            shown: "a body larger than limit_request_body"
        ),
        refusedPost(
            "a length above the limit, and 100-continue",
            "Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n",
            413,
            "a body of 5,000 bytes, limit_request_body allows 1,000 (RFC 9110 section 15.5.14)",
            shown: "a body larger than limit_request_body"
        ),
        refused(
            "chunks in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            request: "POST / HTTP/1.0",
            400,
            "Transfer-Encoding in an HTTP/1.0 request (RFC 9112 section 6.1)"
        ),
    ]

    private static func acceptedPost(
        _ name: String,
        _ pieces: String...,
        statuses: [Int] = [200]
    ) -> RawRequest {
        RawRequest(
            name: name,
            pieces: ["\(post)\(pieces[0])"] + pieces.dropFirst(),
            statuses: statuses,
            requests: ["POST / HTTP/1.1"]
        )
    }

    /// A body whose end is missing.
    private static func cut(_ name: String, _ lines: String) -> RawRequest {
        RawRequest(
            name: name,
            pieces: ["\(post)\(lines)"],
            endsSending: true,
            statuses: [400],
            requests: ["POST / HTTP/1.1"],
            refusal: Refusal(reason: "the client closed before the end of the body")
        )
    }

    private static let bodies = [
        acceptedPost("a body", "Content-Length: 5\r\n\r\nhello"),
        acceptedPost("no body", "Content-Length: 0\r\n\r\n"),
        acceptedPost("a body in two pieces", "Content-Length: 5\r\n\r\nhe", "llo"),
        acceptedPost("a slow body", "Content-Length: 5\r\n\r\n", "h", "e", "l", "lo"),
        RawRequest(
            name: "100-continue in HTTP/1.0",
            pieces: [
                "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", "hello",
            ],
            statuses: [200],
            requests: ["POST / HTTP/1.0"]
        ),
        acceptedPost("bytes behind the body", "Content-Length: 5\r\n\r\nhelloworld"),
        acceptedPost(
            "100-continue",
            "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
            "hello",
            statuses: [100, 200]
        ),
        acceptedPost(
            "100-continue and chunks",
            "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            statuses: [100, 200]
        ),
        cut("the end amid the body", "Content-Length: 5\r\n\r\nhe"),
        cut("the end before the body", "Content-Length: 5\r\n\r\n"),
        cut("the end amid a chunk", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"),
        cut("the end before the last chunk", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    ]

    private static let chunked = "Transfer-Encoding: chunked\r\n\r\n"

    private static let chunks = [
        acceptedPost("chunks", "\(chunked)5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"),
        acceptedPost("an extension", "\(chunked)5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n"),
        acceptedPost(
            "a trailer that is dropped",
            "\(chunked)5\r\nhello\r\n0\r\nVary: a\r\nTE: b\r\n\r\n"
        ),
        acceptedPost("a trailer", "\(chunked)5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"),
        acceptedPost("a chunk in two pieces", "\(chunked)5\r", "\nhel", "lo\r\n0\r\n\r\n"),
        refusedPost(
            "a malformed size",
            "\(chunked)xyz\r\n",
            400,
            "a malformed chunk size (RFC 9112 section 7.1)"
        ),
        refusedPost(
            "a size with 0x",
            "\(chunked)0x5\r\nhello\r\n0\r\n\r\n",
            400,
            "a malformed chunk size (RFC 9112 section 7.1)"
        ),
        refusedPost(
            "a size of 80 bits",
            "\(chunked)fffffffffffffffffff\r\nhello\r\n",
            400,
            "a chunk size beyond 64 bits (RFC 9112 section 7.1)"
        ),
        refusedPost(
            "a malformed extension",
            "\(chunked)5 x\r\nhello\r\n0\r\n\r\n",
            400,
            "a malformed chunk extension (RFC 9112 section 7.1.1)"
        ),
        refusedPost(
            "an extension that is too long",
            "\(chunked)5;a=\(String(repeating: "x", count: 300))\r\nhello\r\n0\r\n\r\n",
            400,
            "chunk extensions longer than limit_request_field_size (RFC 9112 section 7.1.1)"
        ),
        refusedPost(
            "a chunk that is longer than its size",
            "\(chunked)4\r\nhello\r\n0\r\n\r\n",
            400,
            "a chunk without CRLF at its end (RFC 9112 section 7.1)"
        ),
        refusedPost(
            "LF alone behind a size",
            "\(chunked)5\nhello\r\n0\r\n\r\n",
            400,
            "a line that ends in LF without CR (RFC 9112 section 2.2)"
        ),
        refusedPost(
            "chunks above the limit",
            "\(chunked)400\r\n\(String(repeating: "x", count: 1024))\r\n0\r\n\r\n",
            413,
            "a body larger than limit_request_body (RFC 9110 section 15.5.14)"
        ),
        refusedPost(
            "a trailer that must not be one",
            "\(chunked)5\r\nhello\r\n0\r\nHost: b\r\n\r\n",
            400,
            "a field for framing or routing in the trailer (RFC 9110 section 6.5.1)"
        ),
        refusedPost(
            "a trailer with a space before the colon",
            "\(chunked)0\r\nX : 1\r\n\r\n",
            400,
            "white space, not a colon, behind a field name (RFC 9112 section 5.1)"
        ),
        refusedPost(
            "a trailer that is too long",
            "\(chunked)0\r\nX: \(String(repeating: "x", count: 300))\r\n\r\n",
            431,
            "a field line longer than limit_request_field_size (RFC 6585 section 5)"
        ),
    ]

    private static let connections = [
        RawRequest(
            name: "nothing, and the end",
            pieces: [],
            endsSending: true,
            statuses: [],
            requests: []
        ),
        RawRequest(
            name: "two requests at once",
            pieces: ["GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"],
            endsSending: true,
            statuses: [200, 200],
            requests: ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"]
        ),
        RawRequest(
            name: "a request behind the last one",
            pieces: ["GET /1 HTTP/1.1\r\n\(ok)\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"],
            statuses: [200],
            requests: ["GET /1 HTTP/1.1"]
        ),
        RawRequest(
            name: "a request behind a body",
            pieces: [
                "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                    + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
            ],
            endsSending: true,
            statuses: [200, 200],
            requests: ["POST /1 HTTP/1.1", "GET /2 HTTP/1.1"]
        ),
        RawRequest(
            name: "nonsense behind a request",
            pieces: ["GET /1 HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n"],
            statuses: [200, 400],
            requests: ["GET /1 HTTP/1.1", "-"],
            refusal: Refusal(
                reason: "a malformed method: nonsense (RFC 9110 section 9.1)",
                plain: "a malformed method"
            )
        ),
    ]
}
