// Remembers open files by their paths.
//
// Invariant: no entry counts as fresh for longer than the age, and there are never more entries than
// the size says. An entry that is no longer requested is closed when another path is opened later.
// No system call is made under the lock, except to close an evicted entry.

import ForktailSystem
import Synchronization

final class FileCache: Sendable {
    /// What is known of a path.
    enum Finding {
        case fresh(FileSet)
        /// It must be checked again.
        case aged(FileSet)
        case missing
    }

    private struct Entry {
        let files: FileSet
        let expiry: Instant
        var used: Instant
    }

    private struct State {
        var entries: [SystemString: Entry] = [:]
        var lastSweep: Instant
    }

    private let age: Duration
    private let sweepInterval: Duration
    private let size: Int
    private let state: Mutex<State>

    init(age: Duration, size: Int) {
        self.age = age
        self.size = size
        sweepInterval = max(age, .seconds(1))
        state = Mutex(State(lastSweep: .now()))
    }

    /// Looks a path up.
    func find(_ path: SystemString, at now: Instant) -> Finding {
        state.withLock { state in
            guard let index = state.entries.index(forKey: path) else { return .missing }
            state.entries.values[index].used = now
            let entry = state.entries.values[index]
            return now < entry.expiry ? .fresh(entry.files) : .aged(entry.files)
        }
    }

    /// Remembers the files of a path, which were looked at this moment.
    func insert(_ files: FileSet, for path: SystemString, at now: Instant) {
        let entry = Entry(files: files, expiry: now + age, used: now)
        state.withLock { state in
            if state.lastSweep + sweepInterval < now { Self.sweep(&state, at: now) }
            state.entries[path] = entry
            if state.entries.count > size { Self.evict(from: &state) }
        }
    }

    /// Closes some files.
    ///
    /// - Returns: Whether there were any.
    func makeRoom() -> Bool {
        state.withLock { state in
            guard !state.entries.isEmpty else { return false }
            Self.evict(from: &state)
            return true
        }
    }

    /// Forgets a path.
    func remove(_ path: SystemString) {
        state.withLock { $0.entries[path] = nil }
    }

    /// Closes the entries that were not requested since the last sweep.
    private static func sweep(_ state: inout State, at now: Instant) {
        let last = state.lastSweep
        state.entries = state.entries.filter { last < $0.value.used }
        state.lastSweep = now
    }

    /// Closes the least recently used quarter: one at a time would sort too often.
    private static func evict(from state: inout State) {
        let order = state.entries.sorted { $0.value.used < $1.value.used }
        for (key, _) in order.prefix(max(1, order.count / 4)) { state.entries[key] = nil }
    }
}
