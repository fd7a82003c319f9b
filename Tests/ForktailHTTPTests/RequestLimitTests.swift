import Testing

@testable import ForktailHTTP

/// Limits hold to the byte, wherever the reads were cut.
struct RequestLimitTests {
    @Test(arguments: [(32, true), (33, false), (34, false), (200, false)])
    func limitsRequestLine(_ length: Int, isTaken: Bool) {
        let path = String(repeating: "a", count: length - "GET / HTTP/1.1".utf8.count)
        let result = outcome(
            of: "GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n",
            limits: RequestLimits(line: 32)
        )
        #expect(isTaken ? result.head != nil : result == .refused(.lineTooLong))
    }

    @Test func leavesEmptyLineOutOfTheLineLimit() {
        let text = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(outcome(of: text, limits: RequestLimits(line: 14)).head != nil)
        #expect(outcome(of: text, limits: RequestLimits(line: 13)) == .refused(.lineTooLong))
    }

    @Test func refusesMethodThatFillsTheLine() {
        let text = String(repeating: "M", count: 33)
        #expect(outcome(of: text, limits: RequestLimits(line: 32)) == .refused(.methodTooLong))
    }

    @Test(arguments: [
        ("X: " + String(repeating: "v", count: 29), true),
        ("X: " + String(repeating: "v", count: 30), false),
        ("X:" + String(repeating: " ", count: 31), false),
        (String(repeating: "n", count: 31) + ":", true),
        (String(repeating: "n", count: 32) + ":", false),
        (String(repeating: "n", count: 100), false),
    ])
    func limitsFieldLine(_ line: String, isTaken: Bool) {
        let result = outcome(of: request(line), limits: RequestLimits(fieldSize: 32))
        #expect(isTaken ? result.head != nil : result == .refused(.fieldTooLong))
    }

    @Test(arguments: [(1, true), (9, true), (10, false), (50, false)])
    func limitsNumberOfFields(_ count: Int, isTaken: Bool) {
        let lines = (0..<count).map { "X-\($0): y\r\n" }.joined()
        let result = outcome(
            of: "GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n",
            limits: RequestLimits(fields: 10)
        )
        #expect(isTaken ? result.head != nil : result == .refused(.tooManyFields))
    }

    @Test(arguments: [(UInt64(100), true), (101, false)])
    func limitsBody(_ length: UInt64, isTaken: Bool) {
        let result = outcome(
            of: request("Content-Length: \(length)"),
            limits: RequestLimits(body: 100)
        )
        #expect(isTaken ? result.head != nil : result == .refused(.bodyTooLarge))
    }

    @Test func takesTheLargestLimits() {
        let limits = RequestLimits(line: .max, fields: .max, fieldSize: .max, body: .max)
        let text = "\r\n" + request("X: y", "Content-Length: \(UInt64.max)")
        #expect(outcome(of: text, limits: limits).head?.framing == .length(.max))
        let body = "1;a\r\nx\r\n0\r\nX: y\r\n\r\n"
        #expect(
            ChunkedDecoderTests.outcome(of: body, limits: limits)
                == .complete(body: "x", trailers: ["X: y"], consumed: body.utf8.count)
        )
        let beyond = "1\r\nx\r\nffffffffffffffff\r\n"
        #expect(ChunkedDecoderTests.outcome(of: beyond, limits: limits) == .refused(.bodyTooLarge))
    }

    @Test func tellsWhichLimit() {
        #expect(RequestFault.tooManyFields.reason.contains("limit_request_fields"))
        #expect(RequestFault.fieldTooLong.reason.contains("limit_request_field_size"))
        #expect(RequestFault.lineTooLong.reason.contains("limit_request_line"))
        #expect(RequestFault.bodyTooLarge.reason.contains("limit_request_body"))
    }
}
