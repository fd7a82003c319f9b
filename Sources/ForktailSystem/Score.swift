import CForktail

/// A copy of a worker's entry on the scoreboard, in which every length has been checked.
package struct Score: Sendable {
    /// The request that a worker is answering.
    package struct Request: Sendable {
        /// The method as received.
        package let method: String
        /// The target as received, cut to 256 bytes; what was cut is `…`.
        package let target: String
        /// When its connection was accepted: time since the machine's start.
        package let since: Duration
    }

    /// How many requests were answered.
    package let requests: UInt64
    /// The request that is being answered.
    package let request: Request?
    /// Why the worker can't boot, if it has said so, cut to 512 bytes; what was cut is `…`.
    ///
    /// It is the worker's text and may hold any character.
    package let bootFailure: String?
    /// Where it crashed, if its crash handler has found that out.
    package let crash: CrashSite?
    /// The bytes of the requests' heads and of the answers' bodies.
    package let bytesIn: UInt64
    package let bytesOut: UInt64
    /// How many answers there were of each class of status, 1xx at index 1; what has no class is at
    /// index 0.
    package let answers: [UInt64]
    /// How many answers took less than 2ⁿ microseconds, and not less than half of that; the last
    /// one counts all that took longer.
    private let latencies: [UInt64]

    /// Whether the worker has answered a request or was busy with one.
    package var hasServed: Bool { requests > 0 || request != nil }

    init(_ score: inout forktail_score) {
        requests = score.requests
        bytesIn = score.bytes_in
        bytesOut = score.bytes_out
        answers = Self.counters(&score.answers)
        latencies = Self.counters(&score.latencies)
        let failure = Self.text(&score.failure, length: score.failure_length)
        bootFailure = failure.isEmpty ? nil : failure
        crash = CrashSite(&score.crash)
        guard score.is_busy != 0 else {
            request = nil
            return
        }
        request = Request(
            method: Self.text(&score.method, length: score.method_length),
            target: Self.text(&score.target, length: score.target_length),
            since: .nanoseconds(score.busy_since)
        )
    }

    /// The time in which the given percentage of requests was answered, up to the next power of two of
    /// microseconds; nil where there was no request, or it is longer than can be counted.
    package func latency(ofPercent share: UInt64) -> Duration? {
        let total = latencies.reduce(0, &+)
        let wanted = max(1, (total / 100) &* share &+ (total % 100 &* share) / 100)
        var seen: UInt64 = 0
        for (width, count) in latencies.dropLast().enumerated() {
            seen &+= count
            if seen >= wanted { return .microseconds(Int64(1) << width) }
        }
        return nil
    }

    private static func counters<Room>(_ room: inout Room) -> [UInt64] {
        withUnsafeBytes(of: &room) { Array($0.bindMemory(to: UInt64.self)) }
    }

    private static func text<Room>(_ room: inout Room, length: UInt32) -> String {
        withUnsafeBytes(of: &room) { room in
            let kept = room.prefix(Int(length))
            return String(decoding: kept, as: UTF8.self) + (Int(length) > room.count ? "…" : "")
        }
    }
}
