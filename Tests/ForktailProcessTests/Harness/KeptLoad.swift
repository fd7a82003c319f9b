import Synchronization

/// Clients that ask for one thing after the other, each on one connection for as long as it lives.
final class KeptLoad: RunningLoad, Sendable {
    private let tally = Mutex(Tally())
    private let ends = Mutex(0)
    private let threads = Threads()

    init(clients: Int, at address: Address, path: String = "/pid") {
        for _ in 0..<clients {
            threads.start { [self] isStopping in
                while !isStopping() { talk(with: address, path, isStopping) }
            }
        }
    }

    /// How many connections ended behind an answer that says so.
    var announcedEnds: Int { ends.withLock { $0 } }

    var soFar: Tally { tally.withLock { $0 } }

    /// Lets each client finish its request.
    func stop() -> Tally {
        threads.stop()
        return soFar
    }

    private func talk(with address: Address, _ path: String, _ isStopping: () -> Bool) {
        do {
            let talk = try Conversation(address)
            while !isStopping() {
                try talk.send(Conversation.request(path))
                let reply = try talk.reply()
                tally.withLock { $0.record(reply) }
                guard reply["Connection"] == "close" else { continue }
                return ends.withLock { $0 += 1 }
            }
        } catch {
            let fault = error as? ConnectionFault ?? .short
            tally.withLock { $0.faults[fault, default: 0] += 1 }
        }
    }
}
