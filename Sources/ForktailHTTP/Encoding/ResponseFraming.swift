/// How the end of a response's body is told to the client, RFC 9112 section 6.3.
struct ResponseFraming {
    /// What to do with the body.
    private(set) var transfer = BodyTransfer.none
    private var contentLength: UInt64?
    private var isChunked = false
    private var connection = Connection.unsaid

    private enum Connection {
        case unsaid, close, keep
    }

    /// Decides on the framing of a final response.
    ///
    /// - Parameters:
    ///   - response: what is answered.
    ///   - request: what it answers.
    ///   - declared: the application's own Content-Length. It counts only where the body is left
    ///     out: in answers to HEAD without content, and with 304.
    init(of response: borrowing Response, for request: ResponseContext, declared: UInt64?) {
        if case .connection = response.body { return }
        var closes = !request.persists
        switch response.status.code {
        case 204:
            break
        case 205:
            contentLength = 0
        case 304:
            contentLength = declared
        default:
            contentLength = response.body.length
            transfer = contentLength.map { .length($0) } ?? Self.unknownLength(for: request)
            isChunked = transfer == .chunked
        }
        if request.isHead {
            if transfer == .length(0) { contentLength = declared ?? contentLength }
            transfer = .none
        }
        closes = closes || transfer == .untilClose
        connection = closes ? .close : request.minorVersion == 0 ? .keep : .unsaid
    }

    /// Appends the fields that tell it, and the empty line.
    func appendEnd(of response: borrowing Response, to output: inout ByteBuffer) {
        if let contentLength {
            output.append(literal: "Content-Length: ")
            output.append(decimal: contentLength)
            output.append(literal: "\r\n")
        }
        if isChunked {
            output.append(literal: "Transfer-Encoding: chunked\r\n")
            if let names = response.body.trailers?.names, !names.isEmpty {
                output.append(literal: "Trailer: ")
                output.append(names.map(\.rawName).joined(separator: ", "))
                output.append(literal: "\r\n")
            }
        }
        // The Connection field, where one must be said, RFC 9112 section 9.3.
        switch connection {
        case .unsaid: output.append(literal: "\r\n")
        case .close: output.append(literal: "Connection: close\r\n\r\n")
        case .keep: output.append(literal: "Connection: keep-alive\r\n\r\n")
        }
    }

    private static func unknownLength(for request: ResponseContext) -> BodyTransfer {
        request.minorVersion >= 1 ? .chunked : .untilClose
    }
}
