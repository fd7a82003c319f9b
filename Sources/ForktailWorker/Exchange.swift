import ForktailHTTP
import ForktailSystem

/// A request and its answer, for the access log.
struct Exchange {
    /// When the connection was accepted.
    let start: Instant
    let peer: RemoteAddress
    /// The request; nil where its head was no request.
    let request: Request?
    /// The answer's status and fields.
    var response = Response(status: .internalServerError)
    /// How many bytes of the answer's body were sent.
    var bodyLength: UInt64 = 0
}
