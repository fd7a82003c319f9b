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
                    An address behind https:// is for TLS and needs a certificate. \
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
            Setting(
                "socket_mode",
                \.socketMode,
                .fileMode,
                in: .listening,
                summary: "the permission bits of the files of Unix-domain sockets",
                details: """
                    By default the user and the group of the file may connect, and no other \
                    process, so that a proxy of another user gets `Permission denied` and \
                    answers 502. Name the proxy's group in socket_group, or add the proxy's user \
                    to the file's group, or set \"0666\" to admit every user that can reach the \
                    directory. A reload changes mode, user and group of a file that is there. \
                    Sockets that systemd has made have those of their unit: SocketMode=, \
                    SocketUser=, SocketGroup=.
                    """
            ),
            Setting(
                "socket_user",
                \.socketUser,
                .accountOrNone(placeholder: "USER"),
                in: .listening,
                summary: "the user that the files of Unix-domain sockets belong to",
                details: """
                    Without it that is the user of the workers: see user. Only root can give a \
                    file to another user.
                    """
            ),
            Setting(
                "socket_group",
                \.socketGroup,
                .accountOrNone(placeholder: "GROUP"),
                in: .listening,
                summary: "the group that the files of Unix-domain sockets belong to",
                details: """
                    Without it that is the group of the workers: see group. nginx may connect \
                    with the group of its own workers, www-data on Debian and nginx elsewhere. \
                    An arbiter that is not root can name the groups that it is in.
                    """
            ),
        ]
    }
}
