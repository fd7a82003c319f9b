import ForktailHTTP

/// Why a client gets no answer of the application.
struct Refusal {
    /// What it is answered; nil where only a close makes sense.
    let status: Response.Status?
    /// What is wrong, for the log.
    let reason: String
    /// What the client is told of it.
    let shown: String

    init(_ status: Response.Status?, _ reason: String, shown: String? = nil) {
        self.status = status
        self.reason = reason
        self.shown = shown ?? reason
    }

    /// The refusal of what is no request.
    init(_ fault: RequestFault) {
        self.init(fault.answers ? fault.status : nil, "\(fault)", shown: fault.reason)
    }

    static let lateHead = Refusal(
        .requestTimeout,
        "no complete request head within header_timeout"
    )
    static let slowHead = Refusal(
        .requestTimeout,
        "a request head slower than limit_request_rate"
    )
    static let cutHead = Refusal(
        .badRequest,
        "the client ended its side in the middle of the request head"
    )

    /// What the client gets; nil where only a close makes sense.
    var response: Response? {
        status.map { Response(HTTPError($0, shown)) }
    }
}
