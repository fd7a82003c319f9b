/// What can be wrong with a request as bytes: one case for each fault.
///
/// `entry` says what each of them means, where its rule stands and which status answers it.
package enum RequestFault: Error, Hashable, Sendable, CaseIterable {
    // The connection and its first line.
    case tlsClientHello, http2Preface, http09, emptyLines, bareLineFeed, bareCarriageReturn,
        malformedMethod, methodTooLong, lineTooLong, malformedVersion, unsupportedVersion
    // The target and the host.
    case malformedTarget, malformedPath, malformedTargetAuthority, userInformationInTarget,
        secureTarget, asteriskForm, authorityForm, missingHost, repeatedHost, malformedHost
    // Fields.
    case malformedFieldName, spaceInFieldName, missingColon, foldedLine, malformedFieldValue,
        underscoreInFieldName, fieldTooLong, tooManyFields, unknownExpectation
    // The framing of the body.
    case malformedContentLength, repeatedContentLength, contentLengthOverflow, bodyTooLarge,
        malformedTransferEncoding, unknownTransferCoding, chunkedNotLast, repeatedChunked,
        transferEncodingWithContentLength, transferEncodingInHTTP10
    // What a proxy says of the client.
    case malformedForwarded, malformedXForwardedFor, malformedXForwardedProto,
        malformedXForwardedHost, contradictoryForwarded
    // The chunks of the body, and the trailers.
    case malformedChunkSize, chunkSizeOverflow, malformedChunkExtension, chunkLineTooLong,
        missingChunkEnd, forbiddenTrailer
}

extension RequestFault: CustomStringConvertible {
    /// The status that answers the fault.
    package var status: Response.Status { entry.status }

    /// Where the rule stands that was broken, such as `RFC 9112 section 3.2`.
    package var section: String { entry.section }

    /// What was wrong, in words that reveal nothing to the client but what it sent.
    package var reason: String { entry.reason }

    /// What came and which rule it broke: one line for the log.
    package var description: String { "\(reason) (\(section))" }

    /// Whether the client can understand a response; if not, the connection is only closed.
    package var answers: Bool { self != .tlsClientHello }

    private typealias Entry = (status: Response.Status, section: String, reason: String)

    private var entry: Entry {
        switch self {
        case .tlsClientHello:
            bad("RFC 8446 section 4.1.2", "a TLS ClientHello on a port that speaks plain HTTP")
        case .http2Preface:
            (
                .httpVersionNotSupported, "RFC 9113 section 3.4",
                "an HTTP/2 connection preface; this server speaks HTTP/1.1"
            )
        case .http09: bad("RFC 9112 section 3", "an HTTP/0.9 request, without a version")
        case .emptyLines:
            bad("RFC 9112 section 2.2", "more than one empty line before the request line")
        case .bareLineFeed: bad("RFC 9112 section 2.2", "a line that ends in LF without CR")
        case .bareCarriageReturn: bad("RFC 9112 section 2.2", "a CR without LF")
        case .malformedMethod: bad("RFC 9110 section 9.1", "a malformed method")
        case .methodTooLong:
            (.notImplemented, "RFC 9112 section 3", "a method longer than limit_request_line")
        case .lineTooLong:
            (.uriTooLong, "RFC 9112 section 3", "a request line longer than limit_request_line")
        case .malformedVersion: bad("RFC 9112 section 2.3", "a malformed HTTP version")
        case .unsupportedVersion:
            (.httpVersionNotSupported, "RFC 9110 section 15.6.6", "an HTTP version other than 1.x")
        case .malformedTarget: bad("RFC 9112 section 3.2", "a malformed request target")
        case .malformedPath: bad("RFC 3986 section 3.3", "a malformed path in the request target")
        case .malformedTargetAuthority:
            bad("RFC 9112 section 3.2.2", "a malformed authority in the request target")
        case .userInformationInTarget:
            bad("RFC 9110 section 4.2.4", "user information in the request target")
        case .secureTarget:
            (
                .misdirectedRequest, "RFC 9110 section 7.4",
                "an https request target over a connection without TLS, or through a proxy that does not say "
                    + "that the client speaks TLS"
            )
        case .asteriskForm:
            bad("RFC 9112 section 3.2.4", "the target * with a method other than OPTIONS")
        case .authorityForm:
            bad("RFC 9112 section 3.2.3", "CONNECT with a target other than host:port")
        case .missingHost: bad("RFC 9112 section 3.2", "no Host field")
        case .repeatedHost: bad("RFC 9112 section 3.2", "more than one Host field")
        case .malformedHost: bad("RFC 9112 section 3.2", "a malformed Host field")
        case .malformedFieldName: bad("RFC 9110 section 5.1", "a malformed field name")
        case .spaceInFieldName:
            bad("RFC 9112 section 5.1", "white space, not a colon, behind a field name")
        case .missingColon: bad("RFC 9112 section 5", "a field line without a colon")
        case .foldedLine: bad("RFC 9112 section 5.2", "a folded field line")
        case .malformedFieldValue: bad("RFC 9110 section 5.5", "a control byte in a field value")
        case .underscoreInFieldName:
            bad("RFC 9110 section 16.3.1", "an underscore in a field name, refused by header_map")
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
        case .unknownExpectation:
            (
                .expectationFailed, "RFC 9110 section 10.1.1",
                "an expectation other than 100-continue"
            )
        case .malformedContentLength: bad("RFC 9110 section 8.6", "a malformed Content-Length")
        case .repeatedContentLength: bad("RFC 9112 section 6.3", "more than one Content-Length")
        case .contentLengthOverflow: bad("RFC 9110 section 8.6", "a Content-Length beyond 64 bits")
        case .bodyTooLarge:
            (.contentTooLarge, "RFC 9110 section 15.5.14", "a body larger than limit_request_body")
        case .malformedTransferEncoding:
            bad("RFC 9112 section 6.1", "a malformed Transfer-Encoding")
        case .unknownTransferCoding:
            (.notImplemented, "RFC 9112 section 6.1", "a transfer coding other than chunked")
        case .chunkedNotLast:
            bad("RFC 9112 section 6.3", "a Transfer-Encoding that does not end in chunked")
        case .repeatedChunked: bad("RFC 9112 section 6.1", "the chunked coding more than once")
        case .transferEncodingWithContentLength:
            bad("RFC 9112 section 6.3", "both Transfer-Encoding and Content-Length")
        case .transferEncodingInHTTP10:
            bad("RFC 9112 section 6.1", "Transfer-Encoding in an HTTP/1.0 request")
        case .malformedForwarded: bad("RFC 7239 section 4", "a malformed Forwarded field")
        case .malformedXForwardedFor:
            bad("RFC 7239 section 5.2", "a malformed X-Forwarded-For field")
        case .malformedXForwardedProto:
            bad("RFC 7239 section 5.4", "a malformed X-Forwarded-Proto field")
        case .malformedXForwardedHost:
            bad("RFC 7239 section 5.3", "a malformed X-Forwarded-Host field")
        case .contradictoryForwarded:
            bad(
                "RFC 7239 section 8.1",
                "Forwarded and X-Forwarded fields that contradict each other; the proxy must remove "
                    + "those that it does not set"
            )
        case .malformedChunkSize: bad("RFC 9112 section 7.1", "a malformed chunk size")
        case .chunkSizeOverflow: bad("RFC 9112 section 7.1", "a chunk size beyond 64 bits")
        case .malformedChunkExtension: bad("RFC 9112 section 7.1.1", "a malformed chunk extension")
        case .chunkLineTooLong:
            bad("RFC 9112 section 7.1.1", "chunk extensions longer than limit_request_field_size")
        case .missingChunkEnd: bad("RFC 9112 section 7.1", "a chunk without CRLF at its end")
        case .forbiddenTrailer:
            bad("RFC 9110 section 6.5.1", "a field for framing or routing in the trailer")
        }
    }

    private func bad(_ section: String, _ reason: String) -> Entry {
        (.badRequest, section, reason)
    }
}
