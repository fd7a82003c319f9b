extension LoadedConfiguration {
    /// A message for each setting that a source gives and that has no effect beside the others.
    package var idleSettings: [String] {
        Self.rules.compactMap { rule in
            guard origin(of: rule.setting) != .default, rule.isIdle(configuration) else {
                return nil
            }
            return "\(rule.setting) has no effect \(rule.condition)"
        } + idleOfHTTPS
    }

    /// Whether some address may be for HTTPS: without `bind` it may be a socket that systemd names so.
    package var mayServeHTTPS: Bool {
        origin(of: "bind") == .default || configuration.bind.contains(where: \.isSecure)
    }

    /// The same for what only addresses with HTTPS use.
    private var idleOfHTTPS: [String] {
        if mayServeHTTPS { return [] }
        return Self.settingsOfHTTPS.filter { origin(of: $0) != .default }.map {
            "\($0) has no effect without an address with https:// in bind"
        }
    }

    private static let settingsOfHTTPS = [
        "certificate", "self_signed", "client_certificates", "https_redirect",
        "hsts", "tls_min_version", "tls_ciphers", "tls_ciphersuites", "tls_groups",
        "session_ticket_rotation", "limit_handshakes",
    ]

    /// When a setting has no effect.
    private struct Rule: Sendable {
        let setting: String
        /// The circumstances, as the message ends.
        let condition: String
        let isIdle: @Sendable (Configuration) -> Bool
    }

    private static let rules: [Rule] =
        ["threads", "worker_connections", "keepalive", "keepalive_requests"].map {
            Rule(setting: $0, condition: "with worker_class = \"sync\"") { $0.workerClass == .sync }
        }
        + ["worker_connections", "keepalive", "keepalive_requests"].map {
            Rule(setting: $0, condition: "with worker_class = \"wsgi\" without wsgi.threads") {
                $0.workerClass == .wsgi && !$0.hasEventLoop
            }
        } + [
            Rule(setting: "max_requests_jitter", condition: "without max_requests") {
                $0.maxRequests == 0
            },
            Rule(setting: "max_memory_total", condition: "without two bounds in workers") {
                $0.workers.maximum == nil
            },
            Rule(setting: "proxy_allow_ips", condition: "without proxy_protocol") {
                $0.proxyProtocol == .off
            },
            Rule(setting: "client_ca_file", condition: "without client_certificates") {
                $0.clientCertificates == .off
            },
            Rule(setting: "redirect_to_https", condition: "without an address without https://") {
                $0.bind.allSatisfy(\.isSecure)
            },
            Rule(setting: "access_log_format", condition: "with log_format = \"json\"") {
                $0.logFormat == .json
            },
        ]
}
