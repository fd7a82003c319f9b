// What the arbiter publishes for the observer: shared memory, mmap(2) MAP_SHARED.
//
// The arbiter writes and waits for no reader. A reader copies, checks every value, and reads again
// where the arbiter has written meanwhile. Neither follows a pointer or a length found there.

import CForktail
import Glibc

package struct Board: Sendable {
    // SAFETY: the memory is unmapped only in workers, which use the board no more; the arbiter is
    // its only writer, and readers copy from it and believe nothing in it.
    private nonisolated(unsafe) let board: UnsafeMutablePointer<forktail_board>

    /// Makes a board on which nothing stands.
    package init() throws(Errno) {
        guard let board = forktail_board_make() else { throw Errno.current }
        self.board = board
    }

    /// Gives back the memory in this process, which has no use for the board.
    package func unmap() {
        forktail_board_free(board)
    }

    private func write(_ text: String, to place: UnsafeMutablePointer<forktail_board_text>) {
        let bytes = text.utf8Span.span
        place.pointee.length = UInt32(clamping: bytes.count)
        withUnsafeMutableBytes(of: &place.pointee.bytes) { room in
            bytes.extracting(first: room.count).withUnsafeBytes { room.copyMemory(from: $0) }
        }
    }

    /// A text as it stands there; what was cut is `…`.
    private func read(_ place: UnsafeMutablePointer<forktail_board_text>) -> String {
        var copy = place.pointee
        let length = Int(copy.length)
        return withUnsafeBytes(of: &copy.bytes) { room in
            String(decoding: room.prefix(length), as: UTF8.self) + (length > room.count ? "…" : "")
        }
    }

    private func text(
        _ path: WritableKeyPath<forktail_board, forktail_board_text>
    ) -> UnsafeMutablePointer<forktail_board_text> {
        // SAFETY: the key path is one of a stored property of a C struct.
        UnsafeMutableRawPointer(board).advanced(
            by: MemoryLayout<forktail_board>.offset(of: path) ?? 0
        )
        .assumingMemoryBound(to: forktail_board_text.self)
    }
}

// The arbiter's side.
extension Board {
    /// Publishes the state.
    package func publish(_ state: ServiceState) {
        forktail_board_begin(board)
        defer { forktail_board_end(board) }
        board.pointee.published = state.published.sinceBoot.nanoseconds
        board.pointee.started = state.started.sinceBoot.nanoseconds
        board.pointee.reloaded = state.reloaded?.sinceBoot.nanoseconds ?? 0
        board.pointee.certificate_end = state.certificateEnd ?? 0
        board.pointee.process = state.process
        board.pointee.other_process = state.otherProcess ?? 0
        board.pointee.phase = state.phase.rawValue
        board.pointee.wanted = UInt32(clamping: state.wanted)
        board.pointee.minimum = UInt32(clamping: state.bounds?.lowerBound ?? 0)
        board.pointee.maximum = UInt32(clamping: state.bounds?.upperBound ?? 0)
        board.pointee.scaled = state.lastScaling?.time.sinceBoot.nanoseconds ?? 0
        board.pointee.scaled_from = UInt32(clamping: state.lastScaling?.from ?? 0)
        board.pointee.scaled_to = UInt32(clamping: state.lastScaling?.to ?? 0)
        board.pointee.memory_limit = Int64(state.memoryLimit ?? 0)
        board.pointee.is_held = state.isHeld ? 1 : 0
        board.pointee.ready = UInt32(clamping: state.ready)
        board.pointee.booting = UInt32(clamping: state.booting)
        board.pointee.leaving = UInt32(clamping: state.leaving)
        board.pointee.generation = UInt32(clamping: state.generation)
        board.pointee.reloading = UInt32(clamping: state.reloading ?? 0)
        board.pointee.reload_failed = state.reloadFailure == nil ? 0 : 1
        board.pointee.log_level = state.logLevel.map { UInt32($0.place) + 1 } ?? 0
        withUnsafeMutableBytes(of: &board.pointee.counters) { room in
            state.counters.values.prefix(room.count / 8).withUnsafeBytes {
                room.copyMemory(from: $0)
            }
        }
        state.ended.write(to: &board.pointee.ended)
        write(state.title, to: text(\.title))
        write(state.file, to: text(\.file))
        write(state.reloadFailure ?? "", to: text(\.reload_failure))
        write(state.lastScaling?.reason ?? "", to: text(\.scaling_reason))
        let listeners = state.listeners.prefix(Int(FORKTAIL_BOARD_LISTENERS))
        board.pointee.listener_count = UInt32(listeners.count)
        for (index, listener) in listeners.enumerated() {
            let entry = forktail_board_listener_at(board, index)
            guard let entry else { continue }
            entry.pointee.queue = Int32(clamping: listener.queue ?? -1)
            entry.pointee.limit = Int32(clamping: listener.limit ?? -1)
            write(listener.url, to: &entry.pointee.url)
        }
        let workers = state.workers.prefix(Int(FORKTAIL_BOARD_WORKERS))
        board.pointee.worker_count = UInt32(workers.count)
        for (index, worker) in workers.enumerated() {
            forktail_board_worker_at(board, index)?.pointee = forktail_board_worker(
                process: worker.process,
                slot: UInt32(clamping: worker.slot),
                generation: UInt32(clamping: worker.generation),
                stage: worker.stage.rawValue,
                score: UInt32(clamping: worker.score),
                is_program: worker.isProgram ? 1 : 0,
                started: worker.started.sinceBoot.nanoseconds
            )
        }
    }

    /// Notes that the arbiter leaves, unlike one that was killed.
    package func noteLeave() {
        board.pointee.has_left = 1
    }

    /// Changes the scoreboard as well, in a way that a reader sees as a whole with what is published.
    package func changing(_ body: () -> Void) {
        forktail_board_begin(board)
        body()
        forktail_board_end(board)
    }

    /// Adds an event to the last thousand.
    package func add(_ level: LogLevel, _ event: LogEvent, _ message: String, at time: WallClock) {
        let number = board.pointee.event_count + 1
        guard let entry = forktail_board_event_at(board, Self.eventPlace(of: number)) else {
            return
        }
        forktail_board_begin(board)
        entry.pointee.number = number
        entry.pointee.milliseconds = time.milliseconds
        entry.pointee.level = UInt32(level.place)
        let name = event.rawValue.utf8Span.span
        entry.pointee.name_length = UInt32(name.count)
        withUnsafeMutableBytes(of: &entry.pointee.name) { room in
            name.extracting(first: room.count).withUnsafeBytes { room.copyMemory(from: $0) }
        }
        write(message, to: &entry.pointee.message)
        board.pointee.event_count = number
        forktail_board_end(board)
    }

    /// Notes how far a command has come; of many commands the last 64 are known.
    package func note(_ ticket: UInt64, _ state: CommandState, _ message: String) {
        forktail_board_begin(board)
        defer { forktail_board_end(board) }
        let known = (0..<Int(FORKTAIL_BOARD_COMMANDS)).first { index in
            forktail_board_command_at(board, index)?.pointee.ticket == ticket
        }
        if known == nil { board.pointee.command_count &+= 1 }
        let place = known ?? Int(board.pointee.command_count % UInt64(FORKTAIL_BOARD_COMMANDS))
        guard let entry = forktail_board_command_at(board, place) else { return }
        entry.pointee.ticket = ticket
        entry.pointee.state = state.rawValue
        write(message, to: &entry.pointee.message)
    }

    private static func eventPlace(of number: UInt64) -> Int {
        Int(number % UInt64(FORKTAIL_BOARD_EVENTS))
    }
}

// The reader's side.
extension Board {
    /// How often a reader tries to find the board at rest.
    private static let tries = 100

    /// Calls a function that copies, again where the arbiter has written meanwhile; what it returned
    /// last stays where the arbiter does not come to rest, or has died while it wrote.
    private func consistent<Result>(_ copy: () -> Result) -> Result {
        var result = copy()
        for _ in 0..<Self.tries {
            let before = forktail_board_sequence(board)
            result = copy()
            if before % 2 == 0, forktail_board_sequence(board) == before { break }
        }
        return result
    }

    /// Whether the arbiter has left in good order.
    package var hasBeenLeft: Bool { board.pointee.has_left != 0 }

    /// What the arbiter has published, with the scores of its workers in the same order.
    package func read(_ scoreboard: Scoreboard) -> (state: ServiceState, scores: [Score]) {
        consistent {
            let state = copyState()
            let scores = state.workers.map { worker in
                scoreboard[min(worker.score, scoreboard.count - 1)].read()
            }
            return (state, scores)
        }
    }

    private func copyState() -> ServiceState {
        let copy = board.pointee
        var state = ServiceState()
        state.published = Instant(nanosecondsSinceBoot: copy.published)
        state.started = Instant(nanosecondsSinceBoot: copy.started)
        state.reloaded =
            copy.reloaded == 0 ? nil : Instant(nanosecondsSinceBoot: copy.reloaded)
        state.certificateEnd = copy.certificate_end == 0 ? nil : copy.certificate_end
        state.process = copy.process
        state.otherProcess = copy.other_process == 0 ? nil : copy.other_process
        state.phase = ServiceState.Phase(rawValue: copy.phase) ?? .booting
        state.wanted = Int(copy.wanted)
        let (minimum, maximum) = (Int(copy.minimum), Int(copy.maximum))
        state.bounds = (1...max(1, maximum)).contains(minimum) ? minimum...maximum : nil
        if copy.scaled != 0 {
            state.lastScaling = ServiceState.ScalingStep(
                time: Instant(nanosecondsSinceBoot: copy.scaled),
                from: Int(copy.scaled_from),
                to: Int(copy.scaled_to),
                reason: read(text(\.scaling_reason))
            )
        }
        state.memoryLimit = copy.memory_limit > 0 ? Int(copy.memory_limit) : nil
        state.isHeld = copy.is_held != 0
        state.ready = Int(copy.ready)
        state.booting = Int(copy.booting)
        state.leaving = Int(copy.leaving)
        state.generation = Int(copy.generation)
        state.reloading = copy.reloading == 0 ? nil : Int(copy.reloading)
        state.logLevel = copy.log_level == 0 ? nil : LogLevel(place: Int(copy.log_level) - 1)
        state.title = read(text(\.title))
        state.file = read(text(\.file))
        state.reloadFailure = copy.reload_failed == 0 ? nil : read(text(\.reload_failure))
        var counters = copy.counters
        withUnsafeBytes(of: &counters) { room in
            let values = room.bindMemory(to: UInt64.self)
            state.counters.values = Array(values.prefix(ServiceCounters.count))
        }
        var ended = copy.ended
        state.ended = Work(&ended)
        let listeners = min(Int(copy.listener_count), Int(FORKTAIL_BOARD_LISTENERS))
        state.listeners = (0..<listeners).compactMap(copyListener)
        let workers = min(Int(copy.worker_count), Int(FORKTAIL_BOARD_WORKERS))
        state.workers = (0..<workers).compactMap(copyWorker)
        return state
    }

    private func copyListener(_ index: Int) -> ServiceState.Listener? {
        guard let entry = forktail_board_listener_at(board, index) else { return nil }
        let (queue, limit) = (Int(entry.pointee.queue), Int(entry.pointee.limit))
        return ServiceState.Listener(
            url: read(&entry.pointee.url),
            queue: queue < 0 ? nil : queue,
            limit: limit < 0 ? nil : limit
        )
    }

    private func copyWorker(_ index: Int) -> ServiceState.Worker? {
        guard let copy = forktail_board_worker_at(board, index)?.pointee else { return nil }
        return ServiceState.Worker(
            process: copy.process,
            slot: Int(copy.slot),
            generation: Int(copy.generation),
            stage: ServiceState.Worker.Stage(rawValue: copy.stage) ?? .booting,
            score: Int(copy.score),
            isProgram: copy.is_program != 0,
            started: Instant(nanosecondsSinceBoot: copy.started)
        )
    }

    /// The events after a number, the oldest first; all of them where there was no such event yet,
    /// as for a client that has asked the arbiter before an upgrade.
    package func events(after number: UInt64) -> [JournalEvent] {
        consistent {
            let last = board.pointee.event_count
            let room = UInt64(FORKTAIL_BOARD_EVENTS)
            let first = max(last > room ? last - room : 0, number > last ? 0 : number)
            guard first < last else { return [] }
            return (first + 1...last).compactMap(copyEvent)
        }
    }

    private func copyEvent(_ number: UInt64) -> JournalEvent? {
        let entry = forktail_board_event_at(board, Self.eventPlace(of: number))
        guard let entry, entry.pointee.number == number else { return nil }
        var name = entry.pointee.name
        let length = Int(entry.pointee.name_length)
        return JournalEvent(
            number: number,
            milliseconds: entry.pointee.milliseconds,
            level: LogLevel(place: Int(entry.pointee.level)) ?? .info,
            name: withUnsafeBytes(of: &name) {
                String(decoding: $0.prefix(length), as: UTF8.self)
            },
            message: read(&entry.pointee.message)
        )
    }

    /// How far a command has come; nil where the arbiter does not know it.
    package func command(_ ticket: UInt64) -> (state: CommandState, message: String)? {
        consistent {
            for index in 0..<Int(FORKTAIL_BOARD_COMMANDS) {
                guard let entry = forktail_board_command_at(board, index),
                    entry.pointee.ticket == ticket,
                    let state = CommandState(rawValue: entry.pointee.state)
                else { continue }
                return (state, read(&entry.pointee.message))
            }
            return nil
        }
    }
}
