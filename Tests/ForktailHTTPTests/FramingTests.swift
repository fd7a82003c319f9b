import Testing

@testable import ForktailHTTP

/// RFC 9112 section 6, RFC 9110 section 8.6: where the body ends.
struct FramingTests {
    @Test(arguments: [
        ([], BodyFraming.none),
        (["Content-Length: 0"], .length(0)),
        (["Content-Length: 5"], .length(5)),
        (["content-length:   00012  "], .length(12)),
        (["CONTENT-LENGTH: 1073741824"], .length(1 << 30)),
        (["Transfer-Encoding: chunked"], .chunked),
        (["transfer-encoding: CHUNKED"], .chunked),
        (["Transfer-Encoding:\tchunked "], .chunked),
    ])
    func findsFraming(_ lines: [String], framing: BodyFraming) throws {
        let text = "POST / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        let head = try #require(outcome(of: text).head)
        #expect(head.framing == framing)
    }

    @Test(arguments: [
        // RFC 9110 section 8.6: 1*DIGIT, once
        ("Content-Length:", RequestFault.malformedContentLength),
        ("Content-Length: +5", .malformedContentLength),
        ("Content-Length: -5", .malformedContentLength),
        ("Content-Length: 0x5", .malformedContentLength),
        ("Content-Length: 5a", .malformedContentLength),
        ("Content-Length: 1_0", .malformedContentLength),
        ("Content-Length: 1 0", .malformedContentLength),
        ("Content-Length: 5.0", .malformedContentLength),
        ("Content-Length: 5,5", .malformedContentLength),
        ("Content-Length: 5, 5", .malformedContentLength),
        ("Content-Length: 5;", .malformedContentLength),
        ("Content-Length: \u{665}", .malformedContentLength),
        ("Content-Length: \"5\"", .malformedContentLength),
        ("Content-Length: 5\r\nContent-Length: 5", .repeatedContentLength),
        ("Content-Length: 5\r\ncontent-length: 6", .repeatedContentLength),
        ("Content-Length: 18446744073709551616", .contentLengthOverflow),
        ("Content-Length: 99999999999999999999999999999999", .contentLengthOverflow),
        ("Content-Length: 184467440737095516165", .contentLengthOverflow),
        ("Content-Length: 18446744073709551617x", .malformedContentLength),
        // RFC 9110 section 15.5.14
        ("Content-Length: 1073741825", .bodyTooLarge),
        ("Content-Length: 18446744073709551615", .bodyTooLarge),
        // RFC 9112 section 6.3: both
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", .transferEncodingWithContentLength),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5", .transferEncodingWithContentLength),
        ("Transfer-Encoding: gzip\r\nContent-Length: 5", .transferEncodingWithContentLength),
        // RFC 9112 section 6.1
        ("Transfer-Encoding: chunked, chunked", .repeatedChunked),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .repeatedChunked),
        ("Transfer-Encoding: chunked, gzip", .chunkedNotLast),
        ("Transfer-Encoding: chunked, x", .chunkedNotLast),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", .chunkedNotLast),
        ("Transfer-Encoding: gzip", .chunkedNotLast),
        ("Transfer-Encoding: identity", .chunkedNotLast),
        ("Transfer-Encoding: gzip, deflate", .chunkedNotLast),
        ("Transfer-Encoding: gzip, chunked", .unknownTransferCoding),
        ("Transfer-Encoding: identity, chunked", .unknownTransferCoding),
        ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", .unknownTransferCoding),
        ("Transfer-Encoding: x, chunked", .unknownTransferCoding),
        ("Transfer-Encoding: xchunked", .unknownTransferCoding),
        ("Transfer-Encoding: chunked-x", .unknownTransferCoding),
        ("Transfer-Encoding: x;a=b, chunked", .unknownTransferCoding),
        ("Transfer-Encoding:", .malformedTransferEncoding),
        ("Transfer-Encoding: ,chunked", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked,", .malformedTransferEncoding),
        ("Transfer-Encoding: ,", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked;q=1", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked chunked", .malformedTransferEncoding),
        ("Transfer-Encoding: \"chunked\"", .malformedTransferEncoding),
        ("Transfer-Encoding: ;chunked", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked\u{b}", .malformedFieldValue),
        ("Transfer-Encoding : chunked", .spaceInFieldName),
        ("Transfer-Encoding\u{0}: chunked", .malformedFieldName),
    ])
    func refusesFraming(_ lines: String, fault: RequestFault) {
        #expect(outcome(of: request(lines)) == .refused(fault))
    }

    @Test(arguments: ["chunked", "gzip", "gzip, chunked"])
    func refusesTransferEncodingInHTTP10(_ codings: String) {
        let text = request("Transfer-Encoding: \(codings)", line: "POST / HTTP/1.0")
        #expect(outcome(of: text) == .refused(.transferEncodingInHTTP10))
    }

    @Test(arguments: [
        (RequestFault.unknownTransferCoding, 501), (.chunkedNotLast, 400), (.bodyTooLarge, 413),
        (.contentLengthOverflow, 400), (.lineTooLong, 414), (.methodTooLong, 501),
        (.fieldTooLong, 431), (.tooManyFields, 431), (.unsupportedVersion, 505),
        (.http2Preface, 505), (.unknownExpectation, 417), (.secureTarget, 421), (.missingHost, 400),
    ])
    func hasStatus(_ fault: RequestFault, code: Int) {
        #expect(fault.status.code == code)
    }
}
