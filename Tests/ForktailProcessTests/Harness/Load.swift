import Glibc
import Synchronization

/// Clients that ask for one thing after the other, each in a thread of its own, until told to stop.
final class Load: RunningLoad, Sendable {
    private let addresses: [Address]
    private let path: String
    private let limit: Int
    private let tally = Mutex(Tally())
    private let threads = Threads()

    /// Starts the clients.
    ///
    /// - Parameters:
    ///   - clients: How many.
    ///   - addresses: Where they go: the first client to the first, and so on, in turns.
    ///   - path: What they ask for.
    ///   - limit: How many requests each one makes at most.
    ///   - milliseconds: The pause between two requests of a client.
    init(
        clients: Int,
        at addresses: [Address],
        path: String = "/pid",
        limit: Int = .max,
        pause milliseconds: Double = 0
    ) {
        self.addresses = addresses
        self.path = path
        self.limit = limit
        for number in 0..<clients {
            threads.start { [self] isStopping in
                for _ in 0..<limit {
                    if isStopping() { return }
                    ask(addresses[number % addresses.count])
                    if milliseconds > 0 { pause(milliseconds: milliseconds) }
                }
            }
        }
    }

    var soFar: Tally { tally.withLock { $0 } }

    /// Lets each client finish its request.
    func stop() -> Tally {
        threads.stop()
        return soFar
    }

    /// Waits until each client has made its requests.
    func finish() -> Tally {
        threads.join()
        return soFar
    }

    private func ask(_ address: Address) {
        do {
            let reply = try Client.get(path, at: address)
            tally.withLock { $0.record(reply) }
        } catch {
            let fault = error as? ConnectionFault ?? .short
            tally.withLock { $0.faults[fault, default: 0] += 1 }
        }
    }
}
