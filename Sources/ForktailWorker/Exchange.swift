import ForktailHTTP
import ForktailSystem

/// A request and its answer, from the answer's beginning to its line in the access log.
final class Exchange {
    /// When the request began.
    let start: Instant
    let peer: RemoteAddress
    /// The request; nil where its head was no request.
    let request: Request?
    let response: Response
    /// How many bytes of the answer's body were sent.
    var bodyLength: UInt64 = 0

    /// Who asked for what, for log lines.
    var summary: String { request?.summary ?? peer.host }

    /// Makes the answer to what may be no request.
    init(
        start: Instant,
        peer: RemoteAddress,
        request: Request?,
        response: consuming Response
    ) {
        self.start = start
        self.peer = peer
        self.request = request
        self.response = response
    }

    /// Makes the answer to a request.
    convenience init(to request: Request, since start: Instant, response: consuming Response) {
        self.init(
            start: start,
            peer: request.remoteAddress,
            request: request,
            response: response
        )
    }
}
