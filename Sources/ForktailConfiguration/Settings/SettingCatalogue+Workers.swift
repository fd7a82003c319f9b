extension SettingCatalogue {
    /// How many workers there are, and of which class.
    static var workers: [Setting] {
        [
            Setting(
                "workers",
                \.workers,
                .workers(1...1024),
                in: .workers,
                letter: "w",
                fallback: SettingFallback(
                    variable: "WEB_CONCURRENCY",
                    prefix: "",
                    note: "or $WEB_CONCURRENCY where that variable is set"
                ),
                summary: "the number of worker processes; auto: one per processor, at least two",
                details: """
                    With "auto" those processors count that the affinity mask and the cgroup \
                    quota leave, and two is the least so that one which dies never leaves the \
                    service empty. Raise it where requests spend their time waiting, for a \
                    database for example: a worker of the class sync serves one request at a \
                    time.
                    """
            ),
            Setting(
                "worker_class",
                \.workerClass,
                .choice(placeholder: "CLASS"),
                in: .workers,
                summary: "how a worker serves its connections",
                details: """
                    sync: it waits in accept() and serves one connection at a time with one \
                    request each, which spreads the load most evenly and is what a server behind \
                    a buffering proxy needs. event: it waits for many connections at once, keeps \
                    them for further requests, and asks the application once a request is \
                    complete, so that slow clients cost it nothing but memory.
                    """
            ),
            Setting(
                "threads",
                \.threads,
                .integer(0...1024),
                in: .workers,
                summary: "the threads of a worker of the class event that answer requests",
                details: """
                    With 0 the application answers on the worker's loop, one request after the \
                    other: best for handlers that compute and never wait. With more, this many \
                    requests are answered at a time while the loop reads and writes: for handlers \
                    that wait, for a database for example. A request with a body beyond \
                    request_buffer_size, and a connection that the application takes over, have \
                    a thread of their own in any case; there are 64 for such bodies, or as many \
                    as this says if that is more. A request for which no thread is free within \
                    body_timeout, or timeout, gets a 503.
                    """
            ),
            Setting(
                "worker_connections",
                \.workerConnections,
                .integer(1...1_000_000),
                in: .workers,
                summary: "the most connections of a worker of the class event",
                details: """
                    When it has as many, it closes the connection that has been idle for longest, \
                    at least for 100 ms, to accept a new one; if none is idle, new ones stay in the \
                    listen queue. A worker raises its limit of open files for them, as far as it \
                    may; the log says if that is not far enough.
                    """
            ),
        ]
    }
}
