import CForktail

/// The server's side of one TLS connection.
///
/// One thread at a time uses it; the crash handler takes it from any of them.
package final class TLSConnection: @unchecked Sendable {
    // SAFETY: the drivers hand it over as they hand over its socket; freed in deinit only, after
    // `CrashHandler.close`.
    package let pointer: OpaquePointer
    private let context: TLSContext

    /// The result of a call.
    package enum Outcome {
        /// This number of bytes, at least one.
        case bytes(Int)
        case wantsInput
        case wantsRoom
        /// The client has ended its side.
        case ended
        /// A call on the socket failed: its errno.
        case socketFailed(CInt)
        /// The protocol failed, in OpenSSL's words.
        case protocolFailed(String)
    }

    /// Makes a connection that begins with a handshake; nil without memory.
    package init?(_ context: TLSContext, descriptor: CInt) {
        guard let pointer = forktail_tls_open(context.pointer, descriptor) else { return nil }
        self.pointer = pointer
        self.context = context
    }

    deinit {
        forktail_tls_free(pointer)
    }

    /// Gives it bytes that were received before the handshake.
    ///
    /// - Returns: False without memory.
    package func prepend(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { forktail_tls_prepend(pointer, $0.baseAddress, $0.count) }
    }

    /// Continues the handshake.
    ///
    /// - Returns: `.bytes(1)` once it is complete.
    package func handshake() -> Outcome {
        outcome(Int(forktail_tls_accept(pointer)))
    }

    /// Receives what fits of one record.
    package func read(into room: UnsafeMutableRawBufferPointer, waiting: Bool) -> Outcome {
        outcome(forktail_tls_read(pointer, room.baseAddress, room.count, waiting))
    }

    /// Sends one record at most; after `.wantsRoom` the same bytes must come again.
    package func write(_ bytes: UnsafeRawBufferPointer, more: Bool) -> Outcome {
        outcome(forktail_tls_write(pointer, bytes.baseAddress, bytes.count, more))
    }

    /// Sends close_notify, where that is possible at once.
    package func end() {
        forktail_tls_end(pointer)
    }

    private func outcome(_ result: Int) -> Outcome {
        guard result <= 0 else { return .bytes(result) }
        switch result {
        case FORKTAIL_TLS_WANTS_INPUT: return .wantsInput
        case FORKTAIL_TLS_WANTS_ROOM: return .wantsRoom
        case FORKTAIL_TLS_ENDED: return .ended
        default:
            let error = forktail_tls_error(pointer)
            return error != 0
                ? .socketFailed(error)
                : .protocolFailed(String(cString: forktail_tls_reason(pointer)))
        }
    }

    /// Whether a read may return something without another event of the socket.
    package var mayHaveInput: Bool { forktail_tls_may_have_input(pointer) }

    /// Notes that the socket may have input.
    package func expectInput() { forktail_tls_expect_input(pointer) }

    /// Whether received bytes lie in the library.
    package var hasPending: Bool { forktail_tls_has_pending(pointer) }

    // MARK: What the handshake agreed on

    /// The version: `TLSv1.3`.
    package var version: String { String(cString: forktail_tls_protocol(pointer)) }

    /// The suite by its name at IANA: `TLS_AES_256_GCM_SHA384`.
    package var suite: String { String(cString: forktail_tls_suite(pointer)) }

    /// The name that the client asked for, server_name of RFC 6066.
    package var serverName: String? {
        forktail_tls_server_name(pointer).map { String(cString: $0) }
    }

    /// Whether it resumes an earlier session.
    package var isResumed: Bool { forktail_tls_is_resumed(pointer) }

    /// The certificate of a client.
    package struct Peer {
        /// The subject, as RFC 2253 writes it.
        package let subject: String
        /// The issuer, as RFC 2253 writes it.
        package let issuer: String
        /// The serial number in hexadecimal digits.
        package let serial: String
        /// The SHA-256 digest of the certificate in hexadecimal digits.
        package let fingerprint: String
        /// Why it could not be verified; nil where it was.
        package let failure: String?
    }

    /// The certificate that the client has shown; nil for none.
    package var peer: Peer? {
        var peer = forktail_tls_peer()
        guard forktail_tls_get_peer(pointer, &peer) else { return nil }
        return Peer(
            subject: Self.text(peer.subject),
            issuer: Self.text(peer.issuer),
            serial: Self.text(peer.serial),
            fingerprint: Self.text(peer.fingerprint),
            failure: peer.failure.map { String(cString: $0) }
        )
    }

    private static func text<Room>(_ room: Room) -> String {
        withUnsafeBytes(of: room) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
