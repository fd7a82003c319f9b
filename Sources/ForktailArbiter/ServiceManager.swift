import ForktailSystem

/// Tells systemd, or whoever set NOTIFY_SOCKET, about the state of the service: sd_notify(3).
struct ServiceManager {
    private let socket: String?

    /// Takes the socket's path from the environment that the arbiter was started with.
    init(environment: [String: String]) {
        socket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Sends assignments such as `READY=1`, one a line.
    ///
    /// - Throws: What sendto(2) says; nothing where nobody asked to be told.
    func notify(_ assignments: String...) throws(Errno) {
        guard let socket else { return }
        try Socket.sendDatagram(assignments.joined(separator: "\n"), toUnix: socket)
    }
}
