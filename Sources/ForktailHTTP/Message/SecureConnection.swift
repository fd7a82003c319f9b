/// What a client and the server have agreed on by the handshake of TLS, RFC 8446.
public final class SecureConnection: Sendable {
    /// The version of the protocol: `TLSv1.3`.
    public let version: String
    /// The suite by its name at IANA: `TLS_AES_128_GCM_SHA256`.
    public let cipherSuite: String
    /// The name of the server that the client asked for, RFC 6066 section 3; nil for none.
    public let serverName: String?
    /// Whether the client has resumed an earlier session.
    public let isResumed: Bool
    /// The certificate that the client has shown; nil for none.
    public let clientCertificate: ClientCertificate?

    /// Makes the value of its parts.
    package init(
        version: String,
        cipherSuite: String,
        serverName: String?,
        isResumed: Bool,
        clientCertificate: ClientCertificate?
    ) {
        self.version = version
        self.cipherSuite = cipherSuite
        self.serverName = serverName
        self.isResumed = isResumed
        self.clientCertificate = clientCertificate
    }
}

/// The certificate of a client.
public struct ClientCertificate: Hashable, Sendable {
    /// The subject, as RFC 2253 writes it: `CN=alice,O=Example`.
    public let subject: String
    /// The issuer, as RFC 2253 writes it.
    public let issuer: String
    /// The serial number in hexadecimal digits.
    public let serial: String
    /// The SHA-256 digest of the certificate in hexadecimal digits.
    public let fingerprint: String
    /// Why the certificate could not be verified; nil where it was.
    ///
    /// With `client_certificates = "optional"` any client can show a certificate that it has made up:
    /// look at this before anything else.
    public let verificationFailure: String?

    /// Whether one of the authorities has issued it, and it holds now.
    public var isVerified: Bool { verificationFailure == nil }

    /// Makes the value of its parts.
    package init(
        subject: String,
        issuer: String,
        serial: String,
        fingerprint: String,
        verificationFailure: String?
    ) {
        self.subject = subject
        self.issuer = issuer
        self.serial = serial
        self.fingerprint = fingerprint
        self.verificationFailure = verificationFailure
    }
}
