extension SettingCatalogue {
    /// What is logged, where, and in which layout.
    static var logs: [Setting] {
        [
            Setting(
                "accesslog",
                \.accesslog,
                .pathOrNone(
                    allowed: "the path of a file, \"-\" for standard output, \"\" for none"
                ),
                in: .logs,
                isForOwnWorkers: true,
                summary: "where to log each request",
                details: """
                    Each request makes one line, also where the client left, the response was cut, \
                    or the worker died: then the arbiter writes it. A client that left before it \
                    got anything has status 499. The file is reopened on the signals USR1 and HUP. \
                    Lines that are too long or that find no room are treated as errorlog says.
                    """
            ),
            Setting(
                "access_log_format",
                \.accessLogFormat,
                .accessLogFormat,
                in: .logs,
                isForOwnWorkers: true,
                summary: "the layout of a line of the access log",
                details: """
                    The default is the combined log format. %(h)s client address, %(l)s always a \
                    hyphen, %(u)s user name, %(t)s time, %(r)s request line, %(m)s method, %(U)s \
                    path, %(q)s query, %(H)s protocol, %(s)s status, %(B)s bytes of the response \
                    body that the socket took, %(b)s the same with a hyphen for none, %(f)s \
                    referer, %(a)s user agent, %(T)s seconds to answer, %(M)s milliseconds, %(D)s \
                    microseconds, %(L)s seconds with decimals, %(p)s process id, %(i)s request id, %({name}i)s a \
                    field of the request, %({name}o)s a field of the response, %({name}e)s a \
                    variable of the environment, %({name}x)s what TLS has agreed on (version, \
                    suite, server_name, session; of a client's certificate subject, issuer, \
                    serial, fingerprint, verification), %% a percent sign.
                    """
            ),
            Setting(
                "access_log_fields",
                \.accessLogFields,
                .accessLogFields,
                in: .logs,
                isForOwnWorkers: true,
                summary: "what a line of the access log has with log_format json",
                details: """
                    In this order; standard stands for all but the last two, as in ["standard", \
                    "header:x-tenant"], and has those of TLS only where there is an address with \
                    HTTPS. What a request doesn't have is null. bytes counts the response \
                    body as the socket took it, bytes_in the request, answered says whether the \
                    client got a part of a response, remote_address is the client's, peer_address \
                    that of the connection, which may be a proxy's. queue_seconds is known in class \
                    event: the time from when the loop was told of the last bytes that the handler \
                    needs until the handler began, on the loop or in a thread; the wait to be \
                    accepted is no part of it. tls_ facts are what TLS has agreed on, client_ facts \
                    of the client's certificate. header:NAME is a field of the request, \
                    response_header:NAME one of the response.
                    """
            ),
            Setting(
                "errorlog",
                \.errorlog,
                .text(
                    placeholder: "PATH",
                    allowed: "the path of a file, or \"-\" for standard error"
                ),
                in: .logs,
                summary: "where to log what the server does",
                details: """
                    Malformed requests are logged at level info, each with its status and the \
                    reason. The file is reopened on the signals USR1 and HUP. No log delays a \
                    request: a line for which a pipe, a socket or a terminal has no room is \
                    dropped, and the number of lost lines is logged once there is room again. A \
                    line has 4,096 bytes at most in a pipe and 32 KiB in a socket, so that the \
                    lines of several workers stay whole; its longest parts are cut and end with an \
                    ellipsis. \
                    An arbiter that runs as \
                    root refuses a log, this one and the access log, to which another user could \
                    have led it: by a symbolic link of that user's, or by a second name of a file \
                    in a directory that the user can write.
                    """
            ),
            Setting(
                "loglevel",
                \.loglevel,
                .choice(placeholder: "LEVEL"),
                in: .logs,
                summary: "the least severe level to log",
                details: """
                    Raise it to see only warnings and errors. debug writes more than a busy server \
                    should.
                    """
            ),
            Setting(
                "log_format",
                \.logFormat,
                .choice(placeholder: "FORMAT"),
                in: .logs,
                summary: "the layout of the lines of both logs",
                details: """
                    text is for people, json for machines: one object a line. With json the \
                    access log has the facts of access_log_fields, and access_log_format isn't used.
                    """
            ),
            Setting(
                "slow_request",
                \.slowRequest,
                .durationOrOff(.milliseconds(100) ... .seconds(86_400)),
                in: .logs,
                isForOwnWorkers: true,
                summary: "how long a request may take before the log warns of it; 0: any time",
                details: """
                    One line when a request has taken so long, with the worker, the method, the \
                    target and the age, and one when it has ended, with its status. With threads \
                    the first line is of the oldest request of a worker.
                    """
            ),
            Setting(
                "saturation_warning",
                \.saturationWarning,
                .durationOrOff(.seconds(1) ... .seconds(3600)),
                in: .logs,
                summary: "how long all workers may be busy while clients wait until the log warns",
                details: """
                    The line says how many wait, for how long that has been so, and which setting \
                    to change. There is one in a minute at most.
                    """
            ),
        ]
    }
}
