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

    /// Whether the worker has answered a request or was busy with one.
    package var hasServed: Bool { requests > 0 || request != nil }

    init(_ score: inout forktail_score) {
        requests = score.requests
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

    private static func text<Room>(_ room: inout Room, length: UInt32) -> String {
        withUnsafeBytes(of: &room) { room in
            let kept = room.prefix(Int(length))
            return String(decoding: kept, as: UTF8.self) + (Int(length) > room.count ? "…" : "")
        }
    }
}
