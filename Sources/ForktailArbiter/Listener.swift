import ForktailConfiguration
import ForktailSystem

/// A bound, listening socket.
///
/// The arbiter holds it for as long as any settings name it, so that no queued connection is lost
/// with a worker.
final class Listener {
    /// The address as the settings spell it.
    let address: BindAddress
    /// The socket, which the workers of its generations hold too.
    let shared: SharedDescriptor
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
        shared = SharedDescriptor(socket)
        self.url = url
        self.file = file
        self.isForeign = isForeign
    }

    var socket: FileDescriptor {
        _read { yield shared.descriptor }
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

    /// Lets nobody new into the queue, and keeps who is there or on the way.
    ///
    /// A path is taken away. At a port clients ask for some time whether they may come in, until
    /// `refuseNewcomers` tells them.
    func closeDoor() throws(Errno) {
        guard address.isTCP else { return removeFile() }
        do throws(Errno) {
            try socket.dropHandshakes()
        } catch {
            // Where there are no filters, a queue without room does nearly the same.
            try socket.listen(backlog: 0)
        }
    }

    /// Refuses newcomers at a port whose door is closed, if the queue is empty.
    ///
    /// - Returns: Whether that is done, or there is no need of it.
    func refuseNewcomers() throws(Errno) -> Bool {
        guard address.isTCP else { return true }
        guard try socket.queueLength() == 0 else { return false }
        try socket.stopListening()
        return true
    }

    /// Removes the socket's file, unless another process has put its own in its place.
    func removeFile() {
        file?.remove()
    }
}
