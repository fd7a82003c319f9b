private let oneDay = Duration.seconds(86_400)

extension SettingCatalogue {
    /// How long things may take.
    static var times: [Setting] {
        [
            Setting(
                "timeout",
                \.timeout,
                .durationOrOff(.milliseconds(100)...oneDay),
                in: .times,
                summary: "the longest silence of a worker before it is killed",
                details: """
                    A worker that gives no sign of life for this long counts as hung: it is \
                    aborted, its connection is closed, and another worker takes its place. Waiting \
                    for a slow client is not silence. Set it above your slowest legitimate \
                    request. 0 turns it off.
                    """
            ),
            Setting(
                "boot_timeout",
                \.bootTimeout,
                .duration(.milliseconds(100)...oneDay),
                in: .times,
                summary: "the longest time from a worker's fork to its readiness",
                details: """
                    It replaces timeout until a worker is ready to serve. Raise it for an \
                    application that takes long to load.
                    """
            ),
            Setting(
                "graceful_timeout",
                \.gracefulTimeout,
                .duration(.zero...oneDay),
                in: .times,
                summary: "the time to finish requests when stopping or reloading",
                details: """
                    A worker that has not finished its request by then is killed. Keep it below \
                    the time that the service manager waits: TimeoutStopSec of systemd, the \
                    grace period of a container.
                    """
            ),
            Setting(
                "shutdown_delay",
                \.shutdownDelay,
                .duration(.zero...oneDay),
                in: .times,
                summary: "the time to serve on after SIGTERM, before the workers finish",
                details: """
                    For load balancers that take a while to notice that a server stops: until \
                    then it still serves. A second signal ends the delay. It adds to \
                    graceful_timeout.
                    """
            ),
            Setting(
                "header_timeout",
                \.headerTimeout,
                .duration(.milliseconds(1)...oneDay),
                in: .times,
                summary: "the longest time for a client to send its request head",
                details: """
                    It counts from the acceptance of a connection to the last byte of the \
                    request head, however the client spreads it. A client that has begun gets a \
                    408, a silent one is closed. Keep it short: a slow client occupies a worker \
                    of the class sync.
                    """
            ),
            Setting(
                "body_timeout",
                \.bodyTimeout,
                .duration(.milliseconds(1)...oneDay),
                in: .times,
                summary: "the longest wait for more of a request body",
                details: """
                    It starts again with each piece that arrives, so a long upload is allowed as \
                    long as it keeps up with limit_request_rate. A client that stops for longer \
                    gets a 408.
                    """
            ),
            Setting(
                "write_timeout",
                \.writeTimeout,
                .duration(.milliseconds(1)...oneDay),
                in: .times,
                summary: "the longest wait for a client to take more of its response",
                details: """
                    It starts again with each piece that the client takes. A client that stops \
                    for longer loses its connection.
                    """
            ),
            Setting(
                "keepalive",
                \.keepalive,
                .durationOrOff(.milliseconds(1)...oneDay),
                in: .times,
                summary: "the longest wait for the next request on a connection",
                details: """
                    It counts for workers of the class event; the class sync closes each \
                    connection after its answer. Let it be longer than that of a load balancer \
                    in front, which could otherwise send a request into the very moment of the \
                    close. 0 closes each connection after its answer.
                    """
            ),
        ]
    }
}
