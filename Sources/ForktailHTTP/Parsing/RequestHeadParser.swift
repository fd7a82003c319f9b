// Finds the parts of a request's head in one pass over its bytes.
//
// Invariant: what the parser says depends on the bytes alone, never on how they were cut into
// reads. Each scanner therefore stops at the byte that decides, remembers its place, and checks
// lengths at that same byte. Only the head's list of fields is on the heap.

/// The parser of request heads, RFC 9112 sections 2 to 7.
package struct RequestHeadParser {
    private let limits: RequestLimits
    private let headerMap: HeaderMap
    private var requestLine = RequestLineScanner()
    private var fieldLine = FieldLineScanner()
    private var control = ControlFields()

    /// Where the line starts in which the parser is, to tell what was wrong in it.
    package var lineStart: Int {
        requestLine.phase == .complete ? fieldLine.lineStart : requestLine.lineStart
    }

    /// The Content-Length of a head that is not done with.
    package var contentLength: UInt64? { control.contentLength }

    /// Makes a parser at the start of a head.
    package init(limits: RequestLimits) {
        self.init(limits: limits, headerMap: .drop)
    }

    /// Makes a parser at the start of a head that also knows what to do with underscores.
    package init(limits: RequestLimits, headerMap: HeaderMap) {
        self.limits = limits
        self.headerMap = headerMap
    }

    /// Goes back to the start of a head.
    package mutating func reset() {
        requestLine = RequestLineScanner()
        fieldLine = FieldLineScanner()
        control = ControlFields()
    }

    /// Takes in what has arrived of a head and says whether it is complete.
    ///
    /// While it is not, call again with all bytes so far, from the head's start, when more have
    /// arrived. After a complete head the parser is ready for the next.
    ///
    /// - Parameters:
    ///   - bytes: the received bytes; bytes after the head are ignored.
    ///   - head: filled in bit by bit; valid when the result is true.
    /// - Returns: whether the head is complete.
    /// - Throws: the first fault of the head. The parser can't be used then until `reset()`.
    package mutating func parse(
        _ bytes: Span<UInt8>,
        into head: inout RequestHead
    ) throws(RequestFault) -> Bool {
        if requestLine.phase != .complete {
            guard try requestLine.scan(bytes, limit: limits.line) else { return false }
            try beginFields(bytes, of: &head)
        }
        guard try parseFields(bytes, into: &head) else { return false }
        try finish(&head)
        reset()
        return true
    }

    private mutating func beginFields(
        _ bytes: Span<UInt8>,
        of head: inout RequestHead
    ) throws(RequestFault) {
        head.fields.removeAll()
        head.names = FieldNameFilter()
        try requestLine.fill(&head, from: bytes)
        fieldLine = FieldLineScanner(at: requestLine.position)
    }

    private mutating func parseFields(
        _ bytes: Span<UInt8>,
        into head: inout RequestHead
    ) throws(RequestFault) -> Bool {
        // A local copy can stay in registers.
        var scanner = fieldLine
        defer { fieldLine = scanner }
        while true {
            switch try scanner.scan(bytes, limit: limits.fieldSize) {
            case .incomplete:
                return false
            case .end:
                return true
            case .field(let field):
                try take(field, of: bytes, into: &head)
            }
        }
    }

    @inline(__always)
    private mutating func take(
        _ field: FieldRange,
        of bytes: Span<UInt8>,
        into head: inout RequestHead
    ) throws(RequestFault) {
        guard head.fields.count < limits.fields else { throw .tooManyFields }
        guard !field.hasUnderscore || headerMap != .refuse else { throw .underscoreInFieldName }
        try control.note(field, of: bytes)
        head.fields.append(field)
        head.names.note(field.name, of: bytes)
    }

    private func finish(_ head: inout RequestHead) throws(RequestFault) {
        guard control.host != nil || head.minorVersion == 0 else { throw .missingHost }
        head.length = fieldLine.position
        head.authority = head.authority ?? control.host
        head.persists = control.persists(minorVersion: head.minorVersion)
        head.framing = try control.framing(minorVersion: head.minorVersion, limit: limits.body)
        head.expectsContinue = try control.expectsContinue(
            minorVersion: head.minorVersion,
            framing: head.framing
        )
    }
}
