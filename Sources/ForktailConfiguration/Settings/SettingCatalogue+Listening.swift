extension SettingCatalogue {
    /// The addresses and their queues.
    static var listening: [Setting] {
        [
            Setting(
                "bind",
                \.bind,
                .addresses,
                in: .listening,
                letter: "b",
                fallback: SettingFallback(
                    variable: "PORT",
                    prefix: "0.0.0.0:",
                    note: "or 0.0.0.0:$PORT where the variable PORT is set"
                ),
                summary: "the addresses to listen on",
                details: """
                    One text or an array of them. An empty host and `*` mean all IPv4 addresses \
                    of the machine, `[::]` all IPv6 addresses, port 0 a free port that the log \
                    then names. Listen on 127.0.0.1 behind a proxy on the same machine, on \
                    0.0.0.0 in a container, on a Unix-domain socket where the proxy can use one. \
                    In the environment several addresses are separated by commas.
                    """
            ),
            Setting(
                "backlog",
                \.backlog,
                .integer(1...65_535),
                in: .listening,
                summary: "the length of the accept queue",
                details: """
                    How many connections may wait to be accepted, for each address. The kernel \
                    limits the number to net.core.somaxconn. A smaller number makes an overloaded \
                    server refuse sooner. A TCP client that has connected but sent nothing is not \
                    in this queue: the kernel holds it back (TCP_DEFER_ACCEPT), except with \
                    proxy_protocol.
                    """
            ),
        ]
    }
}
