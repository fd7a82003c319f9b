import CForktail

/// A request that is not finished, as a worker with several of them shows it on the scoreboard.
package struct RunningRequest: Sendable {
    /// How many of a worker are shown.
    package static let mostShown = Int(FORKTAIL_MOST_RUNNING)

    private let method: [UInt8]
    private let target: [UInt8]
    private let id: String?
    private let thread: Int
    private let since: Instant

    /// Makes the request.
    ///
    /// - Parameters:
    ///   - method: The method as received.
    ///   - target: The target as received.
    ///   - id: Its id; nil where requests have none.
    ///   - thread: The thread that has it, from 1 on; 0 for none of its own.
    ///   - since: When its first byte came.
    package init(method: [UInt8], target: [UInt8], id: String?, thread: Int, since: Instant) {
        self.method = method
        self.target = target
        self.id = id
        self.thread = thread
        self.since = since
    }

    fileprivate func write(to place: inout forktail_request) {
        place.write(method: method.span, target: target.span, since: since)
        place.write(id: id ?? "")
        place.thread = UInt32(truncatingIfNeeded: thread)
    }
}

extension forktail_request {
    @inline(__always)
    mutating func write(method: Span<UInt8>, target: Span<UInt8>, since start: Instant) {
        since = start.nanosecondsSinceBoot
        method_length = UInt32(clamping: method.count)
        target_length = UInt32(clamping: target.count)
        ScoreboardEntry.copy(method, into: &self.method)
        ScoreboardEntry.copy(target, into: &self.target)
    }

    mutating func write(id: String) {
        let text = id.utf8Span.span
        id_length = UInt32(clamping: text.count)
        ScoreboardEntry.copy(text, into: &self.id)
    }
}

extension ScoreboardEntry {
    /// Shows the requests that are not finished.
    ///
    /// - Parameters:
    ///   - count: How many there are.
    ///   - longest: Those that began first, at most `RunningRequest.mostShown`.
    package func tell(running count: Int, longest: [RunningRequest]) {
        guard let running else { return }
        // A reader in between finds fewer.
        setRunning(0)
        for (index, request) in longest.prefix(RunningRequest.mostShown).enumerated() {
            request.write(to: &running[index])
        }
        setRunning(count)
    }

    /// The requests that the worker has shown.
    ///
    /// - Returns: Those that began first, and how many there are.
    package func readRunning() -> (longest: [Score.Request], count: Int) {
        guard let running else { return ([], 0) }
        let count = runningCount
        let longest = (0..<min(count, RunningRequest.mostShown)).compactMap { index in
            var copy = running[index]
            return Score.Request(&copy)
        }
        return (longest, count)
    }
}
