import ForktailHTTP
import ForktailSystem

/// A file that stays open until its response is sent.
final class OpenFile {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
    }

    /// Makes a response of the whole file.
    ///
    /// - Parameters:
    ///   - name: The name whose ending tells the media type.
    ///   - contentType: The media type where the ending is not to tell it.
    /// - Returns: The response, with the length that the file has at this moment.
    /// - Throws: `.noEntry` for what is no regular file.
    func response(
        named name: some StringProtocol,
        contentType: String? = nil
    ) throws(Errno) -> Response {
        let status = try descriptor.status()
        guard status.isRegular else { throw .noEntry }
        let region = FileRegion(
            descriptor: descriptor.rawValue,
            owner: self,
            offset: 0,
            length: status.size
        )
        return Response(file: region, contentType: contentType ?? FileMediaType.ofFile(named: name))
    }
}

extension HTTPError {
    /// What the client is told of a file that can't be opened: 404, 403 or 503.
    init(opening error: Errno) {
        switch error {
        case .noEntry, .notDirectory, .symbolicLinkLoop, .crossesBoundary, .nameTooLong,
            .invalidArgument:
            self.init(.notFound)
        case .permissionDenied, .notPermitted:
            self.init(.forbidden)
        default:
            self.init(.serviceUnavailable)
        }
    }
}
