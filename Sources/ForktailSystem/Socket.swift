import CForktail
import Glibc

/// Sockets of the arbiter: those that listen, and the probe of one that may.
package enum Socket {
    /// Opens a socket and binds it to an address: socket(2), bind(2).
    ///
    /// TCP sockets get SO_REUSEADDR, so that a restart isn't refused for connections in TIME_WAIT,
    /// TCP_NODELAY, which accepted sockets inherit, and never serve IPv4 through an IPv6 address.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - fileMode: The permission bits of a Unix-domain socket's file, less the umask; nil for
    ///     all that the umask leaves.
    /// - Returns: The socket, which does not listen yet.
    /// - Throws: What the system says.
    package static func bind(
        to address: SocketAddress,
        fileMode: UInt32? = nil
    ) throws(Errno) -> FileDescriptor {
        let socket = try open(family: address.family)
        // The file gets the bits of the socket.
        if let fileMode { try check { fchmod(socket.rawValue, fileMode) } }
        if !address.isUnix {
            try socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
            try socket.setOption(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        }
        if address.family == AF_INET6 {
            try socket.setOption(CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1)
        }
        try check { address.withSockaddr { Glibc.bind(socket.rawValue, $0, $1) } }
        return socket
    }

    /// The process that listens at the address of a Unix-domain socket, by connect(2) and SO_PEERCRED
    /// of unix(7): the one that called listen(2), also where a child of it accepts.
    ///
    /// - Returns: Nil where none does, 0 where the kernel doesn't tell.
    package static func listener(at address: SocketAddress) throws(Errno) -> ProcessID? {
        let socket = try open(family: address.family)
        do throws(Errno) {
            // Without waiting: EAGAIN is the answer of a Unix socket whose queue is full.
            try socket.setNonBlocking(true)
            try check { address.withSockaddr { Glibc.connect(socket.rawValue, $0, $1) } }
            return ProcessID(rawValue: try socket.peer().process)
        } catch .connectionRefused {
            return nil
        } catch .noEntry {
            return nil
        } catch .wouldBlock {
            return ProcessID(rawValue: 0)
        }
    }

    /// The longest queue that the kernel grants a listener, net.core.somaxconn; nil without /proc.
    package static var longestQueue: Int? {
        guard let bytes = try? FileSystem.contents(of: "/proc/sys/net/core/somaxconn") else {
            return nil
        }
        return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    /// A socket on which accept(2) fails at once, because it does not listen.
    package static func dead() throws(Errno) -> FileDescriptor {
        try open(family: AF_UNIX)
    }

    /// Two connected Unix-domain sockets that return EAGAIN instead of waiting: socketpair(2).
    ///
    /// - Returns: The numbers of the ends; the caller has to take ownership of them.
    package static func pair() throws(Errno) -> (CInt, CInt) {
        let flags = CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        var ends: [CInt] = [-1, -1]
        try check { socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | flags, 0, &ends) }
        return (ends[0], ends[1])
    }

    private static func open(family: CInt) throws(Errno) -> FileDescriptor {
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        return FileDescriptor(owning: try check { socket(family, type, 0) })
    }

    /// Sends one datagram to a Unix-domain address; `@` in front of the path means the abstract
    /// namespace: sendto(2), unix(7).
    package static func sendDatagram(_ text: String, toUnix path: SystemString) throws(Errno) {
        let type = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let socket = FileDescriptor(owning: try check { Glibc.socket(AF_UNIX, type, 0) })
        let address = try SocketAddress(path: path, abstractPrefix: UInt8(ascii: "@"))
        let bytes = Array(text.utf8)
        // A receiver that does not read must not hold the arbiter.
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        try checkUninterrupted {
            address.withSockaddr {
                sendto(socket.rawValue, bytes, bytes.count, flags, $0, $1)
            }
        }
    }
}

extension FileDescriptor {
    /// The process that has made the pair of connected sockets of which this is one: SO_PEERCRED.
    ///
    /// - Throws: What the system says, also for a socket of another kind.
    package func maker() throws(Errno) -> ProcessID {
        ProcessID(rawValue: try check { forktail_socket_maker(rawValue) })
    }

    /// Starts to queue connections, or changes the queue's length: listen(2).
    package func listen(backlog: Int) throws(Errno) {
        try check { Glibc.listen(rawValue, CInt(clamping: backlog)) }
    }

    /// Listens again at an address after shutdown(2) of a process that shares the socket.
    ///
    /// A port that the kernel had chosen was given up by that.
    package func listenAgain(at address: SocketAddress, backlog: Int) throws(Errno) {
        // After a second shutdown(2) every accepted connection would be shut down as well: connect(2)
        // without an address takes that back.
        var nowhere = sockaddr()
        nowhere.sa_family = sa_family_t(AF_UNSPEC)
        let size = socklen_t(MemoryLayout<sockaddr>.size)
        try check { connect(rawValue, &nowhere, size) }
        do throws(Errno) {
            try check { address.withSockaddr { Glibc.bind(rawValue, $0, $1) } }
        } catch .invalidArgument {
            // It still has its port.
        }
        try listen(backlog: backlog)
    }

    /// Makes a listening TCP socket ignore new handshakes: socket(7) SO_ATTACH_FILTER.
    ///
    /// Handshakes that have begun are completed. A client asks again after a second.
    package func dropHandshakes() throws(Errno) {
        try check { forktail_drop_handshakes(rawValue) }
    }

    /// How many connections wait to be accepted from a TCP socket: tcp(7) TCP_INFO.
    package func queueLength() throws(Errno) -> Int {
        Int(try check { forktail_queue_length(rawValue) })
    }

    /// Stops listening in every process that has the socket, and resets the connections in its queue:
    /// shutdown(2).
    package func stopListening() throws(Errno) {
        try check { shutdown(rawValue, CInt(SHUT_RD)) }
    }

    /// Makes a listening TCP socket queue a connection only once its client has sent something:
    /// tcp(7) TCP_DEFER_ACCEPT.
    ///
    /// A client that sends nothing is queued after about a second.
    package func deferAccept(_ wanted: Bool) throws(Errno) {
        // The value bounds the wait in seconds; the kernel rounds it to retransmissions.
        try setOption(CInt(IPPROTO_TCP), TCP_DEFER_ACCEPT, wanted ? 1 : 0)
    }

    /// The address that this socket is bound to: getsockname(2).
    package func boundAddress() throws(Errno) -> SocketAddress {
        var address = SocketAddress()
        try check { address.withMutableSockaddr { getsockname(rawValue, $0, &$1) } }
        return address
    }

    /// Whether this socket accepts connections: SO_ACCEPTCONN.
    package func isListening() throws(Errno) -> Bool {
        var value: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        try check { getsockopt(rawValue, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) }
        return value != 0
    }

    /// Makes accept(2) and recv(2) return EAGAIN after a time without anything: SO_RCVTIMEO; nil for
    /// no limit.
    ///
    /// Accepted TCP sockets inherit it from their listener, Unix-domain ones do not.
    package func setReceiveTimeout(_ timeout: Duration?) throws(Errno) {
        try setTimeout(SO_RCVTIMEO, timeout)
    }

    /// The same for send(2): SO_SNDTIMEO.
    package func setSendTimeout(_ timeout: Duration?) throws(Errno) {
        try setTimeout(SO_SNDTIMEO, timeout)
    }

    private func setTimeout(_ option: CInt, _ timeout: Duration?) throws(Errno) {
        // Zero means to wait for ever.
        let microseconds = timeout.map { max(1, $0.nanoseconds / 1000) } ?? 0
        var time = timeval()
        time.tv_sec = Int(microseconds / 1_000_000)
        time.tv_usec = Int(microseconds % 1_000_000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        try check { setsockopt(rawValue, SOL_SOCKET, option, &time, size) }
    }

    func setOption(_ level: CInt, _ option: CInt, _ value: CInt) throws(Errno) {
        var value = value
        let size = socklen_t(MemoryLayout<CInt>.size)
        try check { setsockopt(rawValue, level, option, &value, size) }
    }
}
