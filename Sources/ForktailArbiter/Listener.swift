import ForktailConfiguration
import ForktailSystem

/// What the workers of a generation need a listener to be.
struct ListenerSettings {
    /// Whether accept(2) blocks; nil where it is as programs have set it up.
    ///
    /// O_NONBLOCK is one flag for all processes that share the listener.
    let blocks: Bool?
    /// How long accept(2) waits at a time, so that an idle worker beats; nil without limit, because
    /// the connections that programs accept inherit it.
    let waitingTime: Duration?
    /// Whether a TCP listener holds a connection back until its client has sent something.
    let defersAccept: Bool
    /// How many connections the kernel queues.
    let backlog: Int
    /// What the files of Unix-domain sockets are like.
    let socketFile: SocketFileSettings
}

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
    /// The socket file that this arbiter has to remove.
    let file: OwnedFile?
    /// Whether another program has made the socket, which decides how long it lives.
    let isForeign: Bool
    /// Whether it was shut down and can't listen again.
    private(set) var isLost = false
    /// The address that the socket has, if the kernel tells it.
    let endpoint: SocketAddress?
    /// How settings spell the address; a host name stands for all sockets that have it here.
    private var names: Set<BindAddress>
    /// Whether the observer serves it, and no worker.
    var isForStatus = false
    /// Whether systemd names it `https`: FileDescriptorName=, sd_listen_fds_with_names(3).
    let isNamedHTTPS: Bool
    private var waitingTime: Duration?
    private var defersAccept = false

    init(
        address: BindAddress,
        socket: consuming FileDescriptor,
        url: String,
        file: OwnedFile?,
        isForeign: Bool = false,
        isNamedHTTPS: Bool = false
    ) {
        self.address = address
        names = [address]
        // Without it the listener can't be mended, but serves.
        endpoint = try? socket.boundAddress()
        shared = SharedDescriptor(socket)
        self.url = url
        self.file = file
        self.isForeign = isForeign
        self.isNamedHTTPS = isNamedHTTPS
    }

    var socket: FileDescriptor {
        _read { yield shared.descriptor }
    }

    /// The descriptor's number.
    var number: CInt { socket.rawValue }

    /// Whether the settings have spelled its address like this.
    func isNamed(_ address: BindAddress) -> Bool {
        names.contains(address)
    }

    /// Notes another spelling of its address: `localhost:8000` for `127.0.0.1:8000`.
    func addName(_ address: BindAddress) {
        names.insert(address)
    }

    /// Forgets other spellings: a socket that a host name stood for, too, may be closed from here on.
    func keepNames(_ used: Set<BindAddress>) {
        if address.isTCP, !isForeign { names.formIntersection(used) }
    }

    /// Sets everything that the workers of one generation need, once there are no others.
    func apply(_ settings: ListenerSettings) throws(Errno) {
        if let blocks = settings.blocks { try socket.setNonBlocking(!blocks) }
        if settings.waitingTime != waitingTime { try wait(for: settings.waitingTime) }
        try deferAccept(settings.defersAccept)
        if !isForeign { try socket.listen(backlog: settings.backlog) }
        try file?.apply(settings.socketFile)
    }

    /// Whether it is a TCP listener that a process which shares it has shut down: shutdown(2).
    ///
    /// A Unix-domain socket doesn't show it, and can't listen again.
    var isShutDown: Bool {
        guard address.isTCP, !isLost, let isListening = try? socket.isListening() else {
            return false
        }
        return !isListening
    }

    /// Listens again after a shutdown.
    func listenAgain(backlog: Int) throws(Errno) {
        isLost = true
        guard let endpoint else { throw .invalidArgument }
        try socket.listenAgain(at: endpoint, backlog: backlog)
        isLost = false
    }

    /// Sets what new workers need beside the old ones.
    ///
    /// The old ones cope with a listener that does not block or wakes them more often. The other way
    /// round the new ones would block in one listener, or beat too late.
    func anticipate(_ settings: ListenerSettings) throws(Errno) {
        // Workers of the class event accept once for each event, so that one which finds nothing waits
        // for `waitingTime` at most, and for as long as the first programs boot.
        let isForPrograms = settings.waitingTime == nil
        if let blocks = settings.blocks, !blocks || isForPrograms {
            try socket.setNonBlocking(!blocks)
        }
        guard let interval = settings.waitingTime else { return }
        guard let waitingTime, waitingTime <= interval else { return try wait(for: interval) }
    }

    /// Limits the time of accept(2), and of the calls on TCP connections, which inherit it.
    private func wait(for interval: Duration?) throws(Errno) {
        try socket.setReceiveTimeout(interval)
        try socket.setSendTimeout(interval)
        waitingTime = interval
    }

    /// Sets TCP_DEFER_ACCEPT; for a socket that another program has made, its choice stays unless
    /// the workers want more.
    private func deferAccept(_ wanted: Bool) throws(Errno) {
        guard address.isTCP, wanted || defersAccept || !isForeign else { return }
        try socket.deferAccept(wanted)
        defersAccept = wanted
    }

    /// Admits no new connection to the queue, and keeps those that are queued or being made.
    ///
    /// The path of a Unix-domain socket is removed. At a port clients repeat their request for a
    /// connection until `shutDownIfEmpty` refuses it.
    func stopAdmitting() throws(Errno) {
        guard address.isTCP else { return removeFile() }
        do throws(Errno) {
            try socket.dropHandshakes()
        } catch {
            // Where there are no filters, a queue without room does nearly the same.
            try socket.listen(backlog: 0)
        }
    }

    /// Shuts the socket down, so that new connections are refused, if its queue is empty.
    ///
    /// - Returns: Whether nothing is left to be done.
    func shutDownIfEmpty() throws(Errno) -> Bool {
        guard try isEmpty() else { return false }
        if address.isTCP { try socket.stopListening() }
        return true
    }

    /// Whether no connection waits in the queue, as far as the kernel tells.
    func isEmpty() throws(Errno) -> Bool {
        guard address.isTCP else { return true }
        return try socket.queueLength() == 0
    }

    /// How many connections wait in the queue, as far as the kernel tells: of a Unix-domain socket only
    /// whether one does.
    var waitingConnections: Int {
        do throws(Errno) {
            if address.isTCP { return try socket.queueLength() }
            return try Poll.readable([number], timeout: .zero).isEmpty ? 0 : 1
        } catch {
            return 0
        }
    }

    /// Whether it is a socket whose file was removed or replaced, so that no client finds it.
    var hasLostItsFile: Bool {
        !address.isTCP && !isForeign && file?.isInPlace != true
    }

    /// Removes the socket's file, unless another process has put its own in its place.
    func removeFile() {
        file?.remove()
    }
}
