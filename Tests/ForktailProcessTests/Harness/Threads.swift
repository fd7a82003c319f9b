import Glibc
import Synchronization

/// Threads that work until they must stop.
final class Threads: Sendable {
    private let running = Mutex<[pthread_t]>([])
    private let isStopping = Atomic<Bool>(false)

    /// Starts one; its argument says whether it must stop.
    func start(_ body: @escaping @Sendable (_ isStopping: () -> Bool) -> Void) {
        let work = Work { [self] in body { isStopping.load(ordering: .relaxed) } }
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
        running.withLock { $0.append(thread) }
    }

    /// Tells all to stop, and waits until they have.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        join()
    }

    /// Waits until all have ended by themselves.
    func join() {
        let threads = running.withLock { list in
            defer { list = [] }
            return list
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
