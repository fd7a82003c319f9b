/// The fields after a chunked body, kept apart from those of the head, RFC 9112 section 7.1.2.
struct TrailerSection {
    private(set) var fields: HTTPFields = [:]
    private var count = 0
    private var line: [UInt8] = []

    /// Takes in the next byte and says whether the section is complete.
    mutating func take(_ byte: UInt8, limits: RequestLimits) throws(RequestFault) -> Bool {
        line.append(byte)
        guard byte == .lineFeed else {
            guard line.count - 1 <= limits.fieldSize else { throw .fieldTooLong }
            return false
        }
        var scanner = FieldLineScanner()
        let result = try scanner.scan(line.span, limit: limits.fieldSize)
        defer { line.removeAll(keepingCapacity: true) }
        switch result {
        case .field(let field):
            guard count < limits.fields else { throw .tooManyFields }
            count += 1
            try append(field)
            return false
        case .end:
            return true
        case .incomplete:
            throw .bareLineFeed
        }
    }

    private mutating func append(_ field: FieldRange) throws(RequestFault) {
        let name = HTTPField.Name(unchecked: text(field.name))
        guard !Self.refused.contains(name) else { throw .forbiddenTrailer }
        guard !field.hasUnderscore, !Self.forbidden.contains(name) else { return }
        fields.append(HTTPField(name: name, unchecked: text(field.value)))
    }

    private func text(_ range: Range<Int>) -> String {
        String(received: line.span.extracting(range))
    }

    /// Fields for framing and routing.
    ///
    /// They are a sign of an attempt to smuggle a request.
    private static let refused: Set<HTTPField.Name> = [.contentLength, .host, .transferEncoding]

    /// Fields that RFC 9110 section 6.5.1 forbids in trailers.
    ///
    /// They are for framing, routing, authentication, processing or the content's format. Those of a
    /// request that aren't refused are dropped.
    static let forbidden: Set<HTTPField.Name> = [
        .authorization, .cacheControl, .connection, .contentEncoding, .contentLength, .contentRange,
        .contentType, .cookie, .expect, .host, .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange,
        .ifUnmodifiedSince, .keepAlive, .maxForwards, .proxyAuthorization, .proxyConnection, .range,
        .setCookie, .te, .trailer, .transferEncoding, .upgrade,
    ]
}
