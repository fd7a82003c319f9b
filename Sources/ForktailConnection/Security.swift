package import ForktailHTTP

extension ConnectionMachine {
    /// What protects a connection.
    package enum Security {
        /// Nothing, as far as forktail knows: clients speak HTTP.
        case none
        /// A handshake of TLS is to come.
        case expected
        /// TLS.
        case established(SecureConnection)
        /// The client speaks HTTP where TLS was expected; it is told so.
        case missing
    }

    /// What a client has begun to speak, by its first byte.
    package enum Greeting: Sendable {
        /// TLS, or something that OpenSSL refuses.
        case tls
        /// HTTP.
        case http

        /// Tells them apart.
        ///
        /// A record of TLS begins with its type, 22 for a handshake (RFC 8446 section 5.1), that of
        /// SSL 2.0 with its highest bit set. A request begins with a letter, or with an empty line.
        package init(firstByte byte: UInt8) {
            switch byte {
            case UInt8.carriageReturn, UInt8.lineFeed, 0x21...0x7E: self = .http
            default: self = .tls
            }
        }
    }
}
