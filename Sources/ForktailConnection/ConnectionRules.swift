package import ForktailHTTP
package import ForktailValues

/// The settings that a connection is served by.
package struct ConnectionRules: Sendable {
    /// How long browsers shall come by HTTPS only; nil where they are not told.
    package var hsts: Duration?
    /// Whether clients that speak HTTP where TLS is expected are redirected.
    package var redirectsToHTTPS = false
    /// How much of a request is taken before it is refused.
    package var limits = RequestLimits()
    /// How fields whose name has an underscore are treated.
    package var headerMap = HeaderMap.drop
    /// How to read a PROXY header; nil where connections begin with a request.
    package var proxyParser: ProxyHeaderParser?
    /// Whether a peer may send a PROXY header: `proxy_allow_ips`.
    package var isProxy: @Sendable (RemoteAddress) -> Bool = { _ in false }
    /// Whether the forwarded fields of an address are believed: `forwarded_allow_ips`.
    package var isTrusted: @Sendable (RemoteAddress) -> Bool = { _ in false }
    /// Whether requests have ids.
    package var givesIDs = false
    /// Whether a peer whose address is trusted may send them.
    package var trustsIDs = false
    /// Returns a random number, the seed of ids.
    package var randomNumber: @Sendable () -> UInt64 = { 0 }
    /// From the acceptance of a connection, or the first byte of a later request, to the end of the
    /// request head.
    package var headerTimeout = Duration.seconds(10)
    /// How long the next bytes of a body may take.
    package var bodyTimeout = Duration.seconds(20)
    /// How long the client may take nothing of a response.
    package var writeTimeout = Duration.seconds(20)
    /// How long a connection may wait for its next request; nil where each serves one.
    package var keepalive: Duration?
    /// How many requests a connection serves; 0 for any number.
    package var keepaliveRequests = 1000
    /// The slowest that a client may send, in bytes per second; nil for no limit.
    package var requestRate: Int?
    /// How many bytes of a body are received before the handler runs.
    package var bodyBufferSize = 65_536
    /// How long a handler in a thread may take, and how long a stream may return empty pieces.
    package var timeout: Duration?
    /// The setting that says how many threads run handlers.
    package var threadSetting = "threads"
    /// How long a worker that stops may take for its requests.
    package var gracefulTimeout = Duration.seconds(30)

    /// Makes the default rules.
    package init() {}

    /// How long an exchange may wait for a thread.
    var threadTimeout: Duration { min(bodyTimeout, timeout ?? bodyTimeout) }

    /// Why a handler is given up.
    var stuckReason: String {
        "the handler exceeded timeout (\(timeout?.text ?? "0 s")); replacing this worker"
    }

    /// Why an exchange that has waited for a thread is given up.
    func threadReason(within limit: Duration?) -> String {
        "no thread became free within \(limit?.text ?? "0 s") (see the setting \(threadSetting))"
    }

    /// How long a client may take in all to send `count` bytes; nil where there is no limit.
    func allowance(for count: Int) -> Duration? {
        requestRate.map { Self.rateGrace + .seconds(Double(count) / Double($0)) }
    }

    /// The time that a client has in any case.
    private static let rateGrace = Duration.seconds(10)

    /// Up to this size a body is copied behind the head of its response, to be sent by one call.
    static let copiedBodySize = 16_384
    /// The most bytes of a file that one call sends.
    static let filePartSize: UInt64 = 1 << 20
    /// How long a connection lingers after its last response, RFC 9112 section 9.6.
    static let lingerTime = Duration.seconds(30)
    /// How long a client that sends nothing may keep a lingering connection.
    static let lingerIdleTime = Duration.seconds(5)
    /// How many bytes are read and dropped from a lingering connection.
    static let lingerLimit = 256 << 20
    /// How long a stream that returned an empty piece is left alone before it is asked again.
    static let streamPause = Duration.milliseconds(20)
    /// How long a task that was cancelled may still take.
    static let cancelGrace = Duration.seconds(1)
    /// How long before the end of `graceful_timeout` tasks are cancelled: time for one that does not
    /// obey, and for its client to read the response.
    static let cancelLead = Duration.seconds(3)
    /// How long a client may be half-closed while a stream returns nothing, before it counts as gone.
    static let halfCloseGrace = Duration.seconds(1)
}
