/// Finds field lines: `field-name ":" OWS field-value OWS CRLF`, RFC 9112 section 5, until the
/// empty line that ends them.
///
/// It can be called with more and more of the same bytes and continues where it stopped.
struct FieldLineScanner {
    /// What a call has found.
    enum Result {
        case incomplete
        case field(FieldRange)
        case end
    }

    /// The part of the line that the scanner is in.
    private enum Phase {
        case start, name, value, lineFeed, lastLineFeed
    }

    private var phase = Phase.start
    private(set) var lineStart: Int
    private var nameEnd = 0
    private var hasUnderscore = false
    /// Where to continue; after the end, the first byte behind the empty line.
    private(set) var position: Int

    /// Makes a scanner for the lines that start at `position`.
    init(at position: Int = 0) {
        self.position = position
        lineStart = position
    }

    /// Scans further through `bytes`, to the end of a field line or of the section.
    ///
    /// - Parameters:
    ///   - bytes: all bytes so far.
    ///   - limit: the longest line allowed, without its end of line.
    /// - Returns: the line, the end, or that more bytes are needed.
    /// - Throws: the line's first fault.
    @inline(__always)
    mutating func scan(_ bytes: Span<UInt8>, limit: Int) throws(RequestFault) -> Result {
        if phase == .start {
            guard try scanStart(bytes) else { return .incomplete }
        }
        if phase == .lastLineFeed {
            return try passLineFeed(bytes) ? .end : .incomplete
        }
        if phase == .name {
            guard try scanName(bytes, limit: limit) else { return .incomplete }
        }
        if phase == .value {
            guard try scanValue(bytes, limit: limit) else { return .incomplete }
        }
        return try passLineFeed(bytes) ? .field(takeField(bytes)) : .incomplete
    }

    @inline(__always)
    private mutating func scanStart(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case .carriageReturn:
            position += 1
            phase = .lastLineFeed
        case .space, .horizontalTab:
            throw .foldedLine
        default:
            phase = .name
        }
        return true
    }

    @inline(__always)
    private mutating func scanName(_ bytes: Span<UInt8>, limit: Int) throws(RequestFault) -> Bool {
        let end = lineStart + min(bytes.count - lineStart, limit)
        var index = bytes.endOfRun(of: .tokenWithoutUnderscore, from: position, to: end)
        while index < end, bytes[index] == UInt8(ascii: "_") {
            hasUnderscore = true
            index = bytes.endOfRun(of: .tokenWithoutUnderscore, from: index + 1, to: end)
        }
        position = index
        guard index < bytes.count else { return false }
        guard index - lineStart < limit else { throw .fieldTooLong }
        guard bytes[index] == UInt8(ascii: ":"), index > lineStart else {
            throw nameFault(at: bytes[index])
        }
        nameEnd = index
        position = index + 1
        phase = .value
        return true
    }

    private func nameFault(at byte: UInt8) -> RequestFault {
        switch byte {
        case .lineFeed: .bareLineFeed
        case .carriageReturn: .missingColon
        case .space, .horizontalTab: .spaceInFieldName
        default: .malformedFieldName
        }
    }

    @inline(__always)
    private mutating func scanValue(_ bytes: Span<UInt8>, limit: Int) throws(RequestFault) -> Bool {
        let end = lineStart + min(bytes.count - lineStart, limit)
        let index = bytes.endOfFieldValue(from: position, to: end)
        position = index
        guard index < bytes.count else { return false }
        guard bytes[index] == .carriageReturn else {
            throw valueFault(at: bytes[index], isTooLong: index - lineStart == limit)
        }
        position = index + 1
        phase = .lineFeed
        return true
    }

    private func valueFault(at byte: UInt8, isTooLong: Bool) -> RequestFault {
        if isTooLong { return .fieldTooLong }
        return byte == .lineFeed ? .bareLineFeed : .malformedFieldValue
    }

    @inline(__always)
    private mutating func passLineFeed(_ bytes: Span<UInt8>) throws(RequestFault) -> Bool {
        guard position < bytes.count else { return false }
        guard bytes[position] == .lineFeed else { throw .bareCarriageReturn }
        position += 1
        return true
    }

    /// Makes the field of the line just passed and starts the next.
    @inline(__always)
    private mutating func takeField(_ bytes: Span<UInt8>) -> FieldRange {
        let field = FieldRange(
            name: lineStart..<nameEnd,
            value: bytes.trimmed((nameEnd + 1)..<(position - 2)),
            hasUnderscore: hasUnderscore
        )
        lineStart = position
        hasUnderscore = false
        phase = .start
        return field
    }
}
