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
                summary: "how long a worker may give no sign of life before it is killed",
                details: """
                    A worker that gives no sign of life for this long counts as hung: it is \
                    aborted, its client gets a 504 if no part of the response was sent, and \
                    another worker takes its place. Waiting for a slow client does not count. A \
                    stream that returns only empty pieces for this long is cut. In class event an \
                    asynchronous handler that waits for longer is cancelled: its client gets a \
                    504, and the worker stays. Set it above your slowest legitimate request. 0 \
                    turns it off.
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
                    Load balancers take a while to notice that a server stops; for this long it \
                    still serves. A second signal ends the delay. It is added to graceful_timeout.
                    """
            ),
            Setting(
                "header_timeout",
                \.headerTimeout,
                .duration(.milliseconds(1)...oneDay),
                in: .times,
                isForOwnWorkers: true,
                summary: "the longest time for a client to send its request head",
                details: """
                    It counts from the acceptance of a connection, or from the first byte of a \
                    later request, to the last byte of the request head, however slowly the client \
                    sends it. A client that has sent a part of it gets a 408, a silent one is \
                    closed. Such clients delay no other one, but each holds a connection.
                    """
            ),
            Setting(
                "body_timeout",
                \.bodyTimeout,
                .duration(.milliseconds(1)...oneDay),
                in: .times,
                isForOwnWorkers: true,
                summary: "the longest wait for more of a request body",
                details: """
                    It starts again with each piece that arrives, so a long upload is allowed as \
                    long as it keeps up with limit_request_rate. A client that pauses for longer \
                    gets a 408. In class event it also limits how long a request waits for a \
                    thread.
                    """
            ),
            Setting(
                "write_timeout",
                \.writeTimeout,
                .duration(.milliseconds(1)...oneDay),
                in: .times,
                isForOwnWorkers: true,
                summary: "the longest wait for a client to take more of its response",
                details: """
                    It starts again with each piece that the client takes. If the client takes \
                    nothing for this long, its connection is closed.
                    """
            ),
            Setting(
                "keepalive",
                \.keepalive,
                .durationOrOff(.milliseconds(1)...oneDay),
                in: .times,
                isForOwnWorkers: true,
                summary: "the longest wait for the next request on a connection",
                details: """
                    It applies to class event; class sync closes each connection after its \
                    response. Make it longer than the keep-alive time of a load balancer in front, \
                    which could otherwise send a request just as the connection is closed. 0 \
                    closes each connection after its response.
                    """
            ),
        ]
    }
}
