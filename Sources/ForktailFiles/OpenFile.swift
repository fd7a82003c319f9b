import ForktailHTTP
import ForktailLog
import ForktailSystem

/// A file that stays open as long as a response or the cache uses it.
final class OpenFile: Sendable {
    let descriptor: FileDescriptor
    /// What the file was when it was opened.
    let status: FileStatus

    init(_ descriptor: consuming FileDescriptor) throws(Errno) {
        status = try descriptor.status()
        self.descriptor = descriptor
    }

    /// A part of the file.
    func region(_ range: Range<UInt64>) -> FileRegion {
        FileRegion(
            descriptor: descriptor.rawValue,
            owner: self,
            offset: range.lowerBound,
            length: range.upperBound - range.lowerBound
        )
    }

    /// All of the file, as long as it was when it was opened.
    var whole: FileRegion { region(0..<status.size) }
}

extension HTTPError {
    /// What the client is told of a file that can't be opened: 404, 403 or 503.
    ///
    /// Of a file that is there the log says the reason.
    init(opening path: String, _ error: Errno) {
        switch error {
        case .noEntry, .notDirectory, .symbolicLinkLoop, .crossesBoundary, .nameTooLong,
            .invalidArgument, .noDevice:
            self.init(.notFound)
            return
        case .permissionDenied, .notPermitted:
            self.init(.forbidden)
        default:
            self.init(.serviceUnavailable)
        }
        Logger.current?.warning(
            .fileFailed,
            "\(status.code): \(path) can't be opened: \(error)\(error.limitAdvice)",
            [LogField("path", path), LogField("reason", "\(error)")]
        )
    }
}
