import CForktail

/// A copy of a worker's entry on the scoreboard, in which every length has been checked.
package struct Score: Sendable {
    /// The request that a worker is answering.
    package struct Request: Sendable {
        /// The method as received.
        package let method: String
        /// The target as received, cut to 256 bytes; what was cut is `…`.
        package let target: String
        /// Its id; nil where requests have none.
        package let id: String?
        /// The thread that has it, from 1 on; nil in a worker without threads for requests.
        package let thread: Int?
        /// When its first byte came: time since the machine's start.
        package let since: Duration
    }

    /// What was answered.
    package let work: Work
    /// How many connections are open; known of the class event only.
    package let connections: Int
    /// The request that is being answered; nil also where the entry holds garbage.
    package let request: Request?
    /// Since when the worker has waited for the rest of a request: time since the machine's start; nil
    /// where it does not.
    package let receivingSince: Duration?
    /// Why the worker can't boot, if it has said so, cut to 512 bytes; what was cut is `…`.
    ///
    /// It is the worker's text and may hold any character.
    package let bootFailure: String?
    /// Where it crashed, if its crash handler has found that out.
    package let crash: CrashSite?
    /// Whether the worker has answered a request or was busy with one.
    package var hasServed: Bool { work.requests > 0 || request != nil }

    init(_ score: inout forktail_score) {
        work = Work(&score.work)
        connections = Int(score.connections)
        let failure = Self.text(&score.failure, length: score.failure_length)
        bootFailure = failure.isEmpty ? nil : failure
        crash = CrashSite(&score.crash)
        receivingSince =
            score.occupation == FORKTAIL_RECEIVING.rawValue
            ? .nanoseconds(score.request.since) : nil
        request =
            score.occupation == FORKTAIL_ANSWERING.rawValue ? Request(&score.request) : nil
    }

    /// Whether it can be a method or a target: neither holds white space, a control character, or an
    /// octet above 0x7E.
    fileprivate static func isPlausible<Room>(_ room: inout Room, length: UInt32) -> Bool {
        withUnsafeBytes(of: &room) { room in
            length > 0 && room.prefix(Int(length)).allSatisfy { (0x21...0x7E).contains($0) }
        }
    }

    fileprivate static func text<Room>(_ room: inout Room, length: UInt32) -> String {
        withUnsafeBytes(of: &room) { room in
            let kept = room.prefix(Int(length))
            return String(decoding: kept, as: UTF8.self) + (Int(length) > room.count ? "…" : "")
        }
    }
}

extension Score.Request {
    /// Makes a copy of one that a worker shows; nil where that holds garbage.
    init?(_ request: inout forktail_request) {
        guard Score.isPlausible(&request.method, length: request.method_length),
            Score.isPlausible(&request.target, length: request.target_length)
        else { return nil }
        method = Score.text(&request.method, length: request.method_length)
        target = Score.text(&request.target, length: request.target_length)
        id = request.id_length == 0 ? nil : Score.text(&request.id, length: request.id_length)
        thread = request.thread == 0 ? nil : Int(request.thread)
        since = .nanoseconds(request.since)
    }
}

extension Work {
    /// Copies counters of shared memory.
    init(_ work: inout forktail_work) {
        self.init(
            requests: work.requests,
            bytesIn: work.bytes_in,
            bytesOut: work.bytes_out,
            microseconds: work.microseconds,
            answers: Self.counters(&work.answers),
            latencies: Self.counters(&work.latencies),
            handshakes: Self.counters(&work.handshakes)
        )
    }

    private static func counters<Room>(_ room: inout Room) -> [UInt64] {
        withUnsafeBytes(of: &room) { Array($0.bindMemory(to: UInt64.self)) }
    }

    /// Writes the counters into shared memory.
    func write(to work: inout forktail_work) {
        work.requests = requests
        work.bytes_in = bytesIn
        work.bytes_out = bytesOut
        work.microseconds = microseconds
        Self.write(answers, to: &work.answers)
        Self.write(latencies, to: &work.latencies)
        Self.write(handshakes, to: &work.handshakes)
    }

    private static func write<Room>(_ counters: [UInt64], to room: inout Room) {
        withUnsafeMutableBytes(of: &room) { room in
            counters.prefix(room.count / 8).withUnsafeBytes { room.copyMemory(from: $0) }
        }
    }
}
