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
    /// The system has refused memory.
    case memory
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
