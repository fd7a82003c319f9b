import CForktail

/// What the server's side of a handshake is made of.
package struct TLSParameters: Sendable {
    /// The lowest version of the protocol.
    package enum Version: UInt8, Sendable {
        case tls12
        case tls13
    }

    /// What is asked of clients.
    package enum ClientCertificates: UInt8, Sendable {
        /// Nothing.
        case off
        /// A certificate, which is shown to the application with the result of its verification.
        case optional
        /// A valid certificate.
        case required
    }

    /// The lowest version of the protocol.
    package var lowestVersion = Version.tls12
    /// The suites of TLS 1.2 in OpenSSL's notation; those without authenticated encryption are left
    /// out.
    package var ciphers = ""
    /// The suites of TLS 1.3, with colons between.
    package var suites = ""
    /// The groups for key exchange, with colons between.
    package var groups = ""
    /// What is asked of clients.
    package var clientCertificates = ClientCertificates.off
    /// The authorities of client certificates, in PEM.
    package var authorities: [UInt8] = []

    /// Makes parameters to be filled in.
    package init() {}
}

/// Certificates by name, and how to use them.
///
/// The arbiter makes it before it forks, so that each worker opens the session tickets of the others.
package final class TLSContext: @unchecked Sendable {
    // SAFETY: it does not change once `finish` was called, and OpenSSL locks what it counts in it.
    let pointer: OpaquePointer

    /// Makes a context without certificates.
    ///
    /// - Throws: `.ciphers`, `.suites`, `.groups` or `.authorities`.
    package init(_ parameters: TLSParameters) throws(TLSFailure) {
        var fault = CInt(FORKTAIL_TLS_REFUSED_CERTIFICATE)
        var reason = TLSReason()
        let made = reason.fill { reason in
            Self.withSettings(parameters) { settings in
                withUnsafePointer(to: settings) { forktail_tls_context_make($0, &fault, reason) }
            }
        }
        guard let made else { throw Self.failure(fault, reason.text) }
        pointer = made
    }

    deinit {
        forktail_tls_context_free(pointer)
    }

    private static func withSettings<Result>(
        _ parameters: TLSParameters,
        _ body: (forktail_tls_settings) -> Result
    ) -> Result {
        parameters.ciphers.withCString { ciphers in
            parameters.suites.withCString { suites in
                parameters.groups.withCString { groups in
                    parameters.authorities.withUnsafeBytes { authorities in
                        body(
                            forktail_tls_settings(
                                lowest_version: parameters.lowestVersion.number,
                                ciphers: ciphers,
                                suites: suites,
                                groups: groups,
                                client_certificates: parameters.clientCertificates.number,
                                authorities: authorities.baseAddress,
                                authorities_length: authorities.count
                            )
                        )
                    }
                }
            }
        }
    }

    private static func failure(_ fault: CInt, _ reason: String) -> TLSFailure {
        switch Int(fault) {
        case FORKTAIL_TLS_REFUSED_CIPHERS: .ciphers(reason)
        case FORKTAIL_TLS_REFUSED_SUITES: .suites(reason)
        case FORKTAIL_TLS_REFUSED_GROUPS: .groups(reason)
        case FORKTAIL_TLS_REFUSED_AUTHORITIES: .authorities(reason)
        default: .certificate(reason)
        }
    }

    /// Adds the certificates for a name, each with another kind of key.
    ///
    /// - Parameters:
    ///   - certificates: At least one.
    ///   - name: The name in lower case; nil for clients that name no known one.
    /// - Throws: `.certificate`.
    package func add(_ certificates: [TLSCertificate], for name: String?) throws(TLSFailure) {
        var reason = TLSReason()
        let pointers = certificates.map { Optional($0.pointer) }
        let isAdded = reason.fill { reason in
            pointers.withUnsafeBufferPointer { list in
                if let name {
                    forktail_tls_context_add(pointer, name, list.baseAddress, list.count, reason)
                } else {
                    forktail_tls_context_add(pointer, nil, list.baseAddress, list.count, reason)
                }
            }
        }
        guard isAdded else { throw .certificate(reason.text) }
    }

    /// Ends the additions.
    package func finish() {
        forktail_tls_context_finish(pointer)
    }
}

extension TLSParameters.Version {
    fileprivate var number: CInt {
        switch self {
        case .tls12: 0x303
        case .tls13: 0x304
        }
    }
}

extension TLSParameters.ClientCertificates {
    fileprivate var number: CInt {
        switch self {
        case .off: CInt(FORKTAIL_TLS_CLIENTS_OFF)
        case .optional: CInt(FORKTAIL_TLS_CLIENTS_OPTIONAL)
        case .required: CInt(FORKTAIL_TLS_CLIENTS_REQUIRED)
        }
    }
}
