/// What the access log can say of TLS; the names are those of the atom `%({name}x)s`.
public enum SecureFact: String, CaseIterable, Sendable {
    /// `TLSv1.3`.
    case version
    /// `TLS_AES_128_GCM_SHA256`.
    case suite
    /// The name of the server that the client asked for.
    case serverName = "server_name"
    /// `resumed` or `new`.
    case session
    /// The certificate of the client: its subject, issuer, serial number and SHA-256 digest.
    case subject
    case issuer
    case serial
    case fingerprint
    /// `ok`, or why the certificate of the client could not be verified.
    case verification
}
