import ForktailConfiguration
import ForktailSystem

/// A bound, listening socket.
///
/// The arbiter holds it for as long as any settings name it, so that no queued connection is lost
/// with a worker.
final class Listener {
    /// The address as the settings spell it.
    let address: BindAddress
    let socket: FileDescriptor
    /// The address that it really has, for log lines: `http://127.0.0.1:8000`.
    let url: String
    /// The socket file that is ours to remove.
    private let file: OwnedFile?
    /// Whether somebody else has made the socket, who decides how long it lives.
    let isForeign: Bool
    private var waitingTime: Duration?

    init(
        address: BindAddress,
        socket: consuming FileDescriptor,
        url: String,
        file: OwnedFile?,
        isForeign: Bool = false
    ) {
        self.address = address
        self.socket = socket
        self.url = url
        self.file = file
        self.isForeign = isForeign
    }

    /// Makes accept(2) wait so long at a time, and so the calls on TCP connections, which inherit it.
    func wait(for interval: Duration) throws(Errno) {
        try socket.setReceiveTimeout(interval)
        try socket.setSendTimeout(interval)
        waitingTime = interval
    }

    /// The same, where it would wait for longer.
    func waitNoLonger(than interval: Duration) throws(Errno) {
        if waitingTime.map({ interval < $0 }) ?? true { try wait(for: interval) }
    }

    /// Removes the socket's file, unless another process has put its own in its place.
    func removeFile() {
        file?.remove()
    }
}
