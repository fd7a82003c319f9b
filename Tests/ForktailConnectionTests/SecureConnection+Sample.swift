import ForktailHTTP

extension SecureConnection {
    /// What a client has agreed on, for tests.
    static let sample = SecureConnection(
        version: "TLSv1.3",
        cipherSuite: "TLS_AES_128_GCM_SHA256",
        serverName: "a.example",
        isResumed: false,
        clientCertificate: nil
    )
}
