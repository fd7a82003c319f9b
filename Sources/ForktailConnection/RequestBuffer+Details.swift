// What was sent that can't be a request, in words for the log.
//
// A field's value is never shown, since it may be a secret, and no more of a line than identifies it.

@_spi(inlined) import ForktailHTTP
import ForktailValues

extension RequestBuffer {
    /// The fault with what was sent; nil where the fault says enough.
    func details(of fault: RequestFault) -> String? {
        let limits = rules.limits
        switch fault {
        case .methodTooLong, .lineTooLong:
            return "a request line of \(lineLength), "
                + "limit_request_line allows \(Self.text(limits.line)): \(line)"
        case .http09, .malformedMethod, .malformedVersion, .unsupportedVersion, .malformedTarget:
            return "\(fault.reason): \(line)"
        case .fieldTooLong:
            return fieldName.map {
                "the field \($0) has \(lineLength), "
                    + "limit_request_field_size allows \(Self.text(limits.fieldSize))"
            }
        case .tooManyFields:
            return "more than \(Self.text(limits.fields)) fields (limit_request_fields)"
        case .malformedFieldName, .spaceInFieldName, .malformedFieldValue:
            return fieldName.map { "\(fault.reason): \($0)" }
        case .bodyTooLarge:
            return parser.contentLength.map {
                "a body of \($0.grouped) bytes, limit_request_body allows \(limits.body.grouped)"
            }
        case .tlsClientHello, .http2Preface, .emptyLines, .bareLineFeed,
            .bareCarriageReturn, .malformedPath, .malformedTargetAuthority,
            .userInformationInTarget, .secureTarget, .asteriskForm, .authorityForm,
            .missingHost, .repeatedHost, .malformedHost, .missingColon, .foldedLine,
            .underscoreInFieldName, .unknownExpectation, .malformedContentLength,
            .repeatedContentLength, .contentLengthOverflow, .malformedTransferEncoding,
            .unknownTransferCoding, .chunkedNotLast, .repeatedChunked,
            .transferEncodingWithContentLength, .transferEncodingInHTTP10,
            .malformedForwarded, .malformedXForwardedFor, .malformedXForwardedProto,
            .malformedXForwardedHost, .contradictoryForwarded, .malformedChunkSize,
            .chunkSizeOverflow, .malformedChunkExtension, .chunkLineTooLong,
            .missingChunkEnd, .forbiddenTrailer:
            return nil
        }
    }

    private static func text(_ limit: Int) -> String { UInt64(limit).grouped }

    /// The bytes of the line in which the parser is, as far as they have come.
    private var received: ArraySlice<UInt8> {
        let start = storage.bytes.array(min(parser.lineStart, count)..<count)
        return start.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    }

    /// `9,003 bytes`, or `9,003 bytes so far` where the line has not come to its end.
    private var lineLength: String {
        let isWhole = parser.lineStart + received.count < count
        return "\(Self.text(received.count)) bytes\(isWhole ? "" : " so far")"
    }

    /// The start of that line.
    private var line: String { Self.start(of: received, limit: 100) }

    /// The name of the field in that line; nil where there is none within a decent length.
    private var fieldName: String? {
        let start = received.prefix(64)
        guard let end = start.firstIndex(of: UInt8(ascii: ":")), end > start.startIndex else {
            return nil
        }
        return Self.start(of: start[..<end], limit: 64)
    }

    private static func start(of bytes: ArraySlice<UInt8>, limit: Int) -> String {
        String(decoding: bytes.prefix(limit), as: UTF8.self) + (bytes.count > limit ? "…" : "")
    }
}
