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
                summary: "the proxies whose word on the client is taken",
                details: """
                    From these peers the fields Forwarded, X-Forwarded-For and X-Forwarded-Proto \
                    give the client's address and scheme to the application and to the logs. They \
                    are read from the last element back, over the addresses named here, to the \
                    first that is not: that is the client. Fields that are malformed there, or \
                    Forwarded and X-Forwarded fields that contradict each other, get a 400: have \
                    the proxy remove those that it does not set. Peers on Unix-domain sockets are \
                    named unix, and * names everybody, which is safe only where nobody but the \
                    proxy can connect. An empty array believes nobody.
                    """
            ),
            Setting(
                "proxy_protocol",
                \.proxyProtocol,
                .choice(placeholder: "VERSION"),
                in: .proxies,
                summary: "whether connections begin with a PROXY header",
                details: """
                    With v1, v2 or auto, which takes either, every connection has to begin with \
                    one, within header_timeout, and its client address goes to the application \
                    and to the logs; a connection without one, or with a malformed one, is \
                    closed. The specification forbids to guess whether there is one, for anybody \
                    could send it. Of version 2 it is also learned whether the client came over \
                    TLS. Fields such as X-Forwarded-For are then believed of a client that \
                    forwarded_allow_ips names.
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
                summary: "what becomes of fields with an underscore in their name",
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
