extension RequestFault: CustomStringConvertible {
    /// The status that answers the fault.
    package var status: Response.Status { entry.status }

    /// Where the rule stands that was broken, such as `RFC 9112 section 3.2`.
    package var section: String { entry.section }

    /// What was wrong, in words that tell a client nothing but what it sent.
    package var reason: String { entry.reason }

    /// What came and which rule it broke: one line for the log.
    package var description: String { "\(reason) (\(section))" }

    /// Whether the client can make anything of an answer; where not, only a close makes sense.
    package var answers: Bool { self != .tlsClientHello }

    private typealias Entry = (status: Response.Status, section: String, reason: String)

    private var entry: Entry {
        switch self {
        case .tlsClientHello:
            (
                .badRequest, "RFC 8446 section 4.1.2",
                "a TLS ClientHello on a port that speaks plain HTTP"
            )
        case .http2Preface:
            (
                .httpVersionNotSupported, "RFC 9113 section 3.4",
                "an HTTP/2 connection preface; this server speaks HTTP/1.1"
            )
        case .http09:
            (.badRequest, "RFC 9112 section 3", "an HTTP/0.9 request, without a version")
        case .emptyLines:
            (
                .badRequest, "RFC 9112 section 2.2",
                "more than one empty line before the request line"
            )
        case .bareLineFeed:
            (.badRequest, "RFC 9112 section 2.2", "a line that ends in LF without CR")
        case .bareCarriageReturn:
            (.badRequest, "RFC 9112 section 2.2", "a CR without LF")
        case .malformedMethod:
            (.badRequest, "RFC 9110 section 9.1", "a malformed method")
        case .methodTooLong:
            (.notImplemented, "RFC 9112 section 3", "a method longer than limit_request_line")
        case .lineTooLong:
            (.uriTooLong, "RFC 9112 section 3", "a request line longer than limit_request_line")
        case .malformedTarget:
            (.badRequest, "RFC 9112 section 3.2", "a malformed request target")
        case .malformedPath:
            (.badRequest, "RFC 3986 section 3.3", "a malformed path in the request target")
        case .malformedTargetAuthority:
            (.badRequest, "RFC 9112 section 3.2.2", "a malformed authority in the request target")
        case .userInformationInTarget:
            (.badRequest, "RFC 9110 section 4.2.4", "user information in the request target")
        case .secureTarget:
            (
                .misdirectedRequest, "RFC 9110 section 7.4",
                "an https request target on a connection without TLS"
            )
        case .asteriskForm:
            (.badRequest, "RFC 9112 section 3.2.4", "the target * with a method other than OPTIONS")
        case .authorityForm:
            (.badRequest, "RFC 9112 section 3.2.3", "CONNECT with a target other than host:port")
        case .malformedVersion:
            (.badRequest, "RFC 9112 section 2.3", "a malformed HTTP version")
        case .unsupportedVersion:
            (.httpVersionNotSupported, "RFC 9110 section 15.6.6", "an HTTP version other than 1.x")
        case .missingHost:
            (.badRequest, "RFC 9112 section 3.2", "no Host field")
        case .repeatedHost:
            (.badRequest, "RFC 9112 section 3.2", "more than one Host field")
        case .malformedHost:
            (.badRequest, "RFC 9112 section 3.2", "a malformed Host field")
        case .malformedFieldName:
            (.badRequest, "RFC 9110 section 5.1", "a malformed field name")
        case .spaceInFieldName:
            (.badRequest, "RFC 9112 section 5.1", "white space before the colon of a field")
        case .missingColon:
            (.badRequest, "RFC 9112 section 5", "a field line without a colon")
        case .foldedLine:
            (.badRequest, "RFC 9112 section 5.2", "a folded field line")
        case .malformedFieldValue:
            (.badRequest, "RFC 9110 section 5.5", "a control byte in a field value")
        case .underscoreInFieldName:
            (
                .badRequest, "RFC 9110 section 16.3.1",
                "an underscore in a field name, refused by header_map"
            )
        case .fieldTooLong:
            (
                .requestHeaderFieldsTooLarge, "RFC 6585 section 5",
                "a field line longer than limit_request_field_size"
            )
        case .tooManyFields:
            (
                .requestHeaderFieldsTooLarge, "RFC 6585 section 5",
                "more fields than limit_request_fields"
            )
        case .malformedContentLength:
            (.badRequest, "RFC 9110 section 8.6", "a malformed Content-Length")
        case .repeatedContentLength:
            (.badRequest, "RFC 9112 section 6.3", "more than one Content-Length")
        case .contentLengthOverflow:
            (.badRequest, "RFC 9110 section 8.6", "a Content-Length beyond 64 bits")
        case .bodyTooLarge:
            (.contentTooLarge, "RFC 9110 section 15.5.14", "a body larger than limit_request_body")
        case .malformedTransferEncoding:
            (.badRequest, "RFC 9112 section 6.1", "a malformed Transfer-Encoding")
        case .unknownTransferCoding:
            (.notImplemented, "RFC 9112 section 6.1", "a transfer coding other than chunked")
        case .chunkedNotLast:
            (
                .badRequest, "RFC 9112 section 6.3",
                "a Transfer-Encoding that does not end in chunked"
            )
        case .repeatedChunked:
            (.badRequest, "RFC 9112 section 6.1", "the chunked coding more than once")
        case .transferEncodingWithContentLength:
            (.badRequest, "RFC 9112 section 6.3", "both Transfer-Encoding and Content-Length")
        case .transferEncodingInHTTP10:
            (.badRequest, "RFC 9112 section 6.1", "Transfer-Encoding in an HTTP/1.0 request")
        case .unknownExpectation:
            (
                .expectationFailed, "RFC 9110 section 10.1.1",
                "an expectation other than 100-continue"
            )
        case .malformedForwarded:
            (.badRequest, "RFC 7239 section 4", "a malformed Forwarded field")
        case .malformedXForwardedFor:
            (.badRequest, "RFC 7239 section 5.2", "a malformed X-Forwarded-For field")
        case .malformedXForwardedProto:
            (.badRequest, "RFC 7239 section 5.4", "a malformed X-Forwarded-Proto field")
        case .malformedXForwardedHost:
            (.badRequest, "RFC 7239 section 5.3", "a malformed X-Forwarded-Host field")
        case .contradictoryForwarded:
            (
                .badRequest, "RFC 7239 section 8.1",
                "Forwarded and X-Forwarded fields that contradict each other; the proxy must remove "
                    + "those that it does not set"
            )
        case .malformedChunkSize:
            (.badRequest, "RFC 9112 section 7.1", "a malformed chunk size")
        case .chunkSizeOverflow:
            (.badRequest, "RFC 9112 section 7.1", "a chunk size beyond 64 bits")
        case .malformedChunkExtension:
            (.badRequest, "RFC 9112 section 7.1.1", "a malformed chunk extension")
        case .chunkLineTooLong:
            (
                .badRequest, "RFC 9112 section 7.1.1",
                "chunk extensions longer than limit_request_field_size"
            )
        case .missingChunkEnd:
            (.badRequest, "RFC 9112 section 7.1", "a chunk without CRLF at its end")
        case .forbiddenTrailer:
            (.badRequest, "RFC 9110 section 6.5.1", "a field that must not be a trailer")
        }
    }
}
