import Glibc

/// Where a server listens.
enum Address: Hashable {
    case tcp(port: UInt16)
    /// A port where clients speak TLS.
    case tls(port: UInt16)
    case unix(path: String)

    /// Reads what the log says behind `listening at`.
    init?(url: Substring) {
        let schemeless = url.hasPrefix("https://") ? url.dropFirst(8) : url
        if schemeless.hasPrefix("unix:") {
            self = .unix(path: String(schemeless.dropFirst(5)))
        } else if let port = url.split(separator: ":").last.flatMap({ UInt16($0) }) {
            self = url.hasPrefix("https:") ? .tls(port: port) : .tcp(port: port)
        } else {
            return nil
        }
    }

    /// The port, where it has one.
    var port: UInt16? {
        switch self {
        case .tcp(let port), .tls(let port): port
        case .unix: nil
        }
    }

    /// The scheme of its URLs.
    var scheme: String {
        switch self {
        case .tcp, .unix: "http"
        case .tls: "https"
        }
    }

    /// Gives a function the address as the kernel wants it.
    func withSocketAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        switch self {
        case .tcp(let port), .tls(let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            return Self.rebound(&address, MemoryLayout<sockaddr_in>.size, body)
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            // A path that begins with @ is a name of the abstract name space: unix(7).
            withUnsafeMutableBytes(of: &address.sun_path) {
                $0.copyBytes(from: bytes)
                if bytes.first == UInt8(ascii: "@") { $0[0] = 0 }
            }
            return Self.rebound(&address, 2 + bytes.count, body)
        }
    }

    var family: Int32 {
        switch self {
        case .tcp, .tls: AF_INET
        case .unix: AF_UNIX
        }
    }

    private static func rebound<Kind, Result>(
        _ address: inout Kind,
        _ size: Int,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
        }
    }
}
