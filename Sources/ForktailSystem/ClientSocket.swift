import CForktail
import Glibc

extension Socket {
    /// Connects to a Unix-domain socket, whose calls wait for a limited time: connect(2).
    ///
    /// - Throws: What the system says; `.wouldBlock` where its queue is full.
    package static func connect(toUnix path: SystemString, timeout: Duration) throws(Errno)
        -> FileDescriptor
    {
        let address = try SocketAddress(path: path)
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let socket = FileDescriptor(owning: try check { Glibc.socket(AF_UNIX, type, 0) })
        try socket.setSendTimeout(timeout)
        try socket.setReceiveTimeout(timeout)
        try check { address.withSockaddr { Glibc.connect(socket.rawValue, $0, $1) } }
        return socket
    }
}
