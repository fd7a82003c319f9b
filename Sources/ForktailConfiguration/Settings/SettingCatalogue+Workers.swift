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
                summary:
                    "the number of worker processes; auto: one per processor, at least two; or two "
                    + "bounds",
                details: """
                    With "auto" the processors that the affinity mask and the cgroup quota allow \
                    are counted; two is the minimum, so that a worker that dies never leaves the \
                    service empty. Raise it where requests spend their time waiting, for example \
                    for a database: a worker of class sync serves one request at a time. With two \
                    bounds, { min = 2, max = 16 }, the number follows the load: when all workers \
                    are busy and connections wait it grows at once, to twice as many at most, and \
                    when two workers have had nothing to do for idle_time it shrinks by one. TTIN \
                    and TTOU change the lower bound.
                    """
            ),
            Setting(
                "idle_time",
                \.idleTime,
                .duration(.seconds(1) ... .seconds(86_400)),
                in: .workers,
                summary: "how long two workers must be idle before one of them is retired",
                details: """
                    It counts where workers has two bounds. One worker leaves after each such \
                    time, until min are left or all but one are needed.
                    """
            ),
            Setting(
                "max_memory_total",
                \.maxMemoryTotal,
                .sizeOrOff(1 << 20...1 << 50),
                in: .workers,
                summary: "the memory of all workers above which the load adds none; 0: any",
                details: """
                    It counts where workers has two bounds. A worker is added only where there is \
                    room for one as large as the largest that serves; min workers are started in \
                    any case, and none is asked to leave. Compared is the sum of the workers' \
                    proportional set sizes, as status and metrics show them; processes that a \
                    worker has started do not count. 0 sets no limit.
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
                    request each. This spreads the load most evenly and fits behind a buffering \
                    proxy. Connections that have sent nothing delay no other client. event: it \
                    waits for many connections at once, keeps them for further requests, and calls \
                    the application when a request is complete, so that slow clients cost it only \
                    memory. exec: it runs any program that accepts connections on a listener that \
                    it inherits, see exec.command. wsgi: it runs an application of Python, such \
                    as one of Flask or Django, see wsgi.application.
                    """
            ),
            Setting(
                "threads",
                \.threads,
                .integer(0...1024),
                in: .workers,
                isForOwnWorkers: true,
                summary: "the threads of a worker of the class event that answer requests",
                details: """
                    With 0 the application answers on the worker's loop, one request after the \
                    other: best for handlers that compute and never wait. With more, this many \
                    requests are answered at a time while the loop reads and writes: for handlers \
                    that wait, for example for a database. A request that waits for one of these \
                    threads for longer than timeout gets a 504. Three kinds of requests have \
                    threads of their own in any case: a body larger than request_buffer_size, a \
                    response stream, and a connection that the application takes over. Bodies and \
                    streams have 64 threads, or as many as this setting says if that is more; they \
                    are shared fairly between client addresses. When a connection has waited 3 \
                    seconds for one of them, the slowest body gives way, with a 408. After \
                    body_timeout or timeout, whichever is shorter, the waiting request gets a 503.
                    """
            ),
            Setting(
                "worker_connections",
                \.workerConnections,
                .integer(1...1_000_000),
                in: .workers,
                isForOwnWorkers: true,
                summary: "the most connections of a worker of the class event",
                details: """
                    When it has as many, it closes the connection that has been idle for longest, \
                    and for at least 100 ms, to accept a new one. If none is idle, new ones stay \
                    in the listen queue. A worker raises its limit of open files for them as far \
                    as it may; the log says if that is not enough.
                    """
            ),
        ]
    }
}
