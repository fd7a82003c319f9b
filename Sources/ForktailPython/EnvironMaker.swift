// The environ of a request, PEP 3333, "environ Variables".
//
// Text is ISO 8859-1 of the bytes that the client sent, as the PEP wants it. What a client sends can
// name nothing that the server sets: its fields are HTTP_…, and a name with an underscore is left out.

import CForktail
import ForktailConfiguration
@_spi(inlined) import ForktailHTTP
import ForktailSystem
import ForktailValues
import ForktailWorker

/// Makes the environ of each request.
final class EnvironMaker: @unchecked Sendable {
    // SAFETY: the objects are made once and never changed; every use has the GIL.
    /// What is the same in each request.
    private let template: UnsafeMutableRawPointer
    private let keys: Keys
    private let rootPath: [UInt8]
    /// What the listeners are called.
    private let servers: [ServerName]

    /// A listener in the environ.
    private struct ServerName {
        let address: SocketAddress
        let name: [UInt8]
        let port: [UInt8]

        init(_ listener: WorkerResources.Listener) {
            address = listener.address
            let address = RemoteAddress(listener.address)
            name = Array((address == .unix ? "localhost" : address.host).utf8)
            port = Array("\(address.port ?? (listener.isSecure ? 443 : 80))".utf8)
        }

        /// Whether the socket of a connection has the very address of this one, not a wildcard.
        func has(_ local: SocketAddress) -> Bool {
            RemoteAddress(address) == RemoteAddress(local) && local.mayBeOfListener(at: address)
        }
    }

    /// The keys that each request sets.
    private struct Keys {
        let method = Keys.make("REQUEST_METHOD")
        let path = Keys.make("PATH_INFO")
        let query = Keys.make("QUERY_STRING")
        let uri = Keys.make("REQUEST_URI")
        let rawURI = Keys.make("RAW_URI")
        let version = Keys.make("SERVER_PROTOCOL")
        let address = Keys.make("REMOTE_ADDR")
        let port = Keys.make("REMOTE_PORT")
        let scheme = Keys.make("wsgi.url_scheme")
        let id = Keys.make("forktail.request_id")
        let hostName = Keys.make("SERVER_NAME")
        let serverPort = Keys.make("SERVER_PORT")
        let https = Keys.make("HTTPS")
        let protocolVersion = Keys.make("SSL_PROTOCOL")
        let cipher = Keys.make("SSL_CIPHER")
        let serverName = Keys.make("SSL_TLS_SNI")
        let verification = Keys.make("SSL_CLIENT_VERIFY")
        let subject = Keys.make("SSL_CLIENT_S_DN")
        let issuer = Keys.make("SSL_CLIENT_I_DN")
        let serial = Keys.make("SSL_CLIENT_M_SERIAL")
        let fingerprint = Keys.make("SSL_CLIENT_FINGERPRINT")

        private static func make(_ name: String) -> UnsafeMutableRawPointer? { Python.text(name) }
    }

    /// Makes what is the same in each request.
    init(
        _ helper: PythonHelper,
        _ configuration: Configuration,
        _ resources: WorkerResources
    ) throws {
        guard let template = forktail_py_dictionary() else {
            throw PythonError(description: Python.takeError())
        }
        self.template = template
        keys = Keys()
        rootPath = Array(configuration.wsgi.rootPath.utf8)
        servers = resources.listeners.map(ServerName.init)
        let texts = [
            ("GATEWAY_INTERFACE", "CGI/1.1"),
            ("SERVER_SOFTWARE", "forktail/\(Version.number)"),
        ]
        for (name, text) in texts { forktail_py_put(template, name, Python.text(text)) }
        Self.put("SCRIPT_NAME", rootPath, in: template)
        if let server = servers.first {
            Self.put("SERVER_NAME", server.name, in: template)
            Self.put("SERVER_PORT", server.port, in: template)
        }
        let one = forktail_py_number(1)
        forktail_py_put(template, "wsgi.version", forktail_py_pair(one, forktail_py_number(0)))
        let flags = [
            ("wsgi.multithread", configuration.handlerThreads > 0),
            ("wsgi.multiprocess", true), ("wsgi.run_once", false),
            ("wsgi.input_terminated", true),
        ]
        for (name, flag) in flags { forktail_py_put(template, name, forktail_py_true(flag)) }
        let wrapper = try helper.object("FileWrapper")
        forktail_py_keep(wrapper)
        forktail_py_put(template, "wsgi.file_wrapper", wrapper)
        let errors = forktail_py_call(try helper.object("Errors"), nil, nil, nil, nil)
        forktail_py_put(template, "wsgi.errors", errors)
    }

    private static func put(
        _ name: String,
        _ bytes: [UInt8],
        in dictionary: UnsafeMutableRawPointer
    ) {
        bytes.withUnsafeBufferPointer {
            forktail_py_put(dictionary, name, forktail_py_latin1($0.baseAddress, $0.count))
        }
    }

    /// Makes a new environ.
    func make(for request: Request) -> UnsafeMutableRawPointer? {
        guard let environ = forktail_py_copy(template) else { return nil }
        let storage = request.storage
        let head = storage.head
        storage.bytes.withBytes { bytes in
            func put(_ key: UnsafeMutableRawPointer?, _ range: Range<Int>) {
                let part = UnsafeBufferPointer(rebasing: bytes[range])
                forktail_py_put_latin1(environ, key, part.baseAddress, part.count)
            }
            put(keys.method, head.method)
            put(keys.query, head.query ?? 0..<0)
            put(keys.uri, head.target)
            put(keys.rawURI, head.target)
            for field in head.fields where storage.shows(field) {
                putField(environ, bytes, field)
            }
        }
        put(environ, keys.path, path(of: request))
        put(environ, keys.version, Array("HTTP/1.\(head.minorVersion)".utf8))
        put(environ, keys.scheme, Array(request.scheme.utf8))
        let client = request.remoteAddress
        put(environ, keys.address, client == .unix ? [] : Array(client.host.utf8))
        if let port = client.port { put(environ, keys.port, Array("\(port)".utf8)) }
        if servers.count > 1, let server = ownServer {
            put(environ, keys.hostName, server.name)
            put(environ, keys.serverPort, server.port)
        }
        if let id = request.id { put(environ, keys.id, Array(id.utf8)) }
        if let secure = request.secureConnection { put(secure, in: environ) }
        return environ
    }

    /// The listener that has accepted the connection of this thread's request.
    private var ownServer: ServerName? {
        guard let number = CrashHandler.descriptor, let local = SocketAddress.local(of: number)
        else { return nil }
        return servers.first { $0.has(local) }
            ?? servers.first { local.mayBeOfListener(at: $0.address) }
    }

    /// The names are those of Apache's mod_ssl, which programs look for.
    private func put(_ secure: SecureConnection, in environ: UnsafeMutableRawPointer) {
        put(environ, keys.https, Array("on".utf8))
        put(environ, keys.protocolVersion, Array(secure.version.utf8))
        put(environ, keys.cipher, Array(secure.cipherSuite.utf8))
        if let name = secure.serverName { put(environ, keys.serverName, Array(name.utf8)) }
        guard let certificate = secure.clientCertificate else {
            return put(environ, keys.verification, Array("NONE".utf8))
        }
        let verification = certificate.verificationFailure.map { "FAILED:\($0)" } ?? "SUCCESS"
        put(environ, keys.verification, Array(verification.utf8))
        put(environ, keys.subject, Array(certificate.subject.utf8))
        put(environ, keys.issuer, Array(certificate.issuer.utf8))
        put(environ, keys.serial, Array(certificate.serial.utf8))
        put(environ, keys.fingerprint, Array(certificate.fingerprint.utf8))
    }

    private func put(
        _ environ: UnsafeMutableRawPointer,
        _ key: UnsafeMutableRawPointer?,
        _ bytes: [UInt8]
    ) {
        bytes.withUnsafeBufferPointer {
            forktail_py_put_latin1(environ, key, $0.baseAddress, $0.count)
        }
    }

    /// Programs take HTTP_PROXY for the address of a proxy, which no client may choose.
    private static let proxy = Array("proxy".utf8)
    private static let cookie = Array("cookie".utf8)

    private func putField(
        _ environ: UnsafeMutableRawPointer,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ field: FieldRange
    ) {
        let name = UnsafeBufferPointer(rebasing: bytes[field.name])
        let value = UnsafeBufferPointer(rebasing: bytes[field.value])
        if Self.equals(name, Self.proxy) { return }
        forktail_py_put_field(
            environ,
            name.baseAddress,
            name.count,
            value.baseAddress,
            value.count,
            Self.equals(name, Self.cookie) ? "; " : ","
        )
    }

    private static func equals(_ name: UnsafeBufferPointer<UInt8>, _ lower: [UInt8]) -> Bool {
        name.count == lower.count && zip(name, lower).allSatisfy { $0 | 0x20 == $1 }
    }

    /// PATH_INFO: the path with its escapes decoded once, without the root path.
    private func path(of request: Request) -> [UInt8] {
        let head = request.storage.head
        let path =
            head.path.isEmpty ? Array(request.rawPath.utf8) : request.storage.decoded(head.path)
        guard !rootPath.isEmpty, path.starts(with: rootPath) else { return path }
        let rest = path.dropFirst(rootPath.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") ? Array(rest) : path
    }
}
