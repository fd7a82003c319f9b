import Testing

@testable import ForktailHTTP

/// RFC 9112 section 9.3 and RFC 9110 section 10.1.1: Connection and Expect.
struct ConnectionTests {
    @Test(arguments: [
        (1, [], true),
        (1, ["close"], false),
        (1, ["CLOSE"], false),
        (1, ["x, close"], false),
        (1, ["close, x"], false),
        (1, ["x", "close"], false),
        (1, ["keep-alive"], true),
        (1, ["keep-alive, close"], false),
        (1, ["close", "keep-alive"], false),
        (1, ["closed"], true),
        (1, ["x-close"], true),
        (1, [", ,\tclose ,"], false),
        (1, [""], true),
        (1, ["upgrade, HTTP2-Settings"], true),
        (0, [], false),
        (0, ["keep-alive"], true),
        (0, ["Keep-Alive"], true),
        (0, ["x, keep-alive"], true),
        (0, ["x", "keep-alive"], true),
        (0, ["keep-alive, close"], false),
        (0, ["keepalive"], false),
        (0, ["close"], false),
    ])
    func decidesPersistence(_ minor: Int, options: [String], persists: Bool) throws {
        let lines = options.map { "Connection: \($0)\r\n" }.joined()
        let text = "GET / HTTP/1.\(minor)\r\nHost: a\r\n\(lines)\r\n"
        let head = try #require(outcome(of: text).head)
        #expect(head.persists == persists)
    }

    @Test(arguments: [
        // minor version, lines, whether the client waits
        (1, "Expect: 100-continue\r\nContent-Length: 5", true),
        (1, "Expect: 100-CONTINUE\r\nTransfer-Encoding: chunked", true),
        (1, "Expect: 100-continue, 100-continue\r\nContent-Length: 5", true),
        (1, "Expect: ,100-continue\r\nContent-Length: 5", true),
        (1, "Content-Length: 5", false),
        (1, "Expect:\r\nContent-Length: 5", false),
        (1, "Expect: 100-continue", false),
        (1, "Expect: 100-continue\r\nContent-Length: 0", false),
        (0, "Expect: 100-continue\r\nContent-Length: 5", false),
        (0, "Expect: something\r\nContent-Length: 5", false),
    ])
    func decidesExpectation(_ minor: Int, lines: String, expects: Bool) throws {
        let text = "PUT / HTTP/1.\(minor)\r\nHost: a\r\n\(lines)\r\n\r\n"
        let head = try #require(outcome(of: text).head)
        #expect(head.expectsContinue == expects)
    }

    @Test(arguments: [
        "200-ok", "100-continue;x", "100-continue, x", "100continue", "100-continue x",
    ])
    func refusesOtherExpectations(_ expectation: String) {
        let text = request("Expect: \(expectation)", "Content-Length: 5")
        #expect(outcome(of: text) == .refused(.unknownExpectation))
        #expect(RequestFault.unknownExpectation.status == .expectationFailed)
    }
}
