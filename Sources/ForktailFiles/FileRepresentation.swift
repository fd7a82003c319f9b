import ForktailHTTP
import ForktailSystem

/// An open file and what is said of it, made once and sent many times.
final class FileRepresentation: Sendable {
    private let file: OpenFile
    private let contentType: String
    private let entityTag: EntityTag?
    /// Nil where the file has no date of its own.
    private let lastModified: HTTPDate?
    /// The fields of a 200.
    private let fields: HTTPFields
    /// The fields of a 304, RFC 9110 section 15.4.5.
    private let notModifiedFields: HTTPFields

    /// Makes the representation of a file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - contentType: The media type, that of the original where it is coded.
    ///   - coding: The content coding, if there is one.
    ///   - cacheControl: The value of Cache-Control, if there is to be one.
    ///   - varies: Whether there are others for clients that accept other codings.
    init(
        _ file: OpenFile,
        contentType: String,
        coding: String?,
        cacheControl: String?,
        varies: Bool
    ) {
        self.file = file
        self.contentType = contentType
        entityTag = EntityTag(Self.tag(of: file.status.version))
        lastModified = Self.date(of: file.status)
        var shared: HTTPFields = [:]
        shared[.eTag] = entityTag?.description
        shared[.cacheControl] = cacheControl
        shared[.vary] = varies ? "Accept-Encoding" : nil
        notModifiedFields = shared
        shared[.contentType] = contentType
        shared[.contentEncoding] = coding
        shared[.lastModified] = lastModified?.description
        shared[.acceptRanges] = "bytes"
        fields = shared
    }

    /// The date of the last change of the content, never one of the future: RFC 9110
    /// section 8.8.2.1.
    ///
    /// Nil for the first two seconds of 1970: reproducible builds, Nix and OSTree give all files
    /// that date, whatever they hold.
    private static func date(of status: FileStatus) -> HTTPDate? {
        guard status.modified.seconds > 1 else { return nil }
        return HTTPDate(secondsSince1970: min(status.modified.seconds, WallClock.now().seconds))
    }

    /// Inode, size and the times of the last changes of content and status, in hexadecimal digits.
    private static func tag(of version: FileStatus.Version) -> String {
        let parts = [
            version.identity.inode, version.size, UInt64(bitPattern: version.modified),
            UInt64(bitPattern: version.changed),
        ]
        return parts.map { String($0, radix: 16) }.joined(separator: "-")
    }

    /// Answers a GET or HEAD.
    ///
    /// - Parameter request: The request, with its conditions and ranges.
    /// - Returns: A 200, 206 or 304.
    /// - Throws: 412 or 416.
    func response(to request: Request) throws(HTTPError) -> Response {
        switch request.preconditions.evaluate(for: request.method, against: validators) {
        case .met: try response(for: request.ranges(ofLength: file.status.size))
        case .metForWhole: whole
        case .notModified: Response(status: .notModified, fields: notModifiedFields)
        case .failed: throw HTTPError(.preconditionFailed)
        }
    }

    /// Shows the file to a client whose request has failed: nothing of it is for caches.
    func response(showing error: HTTPError) -> Response {
        var fields: HTTPFields = [.contentType: contentType]
        for field in error.fields { fields.append(field) }
        return Response(status: error.status, fields: fields, body: .file(file.whole))
    }

    /// A date stands for the bytes once the second that it names is over, RFC 9110 section 8.8.2.2.
    private var validators: Validators {
        Validators(
            entityTag: entityTag,
            lastModified: lastModified,
            isLastModifiedStrong: WallClock.now().seconds > file.status.modified.seconds &+ 1
        )
    }

    private var whole: Response {
        Response(status: .ok, fields: fields, body: .file(file.whole))
    }

    private func response(for ranges: RequestedRanges) throws(HTTPError) -> Response {
        switch ranges {
        case .whole:
            return whole
        case .parts(let parts):
            return parts.count == 1 ? part(parts[0]) : multipart(parts)
        case .unsatisfiable:
            let value = ContentRange.unsatisfied(length: file.status.size)
            throw HTTPError(.rangeNotSatisfiable, fields: [.contentRange: value])
        }
    }

    private func part(_ range: Range<UInt64>) -> Response {
        var fields = fields
        fields[.contentRange] = ContentRange.value(of: range, in: file.status.size)
        return Response(status: .partialContent, fields: fields, body: .file(file.region(range)))
    }

    private func multipart(_ ranges: [Range<UInt64>]) -> Response {
        let multipart = MultipartRanges(
            ranges,
            ofLength: file.status.size,
            type: contentType,
            boundary: MultipartRanges.makeBoundary()
        )
        var fields = fields
        fields[.contentType] = multipart.contentType
        var reader = MultipartReader(multipart.pieces, of: file)
        let body = Response.Body.stream(length: multipart.length) { try reader.next() }
        return Response(status: .partialContent, fields: fields, body: body)
    }
}
