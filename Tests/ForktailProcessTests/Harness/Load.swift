import Glibc
import Synchronization

/// Clients that ask for one thing after the other, each in a thread of its own, until told to stop.
final class Load: Sendable {
    private let addresses: [Address]
    private let path: String
    private let limit: Int
    private let tally = Mutex(Tally())
    private let isStopping = Atomic<Bool>(false)
    private let threads = Mutex<[pthread_t]>([])

    /// Starts the clients.
    ///
    /// - Parameters:
    ///   - clients: How many.
    ///   - addresses: Where they go: the first client to the first, and so on, in turns.
    ///   - path: What they ask for.
    ///   - limit: How many requests each one makes at most.
    init(clients: Int, at addresses: [Address], path: String = "/pid", limit: Int = .max) {
        self.addresses = addresses
        self.path = path
        self.limit = limit
        for number in 0..<clients { start(number) }
    }

    /// What became of the requests so far.
    var soFar: Tally { tally.withLock { $0 } }

    /// Lets each client finish its request.
    func stop() -> Tally {
        isStopping.store(true, ordering: .relaxed)
        return finish()
    }

    /// Waits until each client has made its requests.
    func finish() -> Tally {
        let threads = threads.withLock { list in
            defer { list = [] }
            return list
        }
        for thread in threads { pthread_join(thread, nil) }
        return soFar
    }

    private func start(_ number: Int) {
        let work = Work { [self] in
            for _ in 0..<limit where !isStopping.load(ordering: .relaxed) {
                ask(addresses[number % addresses.count])
                if isStopping.load(ordering: .relaxed) { break }
            }
        }
        var thread = pthread_t()
        let raw = Unmanaged.passRetained(work).toOpaque()
        pthread_create(
            &thread,
            nil,
            { raw in
                guard let raw else { return nil }
                // SAFETY: passRetained above kept the reference for this one use.
                Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body()
                return nil
            },
            raw
        )
        threads.withLock { $0.append(thread) }
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

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
