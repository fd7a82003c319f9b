import Forktail
import Glibc
import Synchronization

/// Places where handlers wait until another request opens them.
final class Gates: Sendable {
    private struct State {
        var open: Set<String> = []
        var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let state = Mutex(State())

    /// How many wait.
    var count: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

    func pass(_ name: String) async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.open.contains(name) { return true }
                state.waiting[name, default: []].append(continuation)
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    func open(_ name: String) {
        let waiting = state.withLock { state in
            state.open.insert(name)
            return state.waiting.removeValue(forKey: name) ?? []
        }
        waiting.forEach { $0.resume() }
    }
}

/// Each way to wait that Swift has.
enum Waits {
    @TaskLocal static var name = "none"

    static func wait(in kind: String, _ request: Request, _ gates: Gates) async throws {
        switch kind {
        case "yield": await Task.yield()
        case "continuation":
            await withUnsafeContinuation { continuation in continuation.resume() }
        case "foreign": await resumeInThread()
        case "async-let":
            async let one = double(1)
            async let two = double(2)
            guard await one + two == 6 else { throw Failure("async let") }
        case "group":
            let sum = await withTaskGroup(of: Int.self) { group in
                for number in 1...3 { group.addTask { await double(number) } }
                return await group.reduce(0, +)
            }
            guard sum == 12 else { throw Failure("group") }
        case "actor":
            let counter = Counter()
            for _ in 0..<3 { await counter.increment() }
            guard await counter.count == 3 else { throw Failure("actor") }
        case "main-actor":
            guard await OnMain.isMainThread() else { throw Failure("main actor") }
        case "task-local":
            try await $name.withValue("local") {
                await Task.yield()
                guard name == "local" else { throw Failure("task local") }
            }
        case "request-sleep": try await request.sleep(for: .milliseconds(5))
        case "clock": try await Task.sleep(for: .milliseconds(5), clock: WorkerClock())
        case "sleep": try await Task.sleep(for: .milliseconds(5))
        case "task":
            guard await Task(operation: { await double(4) }).value == 8 else {
                throw Failure("task")
            }
        case "detached":
            guard await Task.detached(operation: { await double(4) }).value == 8 else {
                throw Failure("detached")
            }
        case "cancel":
            let task = Task { try await request.sleep(for: .seconds(3600)) }
            task.cancel()
            guard case .failure(is CancellationError) = await task.result else {
                throw Failure("cancel")
            }
        default: throw HTTPError(.notFound)
        }
    }

    /// Crashes in a job of its own; at once where no kind is given.
    static func crash(in kind: String) async throws -> Never {
        switch kind {
        case "": break
        case "continuation":
            await withUnsafeContinuation { continuation in continuation.resume() }
        case "async-let":
            async let number = crashAfterYield()
            _ = await number
        case "group":
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await Task.yield() }
                group.addTask { _ = await crashAfterYield() }
            }
        case "actor": await Counter().crash()
        case "sleep": try await Task.sleep(for: .milliseconds(1))
        default: await Task.yield()
        }
        crash()
    }

    private static func crashAfterYield() async -> Int {
        await Task.yield()
        crash()
    }

    fileprivate static func crash() -> Never {
        let nothing: [Int] = []
        fatalError("\(nothing[Int(getpid())])")
    }

    private static func double(_ number: Int) async -> Int {
        await Task.yield()
        return 2 * number
    }

    private static func resumeInThread() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let box = Unmanaged.passRetained(Box(continuation))
            var thread = pthread_t()
            pthread_create(
                &thread,
                nil,
                { raw in
                    guard let raw else { return nil }
                    // SAFETY: it is the reference that was retained for this thread.
                    Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().continuation.resume()
                    return nil
                },
                box.toOpaque()
            )
            pthread_detach(thread)
        }
    }

    private final class Box {
        let continuation: UnsafeContinuation<Void, Never>

        init(_ continuation: UnsafeContinuation<Void, Never>) {
            self.continuation = continuation
        }
    }

    private actor Counter {
        private(set) var count = 0

        func increment() { count += 1 }
        func crash() { Waits.crash() }
    }

    /// The thread that has loaded the application.
    nonisolated(unsafe) static var mainThread = pthread_t()

    @MainActor private enum OnMain {
        static func isMainThread() -> Bool { pthread_equal(pthread_self(), mainThread) != 0 }
    }
}
