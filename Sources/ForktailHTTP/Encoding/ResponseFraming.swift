/// How the end of a response's body is told to the client, RFC 9112 section 6.3.
struct ResponseFraming {
    /// What is to be done with the body.
    private(set) var transfer = BodyTransfer.none
    private var contentLength: UInt64?
    private var isChunked = false
    private var trailers: [HTTPField.Name] = []
    private let connection: String

    /// Decides on the framing of a final response.
    ///
    /// - Parameters:
    ///   - response: what is answered.
    ///   - request: what it answers.
    ///   - declared: the application's own Content-Length. It counts only where the body is left
    ///     out: in answers to HEAD without content, and with 304.
    init(of response: borrowing Response, for request: ResponseContext, declared: UInt64?) {
        if case .connection = response.body {
            connection = ""
            return
        }
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
            if isChunked { trailers = response.body.trailers?.names ?? [] }
        }
        if request.isHead {
            if transfer == .length(0) { contentLength = declared ?? contentLength }
            transfer = .none
        }
        closes = closes || transfer == .untilClose
        connection = Self.connection(closes: closes, minorVersion: request.minorVersion)
    }

    /// Appends the fields that tell it.
    func append(to output: inout ByteBuffer) {
        if let contentLength {
            output.append(literal: "Content-Length: ")
            output.append(decimal: contentLength)
            output.append(literal: "\r\n")
        }
        if isChunked { output.append(literal: "Transfer-Encoding: chunked\r\n") }
        if !trailers.isEmpty {
            output.append(literal: "Trailer: ")
            output.append(trailers.map(\.rawName).joined(separator: ", "))
            output.append(literal: "\r\n")
        }
        output.append(connection)
    }

    private static func unknownLength(for request: ResponseContext) -> BodyTransfer {
        request.minorVersion >= 1 ? .chunked : .untilClose
    }

    /// The Connection field, where one must be said, RFC 9112 section 9.3.
    private static func connection(closes: Bool, minorVersion: Int) -> String {
        if closes { return "Connection: close\r\n" }
        return minorVersion == 0 ? "Connection: keep-alive\r\n" : ""
    }
}
