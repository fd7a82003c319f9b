import Glibc
import Synchronization

/// The client's side of TLS on a connected socket, by the OpenSSL of the system.
///
/// It trusts any certificate: the tests of certificates use curl.
final class TLSClient {
    private let ssl: OpaquePointer
    private let socket: Int32
    private static let library = OpenSSL()

    init(_ socket: Int32) throws {
        let library = Self.library
        guard let ssl = library.makeSSL(library.context) else { throw TestFailure("SSL_new") }
        self.ssl = ssl
        self.socket = socket
        _ = library.setDescriptor(ssl, socket)
        library.clearErrors()
        errno = 0
        let result = library.connect(ssl)
        guard result == 1 else { throw fault(result) }
    }

    /// The secrets of the connection, as SSLKEYLOGFILE has them.
    var secrets: [(label: String, bytes: [UInt8])] {
        let key = UInt(bitPattern: ssl)
        return keyLog.withLock { $0[key] ?? [] }.compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3 else { return nil }
            let digits = Array(words[2].utf8)
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
            }
            return (String(words[0]), bytes)
        }
    }

    deinit {
        let key = UInt(bitPattern: ssl)
        keyLog.withLock { $0[key] = nil }
        Self.library.freeSSL(ssl)
    }

    func write(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        Self.library.clearErrors()
        errno = 0
        let result = bytes.withUnsafeBytes {
            Self.library.write(ssl, $0.baseAddress, Int32($0.count))
        }
        guard result == bytes.count else { throw fault(result) }
    }

    /// Reads what comes next; empty at the end.
    func read(upTo count: Int) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        Self.library.clearErrors()
        errno = 0
        let result = buffer.withUnsafeMutableBytes {
            Self.library.read(ssl, $0.baseAddress, Int32($0.count))
        }
        if result > 0 { return Array(buffer.prefix(Int(result))) }
        if isEnd(result) { return [] }
        throw fault(result)
    }

    enum Peeked {
        case something
        case nothing
        case end
    }

    /// Finds out what would be read, without waiting.
    func peek() -> Peeked {
        let flags = fcntl(socket, F_GETFL)
        _ = fcntl(socket, F_SETFL, flags | O_NONBLOCK)
        defer { _ = fcntl(socket, F_SETFL, flags) }
        var byte: UInt8 = 0
        Self.library.clearErrors()
        errno = 0
        let result = Self.library.peek(ssl, &byte, 1)
        if result > 0 { return .something }
        if isEnd(result) { return .end }
        return errno == EAGAIN || errno == 0 ? .nothing : .something
    }

    /// Tells the server that nothing more will come.
    func end() {
        Self.library.clearErrors()
        _ = Self.library.shutDown(ssl)
    }

    /// Whether the server has ended its side, with close_notify or without.
    private func isEnd(_ result: Int32) -> Bool {
        let (zeroReturn, protocolError, systemError): (Int32, Int32, Int32) = (6, 1, 5)
        switch Self.library.error(ssl, result) {
        case zeroReturn: return true
        case protocolError: return Self.library.peekError() & 0x7f_ffff == 294  // unexpected EOF
        case systemError: return errno == 0
        default: return false
        }
    }

    private func fault(_ result: Int32) -> any Error {
        let protocolError: Int32 = 1
        if isEnd(result) { return ConnectionFault.short }
        if Self.library.error(ssl, result) == protocolError {
            return TestFailure("TLS: error \(Self.library.peekError() & 0x7f_ffff)")
        }
        return ConnectionFault(errno: errno)
    }
}

/// The lines of SSLKEYLOGFILE, by connection.
private let keyLog = Mutex<[UInt: [String]]>([:])

/// The functions of libssl that a client needs.
private struct OpenSSL: @unchecked Sendable {
    // SAFETY: pointers to functions, and a context that does not change.
    let context: OpaquePointer
    let makeSSL: @convention(c) (OpaquePointer) -> OpaquePointer?
    let freeSSL: @convention(c) (OpaquePointer) -> Void
    let setDescriptor: @convention(c) (OpaquePointer, Int32) -> Int32
    let connect: @convention(c) (OpaquePointer) -> Int32
    let read: @convention(c) (OpaquePointer, UnsafeMutableRawPointer?, Int32) -> Int32
    let peek: @convention(c) (OpaquePointer, UnsafeMutableRawPointer?, Int32) -> Int32
    let write: @convention(c) (OpaquePointer, UnsafeRawPointer?, Int32) -> Int32
    let shutDown: @convention(c) (OpaquePointer) -> Int32
    let error: @convention(c) (OpaquePointer, Int32) -> Int32
    let clearErrors: @convention(c) () -> Void
    let peekError: @convention(c) () -> UInt

    init() {
        let handle = dlopen("libssl.so.3", RTLD_NOW)
        func find<Function>(_ name: String, as type: Function.Type = Function.self) -> Function {
            guard let symbol = dlsym(handle, name) else { fatalError("libssl.so.3: no \(name)") }
            return unsafeBitCast(symbol, to: type)
        }
        // A socket's BIO writes without MSG_NOSIGNAL.
        signal(SIGPIPE, SIG_IGN)
        let method: @convention(c) () -> OpaquePointer = find("TLS_client_method")
        let makeContext: @convention(c) (OpaquePointer) -> OpaquePointer? = find("SSL_CTX_new")
        guard let made = makeContext(method()) else { fatalError("SSL_CTX_new") }
        context = made
        let setKeyLog:
            @convention(c) (
                OpaquePointer, @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Void
            ) -> Void = find("SSL_CTX_set_keylog_callback")
        setKeyLog(made) { ssl, line in
            guard let ssl, let line else { return }
            let text = String(cString: line)
            let key = UInt(bitPattern: ssl)
            keyLog.withLock { $0[key, default: []].append(text) }
        }
        makeSSL = find("SSL_new")
        freeSSL = find("SSL_free")
        setDescriptor = find("SSL_set_fd")
        connect = find("SSL_connect")
        read = find("SSL_read")
        peek = find("SSL_peek")
        write = find("SSL_write")
        shutDown = find("SSL_shutdown")
        error = find("SSL_get_error")
        clearErrors = find("ERR_clear_error")
        peekError = find("ERR_peek_error")
    }
}
