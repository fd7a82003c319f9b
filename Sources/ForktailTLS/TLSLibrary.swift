// OpenSSL 3 of the system, loaded when the first listener with HTTPS is made: no other service pays
// for it, and security updates come from the distribution.
//
// This module decides nothing: which certificates, names and times are good is for its callers.

import CForktail

/// OpenSSL, as the system has it.
package enum TLSLibrary {
    /// Loads libssl.so.3; the second call does nothing.
    ///
    /// Call it before the first fork: contexts of the arbiter serve in the workers.
    ///
    /// - Throws: `.missingLibrary` with the words of dlopen(3).
    package static func load() throws(TLSFailure) {
        var reason = TLSReason()
        guard reason.fill({ forktail_tls_load($0) }) else {
            throw .missingLibrary(reason.text)
        }
    }

    /// What is less safe because this process has used OpenSSL before forktail, and the cure; nil where
    /// it has not: CRYPTO_set_mem_functions(3).
    ///
    /// Call it after `load`.
    package static var warning: String? {
        guard !forktail_tls_owns_memory() else { return nil }
        return
            "https:// in bind: OpenSSL was used before forktail loaded it (by sitecustomize, a .pth "
            + "file or a preloaded library), so that core files may hold keys of sessions, and the "
            + "client of a request that crashes gets no 500; use it later: `import ssl` in the "
            + "application"
    }

    /// The version of the library: `OpenSSL 3.0.19 27 Jan 2026`.
    ///
    /// Call it after `load`.
    package static var version: String { String(cString: forktail_tls_version()) }
}

/// What OpenSSL refused.
package enum TLSFailure: Error, Hashable, Sendable {
    /// There is no libssl.so.3 of OpenSSL 3, for the reason given.
    case missingLibrary(String)
    /// The file holds no certificate in PEM.
    case noCertificate(String)
    /// The file holds no private key in PEM.
    case noKey(String)
    /// The key can't be read without a passphrase.
    case encryptedKey
    /// The key is that of another certificate.
    case otherKey
    /// No suite of TLS 1.2 is left, or the notation is wrong.
    case ciphers(String)
    /// No suite of TLS 1.3 is left, or the notation is wrong.
    case suites(String)
    /// A group is unknown.
    case groups(String)
    /// There is no certificate of an authority for client certificates.
    case authorities(String)
    /// The library refuses the certificate, for example because its key is too short.
    case certificate(String)
    /// What the arbiter has handed over is cut.
    case incomplete
    /// The system has refused memory.
    case memory

    /// What is wrong, and the cure.
    package var reason: String {
        switch self {
        case .missingLibrary(let reason):
            "OpenSSL 3 is needed (\(reason)); install the package libssl3 (Debian 12, Ubuntu), "
                + "libssl3t64 (Debian 13, Ubuntu 24.04) or openssl-libs (Fedora, RHEL 9)"
        case .noCertificate(let reason): "no certificate: \(reason)"
        case .noKey(let reason): "no key: \(reason)"
        case .encryptedKey: "the key is encrypted"
        case .otherKey: "the key is that of another certificate"
        case .ciphers(let reason): "tls_ciphers leaves no suite with authentication: \(reason)"
        case .suites(let reason): "tls_ciphersuites leaves no suite: \(reason)"
        case .groups(let reason): "tls_groups is refused: \(reason)"
        case .authorities(let reason): "client_ca_file holds no certificate in PEM: \(reason)"
        case .certificate(let reason): "OpenSSL refuses a certificate: \(reason)"
        case .incomplete: "what the arbiter has handed over is cut"
        case .memory: "no memory for the keys of TLS"
        }
    }
}

/// Room for OpenSSL's words.
struct TLSReason {
    private var room = [CChar](repeating: 0, count: Int(FORKTAIL_TLS_REASON_ROOM))

    /// Lends the room to a call that may fill it.
    mutating func fill<Result>(_ call: (UnsafeMutablePointer<CChar>) -> Result) -> Result {
        room.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("no room") }
            return call(start)
        }
    }

    /// What was filled in.
    var text: String {
        String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
