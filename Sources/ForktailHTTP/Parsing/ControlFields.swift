/// What the fields that steer the protocol say together: Host, Content-Length, Transfer-Encoding,
/// Connection and Expect.
struct ControlFields {
    private(set) var host: Range<Int>?
    private(set) var contentLength: UInt64?
    private var transferCodings: TransferCodings?
    private var hasClose = false
    private var hasKeepAlive = false
    private var hasContinue = false
    private var hasUnknownExpectation = false

    /// Takes one field line into account; lines of other names are ignored.
    mutating func note(_ field: FieldRange, of bytes: Span<UInt8>) throws(RequestFault) {
        switch field.name.count {
        case 4 where bytes.matches(field.name, "host"):
            try noteHost(field.value, of: bytes)
        case 6 where bytes.matches(field.name, "expect"):
            noteExpectations(field.value, of: bytes)
        case 10 where bytes.matches(field.name, "connection"):
            noteConnectionOptions(field.value, of: bytes)
        case 14 where bytes.matches(field.name, "content-length"):
            try noteContentLength(field.value, of: bytes)
        case 17 where bytes.matches(field.name, "transfer-encoding"):
            var codings = transferCodings ?? TransferCodings()
            try codings.note(field.value, of: bytes)
            transferCodings = codings
        default:
            break
        }
    }

    /// Whether the connection may be used again, RFC 9112 section 9.3.
    func persists(minorVersion: Int) -> Bool {
        !hasClose && (minorVersion >= 1 || hasKeepAlive)
    }

    /// How the body's end is found, RFC 9112 section 6.3.
    ///
    /// - Throws: the fault of an ambiguous framing, or of a body that is too large.
    func framing(minorVersion: Int, limit: UInt64) throws(RequestFault) -> BodyFraming {
        if let transferCodings {
            guard contentLength == nil else { throw .transferEncodingWithContentLength }
            guard minorVersion >= 1 else { throw .transferEncodingInHTTP10 }
            try transferCodings.check()
            return .chunked
        }
        guard let contentLength else { return .none }
        guard contentLength <= limit else { throw .bodyTooLarge }
        return .length(contentLength)
    }

    /// Whether the client waits for `100 Continue`, RFC 9110 section 10.1.1: never one of
    /// HTTP/1.0, and never one that has no body to send.
    func expectsContinue(
        minorVersion: Int,
        framing: BodyFraming
    ) throws(RequestFault) -> Bool {
        guard minorVersion >= 1 else { return false }
        guard !hasUnknownExpectation else { throw .unknownExpectation }
        guard hasContinue else { return false }
        return framing != .none && framing != .length(0)
    }

    private mutating func noteHost(
        _ value: Range<Int>,
        of bytes: Span<UInt8>
    ) throws(RequestFault) {
        guard host == nil else { throw .repeatedHost }
        guard Authority.isValid(value, of: bytes) else { throw .malformedHost }
        host = value
    }

    private mutating func noteExpectations(_ value: Range<Int>, of bytes: Span<UInt8>) {
        var position = value.lowerBound
        while let element = bytes.nextElement(of: value, from: &position) {
            if bytes.matches(element, "100-continue") {
                hasContinue = true
            } else if !element.isEmpty {
                hasUnknownExpectation = true
            }
        }
    }

    private mutating func noteConnectionOptions(_ value: Range<Int>, of bytes: Span<UInt8>) {
        var position = value.lowerBound
        while let element = bytes.nextElement(of: value, from: &position) {
            if bytes.matches(element, "close") { hasClose = true }
            if bytes.matches(element, "keep-alive") { hasKeepAlive = true }
        }
    }

    /// Reads the one Content-Length allowed: digits only, RFC 9110 section 8.6.
    private mutating func noteContentLength(
        _ value: Range<Int>,
        of bytes: Span<UInt8>
    ) throws(RequestFault) {
        guard contentLength == nil else { throw .repeatedContentLength }
        guard !value.isEmpty else { throw .malformedContentLength }
        var length: UInt64 = 0
        var overflows = false
        for index in value {
            guard bytes[index].isDigit else { throw .malformedContentLength }
            overflows = !length.appendDigit(bytes[index] & 0x0f, radix: 10) || overflows
        }
        guard !overflows else { throw .contentLengthOverflow }
        contentLength = length
    }
}
