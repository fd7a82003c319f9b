/// Finds the name that a mistyped one was meant to be.
enum Suggestion {
    /// Returns `, did you mean …?` with the nearest candidate, or nothing where none is near.
    static func text(for name: String, in candidates: [String]) -> String {
        nearest(to: name, in: candidates).map { ", did you mean `\($0)`?" } ?? ""
    }

    /// What gunicorn, nginx, puma and uvicorn call a setting, and its name here.
    private static let names = [
        "access_logfile": "accesslog", "access_logformat": "access_log_format",
        "ca_certs": "client_ca_file", "cert_reqs": "client_certificates",
        "certfile": "certificate", "ciphers": "tls_ciphers",
        "client_max_body_size": "limit_request_body", "document_root": "files.root",
        "error_logfile": "errorlog", "host": "bind", "keepalive_timeout": "keepalive",
        "keyfile": "certificate", "listen": "bind", "log_file": "errorlog", "pid": "pidfile",
        "port": "bind", "preload": "preload_app", "processes": "workers", "raw_env": "env",
        "ssl_certificate": "certificate", "ssl_certificate_key": "certificate",
        "ssl_version": "tls_min_version", "worker_processes": "workers",
        "wsgi_app": "wsgi.application",
    ]

    /// Returns the candidate that the name stands for in another server; if there is none, the one
    /// that the fewest typing errors lead away from, if they are few.
    static func nearest(to name: String, in candidates: [String]) -> String? {
        let typed = normalized(name)
        let word = String(decoding: typed.drop { $0 == ascii("_") }, as: UTF8.self)
        if let known = names[word],
            let candidate = candidates.first(where: {
                normalized($0).drop { $0 == ascii("_") }.elementsEqual(known.utf8)
            })
        {
            return candidate
        }
        let limit = max(1, typed.count / 3)
        return
            candidates
            .filter { abs($0.utf8.count - typed.count) <= limit }
            .map { (name: $0, distance: distance(typed, normalized($0))) }
            .filter { $0.distance <= limit }
            .min { $0.distance < $1.distance }?
            .name
    }

    /// Returns the bytes of a name with case and hyphens made equal.
    private static func normalized(_ name: String) -> [UInt8] {
        name.lowercased().utf8.map { $0 == ascii("-") ? ascii("_") : $0 }
    }

    /// Returns how many bytes must be inserted, removed, replaced or swapped with their neighbour
    /// to turn one name into another.
    private static func distance(_ from: [UInt8], _ to: [UInt8]) -> Int {
        var rows = [Array(0...to.count)]
        for (i, byte) in from.enumerated() {
            var row = [i + 1]
            for (j, other) in to.enumerated() {
                var best = min(row[j], rows[i][j + 1]) + 1
                best = min(best, rows[i][j] + (byte == other ? 0 : 1))
                if i > 0, j > 0, byte == to[j - 1], from[i - 1] == other {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[from.count][to.count]
    }
}
