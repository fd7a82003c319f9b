/// A certificate and its key, by their files.
public struct CertificateFiles: Hashable, Sendable {
    /// The file with the certificate of the server, and behind it those of its issuers, in PEM.
    public let certfile: String
    /// The file with the private key, in PEM; it may be the same one.
    public let keyfile: String

    /// Makes a pair of paths.
    package init(certfile: String, keyfile: String) {
        self.certfile = certfile
        self.keyfile = keyfile
    }
}

/// The lowest version of TLS that is spoken.
public enum TLSVersion: String, CaseIterable, Sendable {
    /// RFC 5246, with authenticated encryption only.
    case tls12 = "1.2"
    /// RFC 8446.
    case tls13 = "1.3"
}

/// Whether clients show a certificate.
public enum ClientCertificatePolicy: String, CaseIterable, Sendable {
    /// They are not asked.
    case off
    /// They are asked; the application sees what they show, and whether it could be verified.
    case optional
    /// A client without a valid certificate can't connect.
    case required
}
