import Glibc

/// The address of a socket: an IPv4 or IPv6 address with a port, or a path.
package struct SocketAddress: Sendable {
    fileprivate var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// An address with room for any family, to be filled in by a call.
    package init() {}

    /// The address of a Unix-domain socket.
    ///
    /// - Parameters:
    ///   - path: Its path.
    ///   - abstractPrefix: The character that, in front, means a name in the abstract namespace.
    /// - Throws: `.nameTooLong` for a path of more than 107 bytes, the limit of unix(7).
    package init(path: SystemString, abstractPrefix: UInt8? = nil) throws(Errno) {
        var bytes = path.bytes
        let isAbstract = bytes.first != nil && bytes.first == abstractPrefix
        if isAbstract { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .nameTooLong
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        withUnsafeMutableBytes(of: &storage) { room in
            withUnsafeBytes(of: &address) { room.copyMemory(from: $0) }
        }
        // An abstract name has no end but the address's length.
        let whole = MemoryLayout<sockaddr_un>.size
        let start = whole - MemoryLayout.size(ofValue: address.sun_path)
        length = socklen_t(isAbstract ? start + bytes.count : whole)
    }

    private init(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
        }
        self.length = length
    }

    /// The addresses to listen on for a host name or number: getaddrinfo(3).
    ///
    /// - Throws: `ResolutionFailure` where the name stands for no address of this machine's kinds.
    package static func resolve(
        host: String,
        port: UInt16
    ) throws(ResolutionFailure) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw ResolutionFailure(code: code) }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { entry in
            guard let entry = entry?.pointee, let address = entry.ai_addr else { return nil }
            return SocketAddress(address, length: entry.ai_addrlen)
        }
    }

    /// The address family: AF_INET, AF_INET6 or AF_UNIX.
    package var family: CInt { CInt(storage.ss_family) }

    /// Whether this is the path of a Unix-domain socket.
    package var isUnix: Bool { family == AF_UNIX }

    /// The address in digits: inet_ntop(3); empty for other families than IPv4 and IPv6.
    package var numericHost: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = withUnsafeBytes(of: storage) { bytes in
            let offset = family == AF_INET ? 4 : 8
            return inet_ntop(
                family,
                bytes.baseAddress?.advanced(by: offset),
                &text,
                socklen_t(text.count)
            )
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The path of a Unix-domain socket in the file system; nil for any other address.
    package var path: SystemString? {
        guard isUnix else { return nil }
        let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        return withUnsafeBytes(of: storage) { bytes in
            let path = bytes[start..<max(start, Int(length))].prefix { $0 != 0 }
            return path.isEmpty ? nil : SystemString(bytes: path)
        }
    }

    /// The port, where the family has ports.
    package var port: UInt16? {
        isUnix
            ? nil
            : withUnsafeBytes(of: storage) { bytes in
                // The port of IPv4 and IPv6 has one place.
                UInt16(bigEndian: bytes.load(as: sockaddr_in.self).sin_port)
            }
    }

    /// Whether it is the same address and port.
    package func isEqual(to other: SocketAddress) -> Bool {
        family == other.family && port != nil && port == other.port
            && numericHost == other.numericHost
    }

    /// Whether the kernel lets no socket listen at one of them while another listens at the other:
    /// the port is the same, and so is the host, or one stands for all hosts.
    package func overlaps(_ other: SocketAddress) -> Bool {
        family == other.family && port != nil && port == other.port
            && (numericHost == other.numericHost || isWildcard || other.isWildcard)
    }

    private var isWildcard: Bool { ["0.0.0.0", "::"].contains(numericHost) }

    /// Calls with the address as the system calls want it.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Calls with room for a system call to write an address into.
    mutating func withMutableSockaddr<Result>(
        _ body: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Result
    ) -> Result {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
    }
}

extension RemoteAddress {
    /// Makes the address of a client from what accept(2) has told.
    package init(_ address: SocketAddress) {
        self = withUnsafeBytes(of: address.storage) { bytes in
            switch address.family {
            case AF_INET:
                let address = bytes.load(as: sockaddr_in.self)
                return .ipv4(
                    UInt32(bigEndian: address.sin_addr.s_addr),
                    port: UInt16(bigEndian: address.sin_port)
                )
            case AF_INET6:
                let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
                return .ipv6(
                    high: half(at: offset, of: bytes),
                    low: half(at: offset + 8, of: bytes),
                    port: UInt16(bigEndian: bytes.load(as: sockaddr_in6.self).sin6_port)
                )
            default:
                // Clients of Unix-domain sockets have no name as a rule.
                return .unix
            }
        }
        func half(at offset: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }
}

/// The reason for which a host name has no address: gai_strerror(3).
package struct ResolutionFailure: Error, CustomStringConvertible {
    let code: CInt

    package var description: String { String(cString: gai_strerror(code)) }
}

extension SocketAddress {
    /// The address that a socket is bound to, or the listener that has accepted it, which has an
    /// address of this machine in place of a wildcard; nil for any other descriptor: getsockname(2).
    package static func local(of number: CInt) -> SocketAddress? {
        var address = SocketAddress()
        let result = address.withMutableSockaddr { getsockname(number, $0, &$1) }
        return result == 0 ? address : nil
    }

    /// Whether sockets of both addresses can be of one listener: they have its port or its path.
    package func mayBeOfListener(at other: SocketAddress) -> Bool {
        if isUnix || other.isUnix { return isUnix && other.isUnix && path == other.path }
        return port != nil && port == other.port
    }

    /// Closes, in a child of fork(2), all sockets that were accepted at some addresses.
    ///
    /// - Parameters:
    ///   - addresses: Those of the listeners.
    ///   - limit: The first number that is not looked at.
    package static func closeAccepted(at addresses: [SocketAddress], below limit: CInt) {
        for number in 3..<max(3, limit) {
            guard let address = local(of: number),
                addresses.contains(where: address.mayBeOfListener)
            else { continue }
            close(number)
        }
    }
}
