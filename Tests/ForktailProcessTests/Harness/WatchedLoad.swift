import Glibc
import Synchronization

/// Clients that ask for one thing after the other, and of whose lost requests each is explained by a
/// killed worker or a fault.
final class WatchedLoad: Sendable {
    private let ledger = Mutex(SoakLedger())
    private let threads = Threads()

    init(clients: Int, at address: Address, path: String) {
        for _ in 0..<clients {
            threads.start { [self] isStopping in
                while !isStopping() {
                    ask(path, at: address)
                    // The programs have to share the processors with the clients.
                    pause(milliseconds: 3)
                }
            }
        }
    }

    /// Lets each client finish its request.
    func stop() -> SoakLedger {
        threads.stop()
        return ledger.withLock { $0 }
    }

    private func ask(_ path: String, at address: Address) {
        var own = SoakLedger()
        let began = ContinuousClock.now
        do {
            let client = try Client(address)
            own.note("plain", of: client, since: began) { try $0.send(Client.request(path)) }
        } catch {
            own.lose("plain", "connect: \(error)")
        }
        ledger.withLock { [own] in $0.add(own) }
    }
}

extension SoakLedger.Killing {
    /// Kills the first process of a worker, and notes the connections that the worker holds.
    ///
    /// All its processes stand still while they are looked at.
    init(killing worker: pid_t) throws {
        let tree = ProcessTable.tree(of: worker)
        for process in tree { kill(process, SIGSTOP) }
        try wait(until: "a worker that stands still or is gone") {
            tree.allSatisfy { ProcessTable.entry($0).map { "TZX".contains($0.state) } ?? true }
        }
        let ports = ProcessTable.remotePorts(of: tree)
        // Before the signal: a client may see its effect sooner than this thread runs again.
        self.init(worker: worker, ports: ports, time: .now)
        kill(worker, SIGKILL)
    }
}
