/// Finds the parts of a request line: `method SP request-target SP HTTP-version CRLF`, RFC 9112
/// section 3.
///
/// It can be called with more and more of the same bytes and continues where it stopped.
struct RequestLineScanner {
    /// The part of the line that the scanner is in.
    enum Phase {
        case start, method, target, version, complete
    }

    private(set) var phase = Phase.start
    /// Where to continue; after the complete line, where the first field line starts.
    private(set) var position = 0
    private(set) var lineStart = 0
    private var methodEnd = 0
    private var targetEnd = 0
    private var hasRawOctets = false
    private var minorVersion = 1

    /// Scans further through `bytes` and says whether the line is complete.
    mutating func scan(_ bytes: Span<UInt8>, limit: Int) throws(RequestFault) -> Bool {
        if phase == .start {
            guard try scanStart(bytes) else { return false }
        }
        if phase == .method {
            guard try scanMethod(bytes, limit: limit) else { return false }
        }
        if phase == .target {
            guard try scanTarget(bytes, limit: limit) else { return false }
        }
        return try scanVersion(bytes)
    }

    /// Enters the parts of the complete line into `head`.
    func fill(_ head: inout RequestHead, from bytes: Span<UInt8>) throws(RequestFault) {
        head.method = lineStart..<methodEnd
        head.target = (methodEnd + 1)..<targetEnd
        head.hasRawOctets = hasRawOctets
        head.minorVersion = minorVersion
        try RequestTarget.fill(&head, from: bytes)
    }

    /// Passes one empty line, RFC 9112 section 2.2, and recognises what is not HTTP at all.
    private mutating func scanStart(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        guard bytes.count >= 1 else { return false }
        switch bytes[0] {
        case .carriageReturn:
            return try passEmptyLine(bytes)
        case 0x16:
            guard bytes.count >= 2 else { return false }
            throw bytes[1] == 0x03 ? .tlsClientHello : .malformedMethod
        default:
            phase = .method
            return true
        }
    }

    private mutating func passEmptyLine(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        guard bytes.count >= 2 else { return false }
        guard bytes[1] == .lineFeed else { throw .bareCarriageReturn }
        guard bytes.count >= 3 else { return false }
        guard bytes[2] != .carriageReturn else { throw .emptyLines }
        lineStart = 2
        position = 2
        phase = .method
        return true
    }

    private mutating func scanMethod(
        _ bytes: Span<UInt8>,
        limit: Int
    ) throws(RequestFault) -> Bool {
        let end = lineStart + min(bytes.count - lineStart, limit)
        let index = bytes.endOfRun(of: .token, from: position, to: end)
        position = index
        guard index < bytes.count else { return false }
        guard index - lineStart < limit else { throw .methodTooLong }
        guard bytes[index] == .space, index > lineStart else {
            throw Self.fault(at: bytes[index], else: .malformedMethod)
        }
        methodEnd = index
        position = index + 1
        phase = .target
        return true
    }

    private mutating func scanTarget(
        _ bytes: Span<UInt8>,
        limit: Int
    ) throws(RequestFault) -> Bool {
        let end = lineStart + min(bytes.count - lineStart, limit)
        var index = bytes.endOfRun(of: .target, from: position, to: end)
        while index < end, bytes[index] >= 0x80 {
            hasRawOctets = true
            index = bytes.endOfRun(of: .target, from: index + 1, to: end)
        }
        position = index
        guard index < bytes.count else { return false }
        guard index - lineStart + Self.versionLength < limit else { throw .lineTooLong }
        guard bytes[index] == .space, index > methodEnd + 1 else {
            throw targetFault(at: bytes[index])
        }
        targetEnd = index
        position = index + 1
        phase = .version
        return true
    }

    private func targetFault(at byte: UInt8) -> RequestFault {
        if byte == .carriageReturn, position > methodEnd + 1 { return .http09 }
        return Self.fault(at: byte, else: .malformedTarget)
    }

    private static let versionLength = 8

    /// Reads `HTTP/1.x CRLF`, RFC 9112 section 2.3, which starts at `position`.
    private mutating func scanVersion(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        if bytes.startsUsualVersion(at: position) {
            minorVersion = 1
            position += Self.versionLength + 2
            phase = .complete
            return true
        }
        let pattern: ASCIILiteral = "HTTP/0.0\r\n"
        for offset in 0..<pattern.count {
            guard position + offset < bytes.count else { return false }
            let byte = bytes[position + offset]
            let expected = pattern[offset]
            guard byte == expected || (expected == UInt8(ascii: "0") && byte.isDigit) else {
                throw Self.versionFault(at: byte, offset: offset)
            }
        }
        try takeVersion(major: bytes[position + 5], minor: bytes[position + 7], of: bytes)
        return true
    }

    private static func versionFault(at byte: UInt8, offset: Int) -> RequestFault {
        offset == versionLength + 1 ? .bareCarriageReturn : fault(at: byte, else: .malformedVersion)
    }

    private mutating func takeVersion(
        major: UInt8,
        minor: UInt8,
        of bytes: Span<UInt8>
    ) throws(RequestFault) {
        guard major == UInt8(ascii: "1") else {
            let isPreface = major == UInt8(ascii: "2") && bytes.equals(lineStart..<methodEnd, "PRI")
            throw isPreface ? .http2Preface : .unsupportedVersion
        }
        minorVersion = minor == UInt8(ascii: "0") ? 0 : 1
        position += Self.versionLength + 2
        phase = .complete
    }

    private static func fault(at byte: UInt8, else fault: RequestFault) -> RequestFault {
        byte == .lineFeed ? .bareLineFeed : fault
    }
}
