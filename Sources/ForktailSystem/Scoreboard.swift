import CForktail

/// Shared memory with one fixed-size entry for each worker: memfd_create(2), mmap(2) MAP_SHARED.
///
/// It is made before the first fork, so that every worker has it at the same place.
package struct Scoreboard: Sendable {
    // SAFETY: the memory is never unmapped; each entry has one writer, and its readers copy it and
    // believe nothing in it (see `Score`).
    private nonisolated(unsafe) let entries: UnsafeMutablePointer<forktail_score>
    /// How many entries there are.
    package let count: Int

    /// The file of the memory, which stays open for the life of the process.
    package let file: CInt

    /// Makes room for this many workers; unused pages cost nothing.
    ///
    /// - Parameters:
    ///   - count: The number of entries.
    ///   - file: The memory of another process that has made it; -1 for new memory.
    /// - Throws: What the system says.
    package init(count: Int, in file: CInt = -1) throws(Errno) {
        var file = file
        guard let entries = forktail_scoreboard_make(count, &file) else { throw Errno.current }
        self.entries = entries
        self.count = count
        self.file = file
    }

    /// The entry of that number, from 0 on.
    package subscript(number: Int) -> ScoreboardEntry {
        precondition((0..<count).contains(number))
        return ScoreboardEntry(
            entries + number,
            among: UnsafeMutableBufferPointer(start: entries, count: count),
            running: forktail_running_of(entries, count, number)
        )
    }
}

/// One worker's entry: written by that worker, read by the arbiter.
package struct ScoreboardEntry: Sendable {
    // SAFETY: see `Scoreboard`.
    private nonisolated(unsafe) let score: UnsafeMutablePointer<forktail_score>
    private nonisolated(unsafe) let all: UnsafeMutableBufferPointer<forktail_score>
    /// The requests that are not finished; nil in a private entry.
    nonisolated(unsafe) let running: UnsafeMutablePointer<forktail_request>?

    /// Its size in bytes, by which a program knows whether it can use the scoreboard of another one.
    package static var size: Int { MemoryLayout<forktail_score>.stride }

    /// Which of the entries it is, and how many there are.
    package var place: (number: Int, count: Int) {
        (all.baseAddress.map { score - $0 } ?? 0, all.count)
    }

    init(
        _ score: UnsafeMutablePointer<forktail_score>,
        among all: UnsafeMutableBufferPointer<forktail_score>,
        running: UnsafeMutablePointer<forktail_request>? = nil
    ) {
        self.score = score
        self.all = all
        self.running = running
    }

    /// Whether the process title shows the request.
    private var isInTitle = false

    /// The entry of a worker whose process title shows its request.
    package var shownInTitle: ScoreboardEntry {
        var entry = self
        entry.isInTitle = true
        return entry
    }

    /// Makes a private entry for a thread, until it is discarded.
    package static func makePrivate() -> ScoreboardEntry {
        let score = UnsafeMutablePointer<forktail_score>.allocate(capacity: 1)
        score.initialize(to: forktail_score())
        return ScoreboardEntry(score, among: UnsafeMutableBufferPointer(start: score, count: 1))
    }

    /// Gives back the memory of a private entry.
    package func discard() {
        score.deallocate()
    }

    /// Where it is, for the crash handler.
    var pointer: UnsafeMutablePointer<forktail_score> { score }

    /// Clears the entry, for a new worker or after the end of one.
    package func clear() {
        score.pointee = forktail_score()
        score.pointee.is_used = 1
    }

    /// Publishes the number of connections, to the other workers only while it accepts more.
    package func tell(connections: Int, acceptsMore: Bool) {
        let count = UInt32(clamping: connections)
        score.pointee.connections = count
        score.pointee.load = acceptsMore ? count &+ 1 : 0
    }

    /// Publishes how many requests wait for the worker.
    package func tell(waiting: Int) {
        score.pointee.waiting = UInt32(truncatingIfNeeded: waiting)
    }

    /// How many requests wait for the worker, far below what overflows a sum of all.
    package var waiting: Int { Int(min(score.pointee.waiting, 1 << 20)) }

    /// Whether a request occupies the worker: it answers one, or waits for the rest of one.
    package var isBusy: Bool { score.pointee.occupation != FORKTAIL_UNOCCUPIED.rawValue }

    /// When the request that the worker answers began; nil where it answers none.
    package var busySince: Instant? {
        guard score.pointee.occupation == FORKTAIL_ANSWERING.rawValue else { return nil }
        return Instant(nanosecondsSinceBoot: max(0, score.pointee.request.since))
    }

    /// How many connections the worker has published.
    package var connections: Int { max(0, Int(score.pointee.load) - 1) }

    /// The smallest number of connections that a worker has published.
    package var fewestConnections: Int? {
        var least = UInt32.max
        for index in all.indices {
            guard all[index].is_used != 0 else { break }
            let load = all[index].load
            if load != 0 { least = min(least, load) }
        }
        return least == .max ? nil : Int(least) - 1
    }

    /// Announces to the worker that the service stops, before the worker gets its own signal.
    package func announceStop() {
        score.pointee.is_stopping = 1
    }

    /// Whether the arbiter has announced a stop.
    package var isStopping: Bool { score.pointee.is_stopping != 0 }

    /// Sets the level of the worker's log; nil for that of its settings.
    package func setLogLevel(_ level: LogLevel?) {
        score.pointee.log_level = level.map { UInt32($0.place) + 1 } ?? 0
    }

    /// The level of the worker's log that prevails over its settings, if there is one.
    package var logLevel: LogLevel? {
        let value = score.pointee.log_level
        return value == 0 ? nil : LogLevel(place: Int(value) - 1)
    }

    /// How many requests are not finished; the worker may have written anything.
    var runningCount: Int { Int(score.pointee.running) }

    func setRunning(_ count: Int) {
        score.pointee.running = UInt32(clamping: count)
    }

    /// Notes that the worker answers a request.
    package func beginRequest(
        method: Span<UInt8>,
        target: Span<UInt8>,
        since start: Instant
    ) {
        score.pointee.request.write(method: method, target: target, since: start)
        score.pointee.occupation = FORKTAIL_ANSWERING.rawValue
        if isInTitle { ProcessTitle.show(method, target) }
    }

    /// Notes the id of the request that begins; where requests have none it is never called.
    package func tell(requestID: String) {
        score.pointee.request.write(id: requestID)
    }

    /// Notes which thread has the request, from 1 on; 0 while none has it.
    ///
    /// The loop and that thread may call it at the same time.
    package func tell(thread: Int) {
        forktail_note_thread(&score.pointee.request, UInt32(truncatingIfNeeded: thread))
    }

    /// Notes why the worker can't boot, before it ends.
    package func noteBootFailure(_ reason: String) {
        let text = reason.utf8Span.span
        score.pointee.failure_length = UInt32(clamping: text.count)
        Self.copy(text, into: &score.pointee.failure)
    }

    /// Notes that the worker waits for the rest of a request, and serves nothing else meanwhile.
    package func beginReceiving(at now: Instant) {
        guard !isBusy else { return }
        score.pointee.request.since = now.nanosecondsSinceBoot
        score.pointee.occupation = FORKTAIL_RECEIVING.rawValue
    }

    /// Notes that no request occupies the worker.
    package func endRequest() {
        score.pointee.occupation = FORKTAIL_UNOCCUPIED.rawValue
        if isInTitle { ProcessTitle.hide() }
    }

    /// Counts an answer that took the given number of nanoseconds.
    package func count(status: Int, bytesIn: Int, bytesOut: UInt64, nanoseconds: Int64) {
        let microseconds = UInt64(clamping: nanoseconds / 1000)
        forktail_count_answer(
            &score.pointee.work,
            UInt32(clamping: status / 100),
            UInt32(truncatingIfNeeded: LatencyBucket.index(ofMicroseconds: microseconds)),
            UInt64(clamping: bytesIn),
            bytesOut,
            microseconds
        )
    }

    /// Counts a handshake of TLS.
    package func count(_ handshake: Work.Handshake) {
        forktail_count_handshake(&score.pointee.work, UInt32(handshake.rawValue))
    }

    /// What the entry says, copied and checked.
    package func read() -> Score {
        var copy = score.pointee
        return Score(&copy)
    }

    static func copy<Room>(_ text: Span<UInt8>, into room: inout Room) {
        withUnsafeMutableBytes(of: &room) { room in
            text.extracting(first: room.count).withUnsafeBytes { room.copyMemory(from: $0) }
        }
    }
}
