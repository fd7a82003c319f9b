import CForktail

/// A certificate with the chain behind it and its key.
package final class TLSCertificate {
    // SAFETY: only the thread of the arbiter uses it; freed in deinit only.
    let pointer: OpaquePointer

    /// Reads a chain and a key.
    ///
    /// - Parameters:
    ///   - chain: Certificates in PEM, that of the server first.
    ///   - key: The private key of the first one, in PEM.
    /// - Throws: `.noCertificate`, `.noKey`, `.encryptedKey` or `.otherKey`.
    package convenience init(chain: [UInt8], key: [UInt8]) throws(TLSFailure) {
        try self.init(
            chain.withUnsafeBytes { chain in key.withUnsafeBytes { Self.read(chain, $0) } }
        )
    }

    /// The same with bytes that have another owner.
    convenience init(
        chain: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer
    ) throws(TLSFailure) {
        try self.init(Self.read(chain, key))
    }

    private init(_ result: Result<OpaquePointer, TLSFailure>) throws(TLSFailure) {
        pointer = try result.get()
    }

    private static func read(
        _ chain: UnsafeRawBufferPointer,
        _ key: UnsafeRawBufferPointer
    ) -> Result<OpaquePointer, TLSFailure> {
        var fault: CInt = 0
        var reason = TLSReason()
        let made = reason.fill {
            forktail_tls_certificate_read(
                chain.baseAddress,
                chain.count,
                key.baseAddress,
                key.count,
                &fault,
                $0
            )
        }
        return made.map(Result.success) ?? .failure(failure(fault, reason.text))
    }

    deinit {
        forktail_tls_certificate_free(pointer)
    }

    private static func failure(_ fault: CInt, _ reason: String) -> TLSFailure {
        switch Int(fault) {
        case FORKTAIL_TLS_CHAIN_UNREADABLE: .noCertificate(reason)
        case FORKTAIL_TLS_KEY_ENCRYPTED: .encryptedKey
        case FORKTAIL_TLS_KEY_MISMATCH: .otherKey
        default: .noKey(reason)
        }
    }

    /// From when it holds, in seconds since 1970.
    package var start: Int64 { forktail_tls_certificate_start(pointer) }

    /// Until when it holds, in seconds since 1970.
    package var end: Int64 { forktail_tls_certificate_end(pointer) }

    /// Its DNS names in lower case; `*.example` stands for all names with one label more.
    package var names: [String] {
        (0..<forktail_tls_certificate_name_count(pointer)).map {
            String(cString: forktail_tls_certificate_name(pointer, $0))
        }
    }

    /// The kind of its key: of two certificates for one name each needs another.
    package var keyKind: Int { Int(forktail_tls_certificate_key_kind(pointer)) }

    /// The position of the first certificate of the chain that did not issue the one before it; nil
    /// where all are in order.
    package var misplaced: Int? {
        let position = forktail_tls_certificate_misplaced(pointer)
        return position == 0 ? nil : position
    }

    /// Whether its key usage allows it to identify a server.
    package var isForServers: Bool { forktail_tls_certificate_is_for_servers(pointer) }

    /// The subject of a certificate of the chain, as RFC 2253 writes it.
    package func subject(at position: Int = 0) -> String {
        var text = TLSReason()
        text.fill { forktail_tls_certificate_subject(pointer, position, $0) }
        return text.text
    }

    /// Makes a key of P-256 and a certificate that is its own issuer, for development.
    ///
    /// - Parameters:
    ///   - name: The common name.
    ///   - alternatives: The names it is for, as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`.
    ///   - lifetime: How long it holds.
    /// - Returns: Both in PEM.
    /// - Throws: `.certificate`.
    package static func makeSelfSigned(
        name: String,
        alternatives: String,
        lifetime: Duration
    ) throws(TLSFailure) -> (certificate: [UInt8], key: [UInt8]) {
        var reason = TLSReason()
        var certificate = [CChar](repeating: 0, count: 8192)
        var key = [CChar](repeating: 0, count: 8192)
        var (certificateLength, keyLength) = (certificate.count, key.count)
        let isMade = reason.fill {
            forktail_tls_make_self_signed(
                name,
                alternatives,
                lifetime.components.seconds,
                &certificate,
                &certificateLength,
                &key,
                &keyLength,
                $0
            )
        }
        guard isMade else { throw .certificate(reason.text) }
        return (
            certificate.prefix(certificateLength).map { UInt8(bitPattern: $0) },
            key.prefix(keyLength).map { UInt8(bitPattern: $0) }
        )
    }
}
