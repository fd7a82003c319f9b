extension LoadedConfiguration {
    /// A message for each setting that a source gives and that has no effect beside the others.
    package var idleSettings: [String] {
        Self.rules.compactMap { rule in
            guard origin(of: rule.setting) != .default, rule.isIdle(configuration) else {
                return nil
            }
            return "\(rule.setting) has no effect \(rule.condition)"
        }
    }

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
            Rule(setting: "proxy_allow_ips", condition: "without proxy_protocol") {
                $0.proxyProtocol == .off
            },
            Rule(setting: "access_log_format", condition: "with log_format = \"json\"") {
                $0.logFormat == .json
            },
        ]
}
