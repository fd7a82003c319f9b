import Synchronization

/// A task that sleeps, until its timer or its cancellation wakes it.
final class Sleeper: Sendable {
    private enum State {
        case awake
        case sleeping(UnsafeContinuation<Void, Never>)
        /// It was woken before it slept.
        case woken
    }

    private let state = Mutex(State.awake)

    func sleep() async {
        await withUnsafeContinuation { continuation in
            let isWoken = state.withLock { state in
                guard case .awake = state else { return true }
                state = .sleeping(continuation)
                return false
            }
            if isWoken { continuation.resume() }
        }
    }

    /// Wakes it once; any thread may call it.
    func wake() {
        let continuation: UnsafeContinuation<Void, Never>? = state.withLock { state in
            defer { state = .woken }
            guard case .sleeping(let continuation) = state else { return nil }
            return continuation
        }
        continuation?.resume()
    }
}
