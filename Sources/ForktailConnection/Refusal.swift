import ForktailHTTP

/// Why a request is answered by the server itself, or not at all.
struct Refusal {
    /// The status of the response; nil where only a close makes sense.
    let status: Response.Status?
    /// What is wrong, for the log.
    let reason: String
    /// What the client is told.
    let shown: String
    /// Where the client is redirected to.
    var location: String?

    init(
        _ status: Response.Status?,
        _ reason: String,
        shown: String? = nil,
        location: String? = nil
    ) {
        self.location = location
        self.status = status
        self.reason = reason
        self.shown = shown ?? reason
    }

    /// The refusal of bytes that are not a valid request.
    ///
    /// - Parameters:
    ///   - fault: What is wrong.
    ///   - details: The same with what was sent; nil where the fault says enough.
    init(_ fault: RequestFault, _ details: String? = nil) {
        let reason = details.map { "\($0) (\(fault.section))" }
        self.init(
            fault.answers ? fault.status : nil,
            reason ?? "\(fault)",
            shown: fault.reason
        )
    }

    /// The refusal of a body that can't be read to its end.
    init(_ error: BodyError) {
        self.init(error.status, "\(error)")
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
    static let untrustedProxy = Refusal(nil, "the peer is not in proxy_allow_ips")
    static let lateProxyHeader = Refusal(nil, "no complete PROXY header within header_timeout")
    static let slowProxyHeader = Refusal(nil, "a PROXY header slower than limit_request_rate")
    static let cutProxyHeader = Refusal(
        nil,
        "the peer ended its side in the middle of the PROXY header"
    )

    /// The refusal of a request without TLS at an address that is for TLS.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - redirects: Whether the client is redirected.
    /// - Returns: The refusal.
    static func withoutTLS(_ request: RequestStorage, redirects: Bool) -> Refusal {
        let url = request.refused?.secureURL()
        return Refusal(
            redirects && url != nil ? .permanentRedirect : .badRequest,
            "the client speaks HTTP where TLS is expected",
            shown: url.map { "This address speaks HTTPS only: \($0)" }
                ?? "This address speaks HTTPS only.",
            location: redirects ? url : nil
        )
    }

    /// The end of a connection whose client takes nothing.
    static func unread(for rules: ConnectionRules) -> Refusal {
        Refusal(nil, "the client stopped reading for \(rules.writeTimeout.text) (write_timeout)")
    }

    /// What the client gets; nil where only a close makes sense.
    var response: Response? {
        status.map { status in
            var response = Response(text: "\(shown)\n", status: status)
            response.fields[.location] = location
            if status == .serviceUnavailable { response.fields[.retryAfter] = "1" }
            return response
        }
    }
}
