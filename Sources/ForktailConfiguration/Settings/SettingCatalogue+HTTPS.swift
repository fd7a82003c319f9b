extension SettingCatalogue {
    /// TLS at the addresses that begin with `https://`.
    static var https: [Setting] { certificates + protocols + sessions + redirections }

    private static var certificates: [Setting] {
        [
            Setting(
                "certificate",
                \.certificates,
                .certificates,
                in: .https,
                summary: "the certificates of the addresses with https://",
                details: """
                    One table for each: certfile holds the certificate of the server and behind it \
                    those of its issuers, as certbot's fullchain.pem does; keyfile holds its key \
                    without a passphrase. A client gets the certificate whose DNS names fit the \
                    name that it asks for, an exact one before a wildcard; for one name there may \
                    be an RSA and an ECDSA certificate. Clients that name no known server get the \
                    first one. The arbiter reads the files before it changes the user of the \
                    workers, and again at each reload: a file that is wrong or expired refuses \
                    the reload. One that expires within 14 days is a warning each day.
                    """
            ),
            Setting(
                "self_signed",
                \.selfSigned,
                .boolean,
                in: .https,
                summary: "make a certificate for localhost, for development",
                details: """
                    It is used where there is no other, and kept in the directory that \
                    $STATE_DIRECTORY names, else in $XDG_STATE_HOME/forktail or \
                    ~/.local/state/forktail. It holds for 90 days and is made again in time, at a \
                    start or a reload. No client trusts it without being told to.
                    """
            ),
            Setting(
                "client_certificates",
                \.clientCertificates,
                .choice(placeholder: "POLICY"),
                in: .https,
                summary: "whether clients show a certificate",
                details: """
                    optional: clients are asked, and the application sees what they show and \
                    whether it could be verified, so it must look at the result. required: the \
                    handshake fails without a valid one. The authorities are those of \
                    client_ca_file.
                    """
            ),
            Setting(
                "client_ca_file",
                \.clientCAFile,
                .pathOrNone(allowed: "a path, or \"\" for none"),
                in: .https,
                summary: "the authorities of client certificates",
                details: "Certificates in PEM. client_certificates needs it, unless it is off."
            ),
        ]
    }

    /// How clients without TLS are answered.
    private static var redirections: [Setting] {
        [
            Setting(
                "https_redirect",
                \.httpsRedirect,
                .boolean,
                in: .https,
                summary: "redirect clients that speak HTTP to an address with https://",
                details: """
                    Such a client gets a 308 to the same URL with https. Otherwise it gets a 400 \
                    that names that URL.
                    """
            ),
            Setting(
                "redirect_to_https",
                \.redirectToHTTPS,
                .portOrNone,
                in: .https,
                summary: "the port that requests without TLS are redirected to",
                details: """
                    With ":443" each request at an address without https:// gets a 308 to the \
                    same URL with https, at that port. Not redirected are challenges of ACME, if \
                    acme_challenge_root is set, and requests of which a trusted proxy says that \
                    the client uses TLS.
                    """
            ),
            Setting(
                "acme_challenge_root",
                \.acmeChallengeRoot,
                .pathOrNone(allowed: "a path, or \"\" for none"),
                in: .https,
                summary: "the directory with the answers to challenges of ACME",
                details: """
                    For certbot --webroot and lego --http.webroot: the path \
                    /.well-known/acme-challenge/TOKEN is answered with that file below this \
                    directory. Without a value the application gets these requests, too.
                    """
            ),
            Setting(
                "hsts",
                \.hsts,
                .durationOrOff(.seconds(1)...(.seconds(10 * 365 * 86_400))),
                in: .https,
                summary: "how long browsers are told to use HTTPS only; 0: not told",
                details: """
                    Adds Strict-Transport-Security (RFC 6797) to responses over TLS, unless the \
                    application does. Begin with a short time: browsers refuse HTTP for that \
                    long, whatever happens to the certificate.
                    """
            ),
        ]
    }

    private static var protocols: [Setting] {
        [
            Setting(
                "tls_min_version",
                \.tlsMinVersion,
                .choice(placeholder: "VERSION"),
                in: .https,
                summary: "the lowest version of TLS",
                details: """
                    Older versions than 1.2 are not offered. With 1.3, clients older than about \
                    2018 can't connect.
                    """
            ),
            Setting(
                "tls_ciphers",
                \.tlsCiphers,
                .textOrNone(
                    placeholder: "SUITES",
                    allowed: "suites in OpenSSL's notation, or \"\" for those of Mozilla"
                ),
                in: .https,
                summary: "the suites of TLS 1.2",
                details: """
                    In the notation of openssl-ciphers(1). Suites without authenticated \
                    encryption (CBC) are left out in any case. Without a value they are those \
                    that Mozilla recommends as "intermediate": ECDHE with AES-GCM or \
                    ChaCha20-Poly1305.
                    """
            ),
            Setting(
                "tls_ciphersuites",
                \.tlsCiphersuites,
                .textOrNone(
                    placeholder: "SUITES",
                    allowed: "names of suites with colons between, or \"\" for all"
                ),
                in: .https,
                summary: "the suites of TLS 1.3",
                details: """
                    Such as TLS_AES_128_GCM_SHA256. The client's order holds among those that \
                    both know.
                    """
            ),
            Setting(
                "tls_groups",
                \.tlsGroups,
                .textOrNone(
                    placeholder: "GROUPS",
                    allowed: "names of groups with colons between, or \"\" for those of Mozilla"
                ),
                in: .https,
                summary: "the groups for key exchange",
                details: """
                    In the notation of SSL_CTX_set1_groups_list(3), the best first. Without a \
                    value they are X25519, prime256v1 and secp384r1.
                    """
            ),
        ]
    }

    private static var sessions: [Setting] {
        [
            Setting(
                "session_ticket_rotation",
                \.sessionTicketRotation,
                .duration(.seconds(1)...(.seconds(7 * 86_400))),
                in: .https,
                summary: "how long session tickets are encrypted with one key",
                details: """
                    A client that comes back resumes its session with a ticket, which saves most \
                    of the handshake. The key before the current one still opens tickets. All \
                    workers share the keys; they stay over reloads and upgrades and are never \
                    written to a file.
                    """
            ),
            Setting(
                "limit_handshakes",
                \.limitHandshakes,
                .integer(1...65_535),
                in: .https,
                summary: "how many handshakes a worker has under way",
                details: """
                    Others wait, within header_timeout. Once one waits, a handshake whose client \
                    has let more than a second pass is given up.
                    """
            ),
        ]
    }
}
