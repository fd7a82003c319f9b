import ForktailConfiguration
import ForktailLog
import ForktailSystem

/// Makes listening sockets for addresses, or takes those that are open there.
///
/// Every failure names the address and suggests a cure.
struct ListenerFactory {
    let backlog: Int
    /// What the files of Unix-domain sockets are like.
    let socketFile: SocketFileSettings
    /// The listeners to take.
    var open: [Listener] = []
    /// Other listeners of this server: one of them may be in the way.
    var others: [Listener] = []

    /// Listens at all addresses, or binds none.
    ///
    /// - Parameters:
    ///   - addresses: Where to listen.
    ///   - chosen: The listeners that the same settings have already.
    /// - Returns: The listeners, in the order of the addresses.
    /// - Throws: The address that can't be bound, and why.
    func listen(
        at addresses: [BindAddress],
        beside chosen: [Listener] = []
    ) throws(StartFailure) -> [Listener] {
        var listeners: [Listener] = []
        for address in addresses {
            do throws(StartFailure) {
                listeners += try listen(at: address, beside: chosen + listeners)
            } catch {
                for listener in listeners where !open.contains(where: { $0 === listener }) {
                    listener.removeFile()
                }
                throw error
            }
        }
        return listeners
    }

    /// Binds and listens: several sockets where a host name has several addresses.
    private func listen(
        at address: BindAddress,
        beside chosen: [Listener]
    ) throws(StartFailure) -> [Listener] {
        let named = open.filter { $0.isNamed(address) }
        guard named.isEmpty else { return named }
        switch address {
        case .tcp(let host, let port):
            return try listen(host: host, port: port, address, beside: chosen)
        case .unix(let path): return [try listen(path: path, address)]
        }
    }

    private func listen(
        host: String,
        port: UInt16,
        _ address: BindAddress,
        beside chosen: [Listener]
    ) throws(StartFailure) -> [Listener] {
        var listeners: [Listener] = []
        for candidate in try resolve(host, port, address) {
            // A port has one socket, however the settings spell its address.
            if let listener = open.first(where: { $0.endpoint?.isEqual(to: candidate) == true }),
                !chosen.contains(where: { $0 === listener })
            {
                listener.addName(address)
                listeners.append(listener)
                continue
            }
            do throws(Errno) {
                let socket = try Socket.bind(to: candidate)
                try socket.listen(backlog: backlog)
                // A name may stand for several addresses.
                let url = BindAddress(try socket.boundAddress()).url
                listeners.append(Listener(address: address, socket: socket, url: url, file: nil))
            } catch .addressInUse {
                let reason =
                    Self.conflict(of: candidate, with: chosen + listeners).map {
                        "the settings name \($0) too, and Linux gives a port to one of the two; "
                            + "leave one out"
                    }
                    ?? Self.conflict(of: candidate, with: open + others).map {
                        "this server itself listens at \($0), and Linux gives a port to one of the "
                            + "two; restart, or reload twice, first without \($0)"
                    }
                    ?? "another process listens there; `ss -ltnp` shows which"
                throw Self.failure(.addressInUse, "\(Errno.addressInUse) (\(reason))", address)
            } catch {
                throw Self.failure(error, nil, address)
            }
        }
        return listeners
    }

    /// The address of a listener that keeps another one from being bound.
    private static func conflict(
        of address: SocketAddress,
        with listeners: [Listener]
    ) -> BindAddress? {
        listeners.compactMap(\.endpoint).first { $0.overlaps(address) }.map { BindAddress($0) }
    }

    private func resolve(
        _ host: String,
        _ port: UInt16,
        _ address: BindAddress
    ) throws(StartFailure) -> [SocketAddress] {
        do throws(ResolutionFailure) {
            return try SocketAddress.resolve(host: host, port: port)
        } catch {
            throw .unavailable("bind \(address): \(error)")
        }
    }

    private static func failure(
        _ error: Errno,
        _ reason: String? = nil,
        _ address: BindAddress
    ) -> StartFailure {
        let reason = reason ?? error.description
        return .unavailable("bind \(address): \(reason)\(advice(error, address))", error)
    }

    private static func advice(_ error: Errno, _ address: BindAddress) -> String {
        switch (error, address) {
        case (.addressNotAvailable, .tcp):
            " (no network interface of this machine has the address; `ip addr` lists them)"
        case (.addressInUse, .unix):
            " (a living process accepts connections there)"
        case (.notSocket, .unix):
            " (the file in the way is no socket; remove it or choose another path)"
        case (.wouldBlock, .unix):
            " (another process holds the lock of the directory, flock(2))"
        case (.nameTooLong, .unix):
            " (the path of a socket has 107 bytes at most, with our suffix while it is made)"
        case (.notPermitted, .unix):
            " (only root can give a file to another user, or to a group that it is not in)"
        case (.permissionDenied, .tcp(_, let port)) where port < 1024:
            " (a port below 1024 needs root or CAP_NET_BIND_SERVICE)"
        case (.noEntry, .unix):
            " (the directory of the socket is not there)"
        case (.permissionDenied, .unix):
            " (this user may not write the directory, or connect to the socket that is there)"
        default:
            error.limitAdvice
        }
    }

    private func listen(path: String, _ address: BindAddress) throws(StartFailure) -> Listener {
        do throws(FileFailure) {
            return try bindFile(at: path, address)
        } catch {
            throw Self.failure(error.errno, error.description, address)
        }
    }

    /// Listens at a path of the file system: unix(7).
    ///
    /// The socket is bound under another name and renamed, so that the path at no time refuses
    /// connections; the directory is locked meanwhile against another starter.
    private func bindFile(at path: String, _ address: BindAddress) throws(FileFailure) -> Listener {
        let place = try FilePlace.find(SystemString(path))
        let directory = try place.openDirectory()
        try fileCall { () throws(Errno) in try Self.lock(directory) }
        try Self.refuseIfTaken(place)
        let temporary = try place.draft()
        let socket = try Self.bind(temporary)
        let file = try temporary.openSocketFile()
        let identity = try fileCall { () throws(Errno) in try file.status().identity }
        do throws(FileFailure) {
            try fileCall { () throws(Errno) in
                try socketFile.apply(to: file)
                try socket.listen(backlog: backlog)
            }
            try temporary.rename(to: place)
        } catch {
            // The failure that is reported is the first one.
            try? temporary.remove(identity)
            throw error
        }
        return Listener(
            address: address,
            socket: socket,
            url: address.url,
            file: OwnedFile(path: path, identity: identity)
        )
    }

    /// Binds a socket under the name that it has until it listens.
    ///
    /// The directory is locked, so that a socket of that name was left by a process that was killed.
    private static func bind(_ place: borrowing FilePlace) throws(FileFailure) -> FileDescriptor {
        if let status = try? place.status() {
            // A socket that was not finished has no mode that lets a process connect.
            guard status.isSocket, (try? place.listener()) == nil else {
                throw FileFailure(.exists, "\(place.name) is in the way; remove it")
            }
            try place.remove(status.identity)
        }
        return try place.bindSocket()
    }

    /// Locks a directory; waits up to 200 ms for another process.
    private static func lock(_ directory: borrowing FileDescriptor) throws(Errno) {
        for _ in 0..<10 {
            do throws(Errno) {
                return try directory.lock()
            } catch .wouldBlock {
                Process.sleep(for: .milliseconds(20))
            }
        }
        throw .wouldBlock
    }

    /// Refuses a path at which another server accepts connections, or that is no socket.
    private static func refuseIfTaken(_ place: borrowing FilePlace) throws(FileFailure) {
        do throws(FileFailure) {
            guard try place.status().isSocket else { throw FileFailure(.notSocket) }
        } catch  where error.errno == .noEntry {
            return
        }
        if try place.listener() != nil { throw FileFailure(.addressInUse) }
    }
}
