extension SettingCatalogue {
    /// Which proxies in front are believed, and what they say.
    static var proxies: [Setting] {
        [
            Setting(
                "forwarded_allow_ips",
                \.forwardedAllowIPs,
                .addressBlocks,
                in: .proxies,
                fallback: SettingFallback(
                    variable: "FORWARDED_ALLOW_IPS",
                    prefix: "",
                    note: "or $FORWARDED_ALLOW_IPS where that variable is set"
                ),
                summary: "the proxies that are trusted to name the client",
                details: """
                    From these peers the fields Forwarded, X-Forwarded-For and X-Forwarded-Proto \
                    give the client's address and scheme to the application and to the logs. They \
                    are read from the last element back, over the addresses named here, to the \
                    first that is not: that is the client. Malformed fields, and Forwarded and \
                    X-Forwarded fields that contradict each other, get a 400: configure the proxy \
                    to remove those that it does not set. unix stands for peers on Unix-domain \
                    sockets, * for all peers, which is safe only if the proxy alone can connect. \
                    With an empty array no peer is trusted.
                    """
            ),
            Setting(
                "proxy_protocol",
                \.proxyProtocol,
                .choice(placeholder: "VERSION"),
                in: .proxies,
                summary: "whether connections begin with a PROXY header",
                details: """
                    With v1, v2 or auto, which accepts both, every connection must begin with a \
                    PROXY header, within header_timeout. Its client address goes to the \
                    application and to the logs. A connection without one, or with a malformed \
                    one, is closed, and the log says why at level info. The specification forbids \
                    guessing whether there is one, because any client could send it. Version 2 \
                    also says whether the client uses TLS. Fields such as X-Forwarded-For are then \
                    trusted if forwarded_allow_ips names the client. TCP_DEFER_ACCEPT is not used \
                    with it.
                    """
            ),
            Setting(
                "proxy_allow_ips",
                \.proxyAllowIPs,
                .addressBlocks,
                in: .proxies,
                summary: "the proxies that may send a PROXY header",
                details: """
                    Where proxy_protocol is not off, a connection from any other peer is closed \
                    at once. The notation is that of forwarded_allow_ips.
                    """
            ),
            Setting(
                "header_map",
                \.headerMap,
                .choice(placeholder: "RULE"),
                in: .proxies,
                summary: "how fields with an underscore in their name are treated",
                details: """
                    Many programs can't tell X_Real_IP from X-Real-IP, so that a client can pass \
                    off such a field as one that the proxy has set. drop: the application does \
                    not see them. refuse: the request gets a 400. keep: they are fields like any \
                    other.
                    """
            ),
        ]
    }
}
